"""Consents over HTTP: /me/consents."""

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.people import service
from scenes.common.people.wire_family import Consents, ConsentsRequest


@get("/me/consents", operation_id="getConsents", tags=["people"])
async def get_consents(
    resident: NamedDependency[Resident], reading: NamedDependency[AsyncSession]
) -> Consents:
    """Show which separate consents stand, and since when."""
    return Consents.of(await service.consents_of(reading, resident.person_id))


@put("/me/consents", operation_id="putConsents", tags=["people"])
async def put_consents(
    data: JSONBody[ConsentsRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Consents:
    """Give or withdraw consents; a withdrawal counts at once and its date is kept."""
    wanted = data.wanted()
    return Consents.of(await service.set_consents(session, resident.person_id, wanted=wanted, now=clock()))


CONSENT_ROUTES = [get_consents, put_consents]

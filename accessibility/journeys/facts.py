"""What the questions are answered from, read once a step for one person and once a second for everybody."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows.flow import Asking
from scenes.breakfast.store import days as breakfast_store
from scenes.clinic import store as clinic_store
from scenes.clinic.service import schedule
from scenes.clinic.service.schedule import SessionView
from scenes.clinic.tables import DepartmentRow, DoctorRow
from scenes.common.booking.tables import BookingStandingRow
from scenes.common.kit.clock import local_day
from scenes.common.people import service as people
from scenes.common.people.tables import PatientLinkRow, PersonRow
from scenes.eldercare.service import catalogue
from scenes.eldercare.service.catalogue import Offer

CLINIC_DAYS: Final = 8
"""Today and the seven days that are released."""


async def myself(asking: Asking) -> PersonRow:
    """Read the person whom the step is for."""
    me = asking.resident.subject_id
    return await asking.once("me", lambda: people.myself(asking.session, me))


async def companions(asking: Asking) -> Sequence[tuple[PatientLinkRow, PersonRow]]:
    """Read whom the person may book for besides themselves."""
    return await asking.once("companions", lambda: people.companions_of(asking.session, asking.resident))


async def standing(asking: Asking, key: str) -> BookingStandingRow | None:
    """Read one standing of the person, such as being signed with a health centre."""
    me = asking.resident.subject_id
    return await asking.once(("standing", key), lambda: clinic_store.standing(asking.session, me, key))


async def clinic_departments(asking: Asking) -> dict[UUID, list[DepartmentRow]]:
    """Read every health centre's departments, in the order of their codes."""

    async def read() -> dict[UUID, list[DepartmentRow]]:
        rows = detached(asking.session, await clinic_store.all_departments(asking.session))
        found: dict[UUID, list[DepartmentRow]] = {}
        for row in sorted(rows, key=lambda each: each.code):
            found.setdefault(row.place_id, []).append(row)
        return found

    return await asking.lately("clinic-departments", read)


async def clinic_doctors(asking: Asking) -> Sequence[tuple[DoctorRow, DepartmentRow]]:
    """Read every health centre's doctors with their departments."""

    async def read() -> Sequence[tuple[DoctorRow, DepartmentRow]]:
        found = await clinic_store.all_doctors(asking.session)
        detached(asking.session, (row for pair in found for row in pair))
        return found

    return await asking.lately("clinic-doctors", read)


async def clinic_sessions(asking: Asking, place_id: UUID, department_id: UUID) -> Sequence[SessionView]:
    """Read a department's sessions of the days that are released, with their windows."""
    first = local_day(asking.now)

    async def read() -> Sequence[SessionView]:
        views = await schedule.sessions_of(
            asking.session, place_id, first=first, last=first + timedelta(days=CLINIC_DAYS - 1),
            department_id=department_id, limit=2000, now=asking.now,
        )  # fmt: skip
        detached(asking.session, (row for view in views for row in (view.row, view.doctor, view.department)))
        return views

    return await asking.lately(("clinic-sessions", department_id, first), read)


async def breakfast_points(asking: Asking) -> Sequence[UUID]:
    """Name the points that sell breakfast, in their order."""

    async def read() -> Sequence[UUID]:
        return [row.place_id for row in await breakfast_store.points(asking.session)]

    return await asking.lately("breakfast-points", read)


async def dishes(asking: Asking) -> Sequence[str]:
    """Name every dish that is sold anywhere, once each."""

    async def read() -> Sequence[str]:
        return list(dict.fromkeys(row.name for row in await breakfast_store.items(asking.session)))

    return await asking.lately("dishes", read)


async def care_offers(asking: Asking) -> Sequence[Offer]:
    """Read the services for the old, in their order, with the district's terms."""

    async def read() -> Sequence[Offer]:
        offers = await catalogue.catalogue(asking.session, now=asking.now)
        detached(asking.session, (offer.row for offer in offers))
        return offers

    return await asking.lately(("care-offers", local_day(asking.now)), read)


def detached(session: AsyncSession, rows: Iterable[Any]) -> list[Any]:
    """Take rows out of the session that read them, so that they may outlive it."""
    found = list(rows)
    for row in {id(row): row for row in found}.values():
        if row in session:
            session.expunge(row)
    return found

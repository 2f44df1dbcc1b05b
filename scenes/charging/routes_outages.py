"""Connectors out of service over HTTP: shown first, then done, then undone."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service import outages
from scenes.charging.wire_staff import (
    OutOfServiceRequest,
    Touched,
)
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout


@get(
    "/staff/charging/connectors/{connector_id:uuid}/out-of-service",
    operation_id="previewOutage",
    tags=["staff"],
)
async def preview_outage(
    connector_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Touched:
    """Show whose reservations taking a connector out of service would touch; nothing happens yet."""
    return Touched.of(await outages.preview_outage(session, staff, connector_id, now=clock()))


@post(
    "/staff/charging/connectors/{connector_id:uuid}/out-of-service",
    operation_id="takeOutOfService",
    tags=["staff"],
    status_code=200,
)
async def take_out(
    connector_id: FromPath[UUID],
    data: JSONBody[OutOfServiceRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Touched:
    """Take a connector out of service; its reservations are moved, or cancelled with notice.

    Refuses with `preview_stale` when others would be touched than the preview showed.
    """
    outage = await outages.take_out(
        database,
        ledger,
        staff=staff,
        connector_id=connector_id,
        token=data.preview_token,
        reason=data.reason,
        clock=clock,
    )
    await fanout.publish(f"station:{outage.station_id}", b"changed")
    return Touched.of(outage)


@post(
    "/staff/charging/connectors/{connector_id:uuid}/back",
    operation_id="bringBack",
    tags=["staff"],
    status_code=204,
)
async def bring_back(
    connector_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> None:
    """Put a connector back into service."""
    async with database.transaction() as session:
        station_id = await outages.bring_back(session, staff, connector_id, now=clock())
    await fanout.publish(f"station:{station_id}", b"changed")


ROUTES: list[Any] = [preview_outage, take_out, bring_back]

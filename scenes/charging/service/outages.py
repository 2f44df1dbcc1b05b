"""Taking a connector out of service and back: whom it touches is shown first, then moved or cancelled."""

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service.places import clear_connector
from scenes.charging.service.site import Reserved, own_connector, reserved_at
from scenes.charging.tables import ChargingConnectorRow
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.previews import check_preview, preview_token
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, instant, local_day
from scenes.common.kit.database import Database
from scenes.common.people.service import append_audit

WHY: Final = "connector_out_of_service"
AHEAD: Final = timedelta(days=15)
"""Reservations reach this far at most."""


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """What taking a connector out of service touches, or touched; `token` stands for exactly these."""

    connector_id: UUID
    station_id: UUID
    reservations: tuple[Reserved, ...]
    token: str
    moved: int = 0
    cancelled: int = 0


async def preview_outage(session: AsyncSession, staff: Staff, connector_id: UUID, *, now: datetime) -> Outage:
    """Show whose reservations an outage would touch (ConnectorUnknown); nothing happens yet."""
    row = await own_connector(session, staff, connector_id)
    outage = await _touched(session, row, now=now)
    people = sorted({each.person_id for each in outage.reservations})
    await append_audit(session, staff.staff_id, action="staff.outage.preview", subject_ids=people, now=now)
    return outage


async def _touched(session: AsyncSession, row: ChargingConnectorRow, *, now: datetime) -> Outage:
    until = instant(local_day(now), time()) + AHEAD
    found = await reserved_at(session, row.station_id, now=now, until=until)
    touched = tuple(each for each in found if each.connector_id == row.id)
    token = preview_token(_act(row.id), (each.id for each in touched))
    return Outage(connector_id=row.id, station_id=row.station_id, reservations=touched, token=token)


def _act(connector_id: UUID) -> str:
    return f"outage:{connector_id}"


async def take_out(  # noqa: PLR0913 - each is one fact of the act
    database: Database,
    ledger: Ledger,
    *,
    staff: Staff,
    connector_id: UUID,
    token: str,
    reason: str,
    clock: Clock,
) -> Outage:
    """Take a connector out of service, then move its reservations or cancel them with notice.

    It is out from the first commit on, so that nobody reserves it meanwhile; done again it goes on.
    Refuses with PreviewStale when it would touch other reservations than the preview showed.
    """
    now = clock()
    async with database.transaction() as session:
        row = await own_connector(session, staff, connector_id, lock=True)
        outage = await _touched(session, row, now=now)
        if row.out_of_service_at is None:
            check_preview(token, _act(connector_id), (each.id for each in outage.reservations))
            row.out_of_service_at, row.out_of_service_reason = now, reason
        people = sorted({each.person_id for each in outage.reservations})
        await append_audit(session, staff.staff_id, action="staff.outage", subject_ids=people, now=now)
    done = await clear_connector(
        database, ledger, connector_id, why=WHY, clock=clock, by="staff", actor_id=staff.staff_id
    )
    return msgspec.structs.replace(outage, moved=done["moved"], cancelled=done["cancelled"])


async def bring_back(session: AsyncSession, staff: Staff, connector_id: UUID, *, now: datetime) -> UUID:
    """Put a connector back into service (ConnectorUnknown); return its station."""
    row = await own_connector(session, staff, connector_id, lock=True)
    row.out_of_service_at, row.out_of_service_reason = None, None
    await append_audit(session, staff.staff_id, action="staff.outage.end", now=now)
    return row.station_id

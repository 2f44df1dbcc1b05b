"""Taking a connector out of service and back: whom it touches is shown first, then moved or cancelled."""

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service.places import clear_connector
from scenes.charging.service.site import Reserved, own_connector, reserved_at
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, instant, local_day
from scenes.common.kit.database import Database
from scenes.common.people.service import append_audit

WHY: Final = "connector_out_of_service"
AHEAD: Final = timedelta(days=15)
"""Reservations reach this far at most."""


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """What taking a connector out of service touches, or touched."""

    connector_id: UUID
    station_id: UUID
    reservations: tuple[Reserved, ...]
    moved: int = 0
    cancelled: int = 0


async def preview_outage(session: AsyncSession, staff: Staff, connector_id: UUID, *, now: datetime) -> Outage:
    """Show whose reservations an outage would touch (ConnectorUnknown); nothing happens yet."""
    row = await own_connector(session, staff, connector_id)
    until = instant(local_day(now), time()) + AHEAD
    found = await reserved_at(session, row.station_id, now=now, until=until)
    touched = tuple(each for each in found if each.connector_id == connector_id)
    people = sorted({each.person_id for each in touched})
    await append_audit(session, staff.staff_id, action="staff.outage.preview", subject_ids=people, now=now)
    return Outage(connector_id=connector_id, station_id=row.station_id, reservations=touched)


async def take_out(  # noqa: PLR0913 - each is one fact of the act
    database: Database, ledger: Ledger, *, staff: Staff, connector_id: UUID, reason: str, clock: Clock
) -> Outage:
    """Take a connector out of service, then move its reservations or cancel them with notice.

    It is out from the first commit on, so that nobody reserves it meanwhile; done again it goes on.
    """
    now = clock()
    async with database.transaction() as session:
        outage = await preview_outage(session, staff, connector_id, now=now)
        row = await own_connector(session, staff, connector_id, lock=True)
        row.out_of_service_at = row.out_of_service_at or now
        row.out_of_service_reason = reason
        await append_audit(session, staff.staff_id, action="staff.outage", now=now)
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

"""A charging session and its people: made of its prepaid booking, read, stopped."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import ChargeNotFound, ConnectorUnknown
from scenes.charging.rules import windows as grid
from scenes.charging.service import hearing
from scenes.charging.states import LIVE
from scenes.charging.store import sessions as store
from scenes.charging.store import windows as window_store
from scenes.charging.tables import ChargingConnectorRow, ChargingSessionRow
from scenes.common.booking import service as booking
from scenes.common.booking.errors import BookingNotFound
from scenes.common.booking.ledger import BookingRecord
from scenes.common.kit.caller import Resident
from scenes.common.people import service as people

SESSION: Final = "session"
"""The kind of booking whose details a session is made of."""


class Charge(msgspec.Struct, frozen=True):
    """A session with its prepaid booking, its connector, and until when the connector is its own."""

    row: ChargingSessionRow
    booking: BookingRecord
    connector: ChargingConnectorRow
    until: datetime | None


async def ensure(session: AsyncSession, record: BookingRecord, *, now: datetime) -> ChargingSessionRow | None:
    """Make the session a prepaid booking pays for, once; none where another is live on the connector."""
    known = await store.by_booking(session, record.id)
    if known is not None or record.details.get("kind") != SESSION:
        return known
    row = _row_of(record, record.details, now)
    return row if await store.add(session, row) else await store.by_booking(session, record.id)


def _row_of(record: BookingRecord, details: Mapping[str, Any], now: datetime) -> ChargingSessionRow:
    reservation_id = details["reservationId"]
    return ChargingSessionRow(
        id=UUID(details["sessionId"]), booking_id=record.id,
        reservation_id=UUID(reservation_id) if reservation_id else None,
        connector_id=UUID(details["connectorId"]), station_id=record.place_id,
        operator_id=UUID(details["operatorId"]), person_id=record.person_id, started_by=record.booked_by,
        start_seq=details["startSeq"], state="requested", authorised_fen=record.amount_fen,
        tariff=details["tariff"], next_try_at=record.hold_expires_at or now, created_at=now,
    )  # fmt: skip


async def adopt(session: AsyncSession, booking_id: UUID, *, now: datetime) -> bool:
    """Have a booking's session looked at soon; tell whether its row was missing and is made now.

    A process that was killed between the claim and the row leaves a booking that can be paid all the same.
    """
    known = await store.by_booking(session, booking_id)
    if known is not None:
        await store.wake(session, booking_id, now)
        return False
    try:
        record = await booking.any_booking(session, booking_id)
    except BookingNotFound:
        return False
    return await ensure(session, record, now=now) is not None


async def own_charge(session: AsyncSession, session_id: UUID, resident: Resident) -> Charge:
    """Read a session for whom it is for or who began it (ChargeNotFound for everyone else)."""
    row = await store.one(session, session_id)
    if row is None or not await people.is_theirs(
        session, resident.subject_id, row.person_id, arranged_by=row.started_by
    ):
        raise ChargeNotFound
    return await charge_of(session, session_id)


async def charge_of(session: AsyncSession, session_id: UUID) -> Charge:
    """Read a session with what is shown of it (ChargeNotFound)."""
    row = await store.one(session, session_id)
    if row is None:
        raise ChargeNotFound
    connector = await window_store.connector(session, row.connector_id)
    if connector is None:
        raise ConnectorUnknown
    record = await booking.any_booking(session, row.booking_id)
    return Charge(row, record, connector, until_of(record))


def until_of(record: BookingRecord) -> datetime | None:
    """Say until when the connector is this session's: its reservation's end, or its last quarter's."""
    if (until := record.details.get("until")) is not None:
        return datetime.fromisoformat(until)
    quarters = len(record.lines) - 1
    return grid.quarter_of(record.created_at) + timedelta(minutes=15 * quarters) if quarters > 0 else None


async def stop(session: AsyncSession, session_id: UUID, resident: Resident, *, now: datetime) -> None:
    """Ask to stop a charge; one that was never asked of the operator is given up and paid back.

    Asking again changes nothing. Refuses with ChargeNotFound.
    """
    row = await store.one(session, session_id, lock=True)
    if row is None or not await people.is_theirs(
        session, resident.subject_id, row.person_id, arranged_by=row.started_by
    ):
        raise ChargeNotFound
    if row.state == "requested" and row.asked_at is None:
        hearing.fail(row, "given_up", now=now)
    elif row.state in LIVE:
        hearing.ask_stop(row, "resident", now=now)

"""The statements about charging sessions and their meter readings."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.charging.rules.bill import Reading
from scenes.charging.states import LIVE
from scenes.charging.tables import (
    ChargingOperatorRow,
    ChargingSessionRow,
    MeterReadingRow,
    ReconciledDayRow,
    ReconciliationRow,
)
from scenes.common.booking.tables import BookingRow


async def one(session: AsyncSession, session_id: UUID, *, lock: bool = False) -> ChargingSessionRow | None:
    """Read one session afresh, locked for change if asked."""
    return await session.get(ChargingSessionRow, session_id, with_for_update=lock, populate_existing=True)


async def by_booking(session: AsyncSession, booking_id: UUID) -> ChargingSessionRow | None:
    """Read the session a prepaid booking pays for."""
    statement = select(ChargingSessionRow).where(col(ChargingSessionRow.booking_id) == booking_id)
    return (await session.scalars(statement)).one_or_none()


async def by_seq(session: AsyncSession, operator_id: UUID, start_seq: str) -> ChargingSessionRow | None:
    """Read and lock an operator's session by its number."""
    statement = (
        select(ChargingSessionRow)
        .where(
            col(ChargingSessionRow.start_seq) == start_seq, col(ChargingSessionRow.operator_id) == operator_id
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def add(session: AsyncSession, row: ChargingSessionRow) -> bool:
    """Write a session unless its booking has one, or the connector another live one; tell whether.

    What is not known yet is left out: written as it is, an absent bill would be JSON's null, not SQL's.
    """
    written = await session.execute(
        insert(ChargingSessionRow)
        .values(**row.model_dump(exclude_none=True))
        .on_conflict_do_nothing()
        .returning(col(ChargingSessionRow.id))
    )
    return written.first() is not None


async def live_on(session: AsyncSession, connector_id: UUID) -> ChargingSessionRow | None:
    """Read the live session of a connector."""
    statement = select(ChargingSessionRow).where(
        col(ChargingSessionRow.connector_id) == connector_id, col(ChargingSessionRow.state).in_(LIVE)
    )
    return (await session.scalars(statement)).one_or_none()


_GIVE_UP_UNPAID = text(
    """
    UPDATE charging_session s SET state = 'failed', failure = 'unpaid', next_try_at = :now,
      version = s.version + 1
    FROM booking b WHERE b.id = s.booking_id AND s.connector_id = :connector_id
      AND s.state = 'requested' AND s.paid_at IS NULL
      AND (b.state IN ('cancelled', 'expired') OR b.state = 'held' AND b.hold_expires_at <= :now)
    """
)


async def give_up_unpaid(session: AsyncSession, connector_id: UUID, now: datetime) -> None:
    """End a connector's session that nobody paid for in time, so that the next can begin."""
    await session.execute(_GIVE_UP_UNPAID, {"connector_id": connector_id, "now": now})


async def wake(session: AsyncSession, booking_id: UUID, at: datetime) -> None:
    """Have the session of a booking looked at soon."""
    await session.execute(
        update(ChargingSessionRow)
        .where(col(ChargingSessionRow.booking_id) == booking_id, col(ChargingSessionRow.settled_at).is_(None))
        .values(next_try_at=at)
    )


async def due(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[UUID]:
    """Name the sessions that need something now, the longest waiting first."""
    statement = (
        select(col(ChargingSessionRow.id))
        .where(col(ChargingSessionRow.settled_at).is_(None), col(ChargingSessionRow.next_try_at) <= now)
        .order_by(col(ChargingSessionRow.next_try_at))
        .limit(limit)
    )
    return (await session.scalars(statement)).all()


async def lease(session: AsyncSession, session_id: UUID, *, now: datetime, until: datetime) -> bool:
    """Take a due session for oneself until an instant; tell whether it was to be had."""
    taken = await session.execute(
        update(ChargingSessionRow)
        .where(
            col(ChargingSessionRow.id) == session_id,
            col(ChargingSessionRow.settled_at).is_(None),
            col(ChargingSessionRow.next_try_at) <= now,
        )
        .values(next_try_at=until)
        .returning(col(ChargingSessionRow.id))
    )
    return taken.first() is not None


async def readings(session: AsyncSession, session_id: UUID) -> list[Reading]:
    """Read a session's meter in the order of time."""
    statement = (
        select(col(MeterReadingRow.at), col(MeterReadingRow.energy_wh))
        .where(col(MeterReadingRow.session_id) == session_id)
        .order_by(col(MeterReadingRow.at))
    )
    return [Reading(*row) for row in (await session.execute(statement)).all()]


async def add_reading(session: AsyncSession, session_id: UUID, reading: Reading, now: datetime) -> None:
    """Keep a reading; of two at one instant the higher stays."""
    statement = insert(MeterReadingRow).values(
        session_id=session_id, at=reading.at, energy_wh=reading.energy_wh, received_at=now
    )
    higher = {"energy_wh": statement.excluded.energy_wh, "received_at": now}
    await session.execute(statement.on_conflict_do_update(index_elements=["session_id", "at"], set_=higher))


async def booking_state(session: AsyncSession, booking_id: UUID) -> str | None:
    """Read how a booking stands."""
    return await session.scalar(select(col(BookingRow.state)).where(col(BookingRow.id) == booking_id))


async def operator(session: AsyncSession, operator_id: UUID) -> ChargingOperatorRow | None:
    """Read one operator."""
    return await session.get(ChargingOperatorRow, operator_id)


async def operators(session: AsyncSession) -> Sequence[ChargingOperatorRow]:
    """Read the operators that are on."""
    statement = select(ChargingOperatorRow).where(col(ChargingOperatorRow.enabled))
    return (await session.scalars(statement.order_by(col(ChargingOperatorRow.id)))).all()


async def ended_between(
    session: AsyncSession, operator_id: UUID, since: datetime, until: datetime
) -> Sequence[ChargingSessionRow]:
    """Read an operator's billed sessions that ended within a span."""
    statement = (
        select(ChargingSessionRow)
        .where(
            col(ChargingSessionRow.operator_id) == operator_id,
            col(ChargingSessionRow.state) == "ended",
            col(ChargingSessionRow.ended_at) >= since,
            col(ChargingSessionRow.ended_at) < until,
            col(ChargingSessionRow.total_fen).is_not(None),
        )
        .order_by(col(ChargingSessionRow.start_seq))
    )
    return (await session.scalars(statement)).all()


async def put_difference(session: AsyncSession, row: ReconciliationRow) -> None:
    """Keep a difference once for each order of a day; what staff settled stays as they left it."""
    values: dict[str, Any] = row.model_dump()
    statement = insert(ReconciliationRow).values(**values)
    fresh = {name: values[name] for name in ("kind", "ours", "theirs", "difference_fen")}
    await session.execute(
        statement.on_conflict_do_update(
            constraint="uq_reconciliation_order", set_=fresh, where=col(ReconciliationRow.state) == "open"
        )
    )


async def put_day(session: AsyncSession, row: ReconciledDayRow) -> None:
    """Note that a day of an operator was compared."""
    await session.merge(row)


async def day_done(session: AsyncSession, operator_id: UUID, day: date) -> ReconciledDayRow | None:
    """Read the note of a compared day."""
    return await session.get(ReconciledDayRow, (operator_id, day))

"""The payments desk's statements, one each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.booking.tables import BookingRow
from scenes.common.kit.idempotency import IdempotencyRow
from scenes.common.payments.rules import COUNTER
from scenes.common.payments.states import OPEN, REQUESTED, SUCCESS
from scenes.common.payments.tables import PaymentEventRow, PaymentRow, RefundRow


async def payment(session: AsyncSession, payment_id: UUID) -> PaymentRow | None:
    """Read one payment."""
    return await session.get(PaymentRow, payment_id)


async def locked_payment(session: AsyncSession, payment_id: UUID) -> PaymentRow | None:
    """Read one payment afresh and keep others from changing it until the transaction ends."""
    return await session.get(PaymentRow, payment_id, with_for_update=True, populate_existing=True)


async def booking(session: AsyncSession, booking_id: UUID) -> BookingRow | None:
    """Read the booking that is to be paid."""
    return await session.get(BookingRow, booking_id, populate_existing=True)


async def live_payment(session: AsyncSession, booking_id: UUID) -> PaymentRow | None:
    """Find and lock the one open or successful payment of a booking."""
    found = await session.execute(
        select(PaymentRow)
        .where(col(PaymentRow.booking_id) == booking_id, col(PaymentRow.state).in_([*OPEN, SUCCESS]))
        .with_for_update()
    )
    return found.scalar_one_or_none()


async def add_if_none_live(session: AsyncSession, row: PaymentRow) -> bool:
    """Write a new payment unless the booking has a live one; tell whether it was written."""
    written = await session.execute(
        insert(PaymentRow).values(**row.model_dump()).on_conflict_do_nothing().returning(col(PaymentRow.id))
    )
    return written.first() is not None


async def stored_answer(session: AsyncSession, owner: UUID, key: str) -> IdempotencyRow | None:
    """Read the answer that was given for an idempotency key, if any."""
    return await session.get(IdempotencyRow, (owner, key))


async def add_event(session: AsyncSession, row: PaymentEventRow) -> bool:
    """Write a provider's event down; tell whether it is new."""
    written = await session.execute(
        insert(PaymentEventRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing(constraint="uq_payment_event_no")
        .returning(col(PaymentEventRow.id))
    )
    return written.first() is not None


async def unsettled(session: AsyncSession, *, limit: int) -> Sequence[UUID]:
    """List payments that succeeded and whose booking was not told yet, oldest first."""
    found = await session.scalars(
        select(col(PaymentRow.id))
        .where(col(PaymentRow.state) == SUCCESS, col(PaymentRow.settled_at).is_(None))
        .order_by(col(PaymentRow.succeeded_at))
        .limit(limit)
    )
    return found.all()


async def to_ask(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[UUID]:
    """List open payments whose provider has been silent long enough."""
    found = await session.scalars(
        select(col(PaymentRow.id))
        .where(col(PaymentRow.state).in_(OPEN), col(PaymentRow.next_ask_at) <= now)
        .order_by(col(PaymentRow.next_ask_at))
        .limit(limit)
    )
    return found.all()


async def add_refund(session: AsyncSession, row: RefundRow) -> bool:
    """Write a refund down; tell whether its number is new."""
    written = await session.execute(
        insert(RefundRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing(constraint="uq_refund_out_refund_no")
        .returning(col(RefundRow.id))
    )
    return written.first() is not None


async def refund(session: AsyncSession, refund_id: UUID) -> RefundRow | None:
    """Read one refund."""
    return await session.get(RefundRow, refund_id)


async def locked_refund(session: AsyncSession, refund_id: UUID) -> RefundRow | None:
    """Read one refund afresh and keep others from changing it until the transaction ends."""
    return await session.get(RefundRow, refund_id, with_for_update=True, populate_existing=True)


async def due_refunds(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[UUID]:
    """List refunds that wait for a try; what a counter hands back waits for its staff."""
    found = await session.scalars(
        select(col(RefundRow.id))
        .join(PaymentRow, col(PaymentRow.id) == col(RefundRow.payment_id))
        .where(
            col(RefundRow.state) == REQUESTED,
            col(RefundRow.next_try_at) <= now,
            col(PaymentRow.method) != COUNTER,
        )
        .order_by(col(RefundRow.next_try_at))
        .limit(limit)
    )
    return found.all()


_STUCK_REFUNDS: Final = text(
    """
    SELECT r.id AS refund_id, y.booking_id, b.place_id, b.title, p.name, y.method, y.id AS payment_id,
      r.out_refund_no, y.provider_ref, r.amount_fen, r.reason, r.requested_at AS since
    FROM refund r JOIN payment y ON y.id = r.payment_id JOIN booking b ON b.id = y.booking_id
    JOIN person p ON p.id = y.person_id
    WHERE r.state = 'abnormal' ORDER BY r.requested_at, r.id LIMIT :limit
    """
)


async def stuck_refunds(session: AsyncSession, *, limit: int) -> Sequence[RowMapping]:
    """List refunds that need a member of staff, with what they are of and whose, oldest first."""
    found = await session.execute(_STUCK_REFUNDS, {"limit": limit})
    return found.mappings().all()


async def count_stuck_refunds(session: AsyncSession) -> int:
    """Count refunds that need a member of staff; an index holds these alone."""
    counted = select(func.count()).select_from(RefundRow).where(text("state = 'abnormal'"))
    return (await session.scalars(counted)).one()


_COUNTED_COUNTER_REFUNDS: Final = text(
    """
    SELECT count(*) FROM refund r JOIN payment y ON y.id = r.payment_id JOIN booking b ON b.id = y.booking_id
    WHERE r.state = 'requested' AND y.method = :counter AND b.place_id = :place_id
    """
)

_COUNTER_REFUNDS: Final = text(
    """
    SELECT r.id AS refund_id, b.id AS booking_id, b.place_id, b.title, p.name, r.amount_fen,
      r.requested_at AS since
    FROM refund r JOIN payment y ON y.id = r.payment_id JOIN booking b ON b.id = y.booking_id
    JOIN person p ON p.id = b.person_id
    WHERE r.state = 'requested' AND y.method = :counter AND b.place_id = :place_id
    ORDER BY r.requested_at, r.id
    """
)


async def count_counter_refunds(session: AsyncSession, place_id: UUID) -> int:
    """Count what a venue's counter has to hand back."""
    at = {"counter": COUNTER, "place_id": place_id}
    return (await session.scalars(_COUNTED_COUNTER_REFUNDS, at)).one()


async def counter_refunds(session: AsyncSession, place_id: UUID) -> Sequence[RowMapping]:
    """List what a venue's counter has to hand back, with whose booking it was, oldest first."""
    found = await session.execute(_COUNTER_REFUNDS, {"counter": COUNTER, "place_id": place_id})
    return found.mappings().all()

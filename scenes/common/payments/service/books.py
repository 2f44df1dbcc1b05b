"""What every verb of payments writes and tells: the locked row, the booking's block, the news."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import store as booking_store
from scenes.common.kit.outbox import emit
from scenes.common.payments import rules, store
from scenes.common.payments.errors import PaymentNotFound
from scenes.common.payments.tables import PaymentRow


async def locked(session: AsyncSession, payment_id: UUID) -> PaymentRow:
    """Lock a payment; refuses with PaymentNotFound."""
    row = await store.locked_payment(session, payment_id)
    if row is None:
        raise PaymentNotFound
    return row


async def note_state(session: AsyncSession, row: PaymentRow) -> None:
    """Keep the booking's payment block true, unless the booking has a newer payment."""
    booking = await store.booking(session, row.booking_id)
    if booking is not None and booking.payment_id == row.id:
        shown = rules.shown_state(row.state, row.refund_state, kept_fen=row.captured_fen or 0)
        await booking_store.note_payment(session, row.booking_id, payment_id=row.id, state=shown)


def tell(
    session: AsyncSession, topic: str, row: PaymentRow, *, now: datetime, amount_fen: int | None = None
) -> None:
    """Let the news leave with the transaction; ids and amounts only."""
    payload = {
        "paymentId": str(row.id),
        "bookingId": str(row.booking_id),
        "payerId": str(row.payer_id),
        "amountFen": row.amount_fen if amount_fen is None else amount_fen,
    }
    emit(session, topic, subject_id=row.person_id, payload=payload, at=now)

"""The final charge of an amount paid in advance."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.payments import rules, states, store
from scenes.common.payments.errors import IllegalPaymentMove, PaymentNotFound
from scenes.common.payments.service import note_state, request_refund


async def capture(session: AsyncSession, booking_id: UUID, final_fen: int, *, now: datetime) -> UUID | None:
    """Keep the final charge and send the rest back once; of nothing kept, the whole goes back.

    Return the refund if there is a new one. Said again with the same charge it changes nothing, and what
    was refunded as a whole stays so. Refuses with PaymentNotFound, IllegalPaymentMove while it is not paid,
    FinalChargeInvalid.
    """
    row = await store.live_payment(session, booking_id)
    if row is None:
        raise PaymentNotFound
    if row.state != states.SUCCESS:
        raise IllegalPaymentMove
    rules.check_final(final_fen, row.amount_fen, captured_fen=row.captured_fen)
    if row.captured_fen is not None or row.refund_state != states.NONE:
        return None
    row.captured_fen, row.settled_at = final_fen, row.settled_at or now
    rest = row.amount_fen - final_fen
    if rest == 0:
        return None
    part = rest if final_fen else None
    refund_id = await request_refund(session, row, reason="rest", now=now, part_fen=part)
    await note_state(session, row)
    return refund_id

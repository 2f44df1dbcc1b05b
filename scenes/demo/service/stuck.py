"""One refund that its provider could not carry out, so that the demo shows how such money is dealt with."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.booking.tables import BookingRow
from scenes.common.payments import rules, states
from scenes.common.payments.service import count_stuck_refunds
from scenes.common.payments.tables import PaymentRow, RefundRow
from scenes.demo.rules.chance import drawn_id, stream
from scenes.demo.rules.visits import Visit
from scenes.demo.service.visits import METHOD, PAID_AFTER

ASKED_AFTER: Final = timedelta(minutes=8)


async def leave_one_stuck(
    session: AsyncSession, visits: Sequence[Visit], *, seed: int, now: datetime
) -> None:
    """Let the first cancelled visit that cost something have been paid, and its refund be abnormal, once."""
    visit = next((each for each in visits if each.state == "cancelled" and each.slot.price_fen), None)
    if visit is None or await count_stuck_refunds(session):
        return
    payment_id, paid_at = drawn_id(stream(seed, "stuck payment", visit.id), 0), visit.created_at + PAID_AFTER
    asked_at = min(visit.created_at + ASKED_AFTER, now)
    session.add(
        PaymentRow(
            id=payment_id, booking_id=visit.id, person_id=visit.person_id, payer_id=visit.booked_by,
            method=METHOD, state=states.SUCCESS, refund_state=states.ABNORMAL,
            amount_fen=visit.slot.price_fen, provider_ref=f"DEMO{payment_id.hex[-12:]}",
            created_at=visit.created_at, succeeded_at=paid_at, settled_at=paid_at, next_ask_at=paid_at,
        )
    )  # fmt: skip
    await session.flush()
    session.add(
        RefundRow(
            id=drawn_id(stream(seed, "stuck refund", visit.id), 0), payment_id=payment_id,
            out_refund_no=rules.whole_refund_no(payment_id.hex), amount_fen=visit.slot.price_fen,
            reason="cancelled", state=states.ABNORMAL, next_try_at=asked_at, requested_at=asked_at,
        )
    )  # fmt: skip
    await session.execute(
        update(BookingRow)
        .where(col(BookingRow.id) == visit.id)
        .values(payment_id=payment_id, payment_state="refunding")
    )

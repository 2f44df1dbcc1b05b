"""Money on its way back; each verb runs in the caller's transaction."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.rules import Terms
from scenes.common.kit.ids import new_id
from scenes.common.kit.money import percent_of
from scenes.common.payments import rules, states, store
from scenes.common.payments.errors import PaymentNotFound
from scenes.common.payments.service.books import locked, note_state, tell
from scenes.common.payments.tables import PaymentRow, RefundRow


async def request_refund(
    session: AsyncSession, row: PaymentRow, *, reason: str, now: datetime, part_fen: int | None = None
) -> UUID | None:
    """Ask for the whole amount back or for a part, once however often it is asked; return a new refund.

    It does not touch the booking: an event's handler runs among others' in one transaction, and holding
    booking rows there could close a ring with the ledger.
    """
    number = rules.whole_refund_no if part_fen is None else rules.rest_refund_no
    refund = _refund_row(row, number(row.id.hex), reason=reason, now=now)
    refund.amount_fen = row.amount_fen if part_fen is None else part_fen
    row.refund_state = states.refund_after(row.refund_state, states.REQUEST)
    if not await store.add_refund(session, refund):
        return None
    if row.method == rules.COUNTER:
        tell(session, "payment.refund_waits", row, now=now, amount_fen=refund.amount_fen)
    return refund.id


async def booking_ended(session: AsyncSession, booking_id: UUID, *, now: datetime) -> None:
    """Give a paid booking's money back and have an open payment closed, now that nothing is to be had."""
    row = await store.live_payment(session, booking_id)
    if row is None or row.captured_fen is not None:
        return
    if row.state == states.SUCCESS:
        row.settled_at = row.settled_at or now
        await request_refund(session, row, reason="cancelled", now=now)
    else:
        row.closing, row.next_ask_at = True, now


async def booking_missed(session: AsyncSession, booking_id: UUID, *, now: datetime) -> UUID | None:
    """Give back the share that was promised to whoever does not come, half a fen rounded up, once.

    Return the refund if there is a new one. Like every handler of events it does not touch the booking.
    """
    booking, row = await store.booking(session, booking_id), await store.live_payment(session, booking_id)
    if booking is None or row is None or not rules.is_whole(row.state, row.refund_state, row.captured_fen):
        return None
    terms = msgspec.convert(booking.terms, Terms, strict=False)
    back = percent_of(row.amount_fen, terms.no_show_refund_percent)
    if back == 0:
        return None
    row.captured_fen, row.settled_at = row.amount_fen - back, row.settled_at or now
    return await request_refund(
        session, row, reason="missed", now=now, part_fen=back if row.captured_fen else None
    )


async def refund_moved(session: AsyncSession, refund_id: UUID, *, event: str, now: datetime) -> None:
    """Move a refund by one event of the graph, and tell the person where their money is.

    One that is tried again counts as tried, so that its provider is asked before anything is repeated.
    """
    refund, row = await locked_refund(session, refund_id)
    after = states.refund_after(refund.state, event)
    if after == refund.state:
        return
    refund.state = after
    if after == states.REQUESTED:
        refund.tries, refund.next_try_at = max(refund.tries, 1), now
    if after == states.REFUNDED:
        refund.refunded_at = now
    if not rules.is_beside(refund.reason, row.state):
        row.refund_state = after
        if after == states.REFUNDED:
            row.refunded_fen = min(row.amount_fen, row.refunded_fen + refund.amount_fen)
    topic = rules.refund_news(event, row.method)
    if topic is not None:
        tell(session, topic, row, now=now, amount_fen=refund.amount_fen)
    await note_state(session, row)


async def refund_put_off(session: AsyncSession, refund_id: UUID, *, now: datetime) -> None:
    """Note a try that brought no certainty; the next one asks before it repeats."""
    refund, row = await locked_refund(session, refund_id)
    refund.tries += 1
    refund.next_try_at = now + rules.next_ask(refund.tries)
    await note_state(session, row)


async def hand_to_staff(session: AsyncSession, row: PaymentRow, *, amount_fen: int, now: datetime) -> None:
    """Put money that does not match its payment on the staff's list."""
    refund = _refund_row(row, rules.odd_refund_no(row.id.hex), reason=rules.MISMATCH, now=now)
    refund.state, refund.amount_fen = states.ABNORMAL, amount_fen
    if await store.add_refund(session, refund):
        tell(session, "payment.refund_abnormal", row, now=now, amount_fen=amount_fen)
        if not rules.is_beside(refund.reason, row.state):
            row.refund_state = states.ABNORMAL
            await note_state(session, row)


def _refund_row(row: PaymentRow, out_refund_no: str, *, reason: str, now: datetime) -> RefundRow:
    return RefundRow(
        id=new_id(),
        payment_id=row.id,
        out_refund_no=out_refund_no,
        amount_fen=row.amount_fen,
        reason=reason,
        state=states.REQUESTED,
        next_try_at=now,
        requested_at=now,
    )


async def locked_refund(session: AsyncSession, refund_id: UUID) -> tuple[RefundRow, PaymentRow]:
    """Lock the payment before its refund, as everyone does, so that nobody waits in a ring."""
    refund = await store.refund(session, refund_id)
    if refund is None:
        raise PaymentNotFound
    row = await locked(session, refund.payment_id)
    latest = await store.locked_refund(session, refund_id)
    return latest or refund, row

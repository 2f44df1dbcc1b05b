"""The payments desk's verbs; each runs in the caller's transaction."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import store as booking_store
from scenes.common.booking.errors import BookingNotFound
from scenes.common.booking.rules import Terms
from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from scenes.common.kit.money import percent_of
from scenes.common.kit.outbox import emit
from scenes.common.payments import rules, states, store
from scenes.common.payments.errors import IllegalPaymentMove, PaymentNotFound, PaymentOpen
from scenes.common.payments.tables import PaymentEventRow, PaymentRow, RefundRow
from scenes.common.payments.upstream import Notice, OrderFacts
from scenes.common.people import service as people

EVENT_OF = {"paid": states.SUCCEED, "declined": states.DECLINE, "closed": states.CANCEL}
"""Which event of the state graph each of a provider's words is; `pending` is none."""


async def open_payment(
    session: AsyncSession, booking_id: UUID, *, resident: Resident, method: str, now: datetime
) -> tuple[PaymentRow, str]:
    """Open a payment of a held booking, or find the open one again; also return what is being paid for.

    Refuses with BookingNotFound (also others' bookings), AlreadyPaid, NothingToPay, HoldExpired, PaymentOpen;
    a delegate who is new also with CoolingOff.
    """
    booking = await store.booking(session, booking_id)
    if booking is None or not await people.is_theirs(
        session, resident.subject_id, booking.person_id, arranged_by=booking.booked_by
    ):
        raise BookingNotFound
    live = await store.live_payment(session, booking_id)
    if live is None:
        await people.allow_payment(
            session, resident, title=booking.title, amount_fen=booking.amount_fen, now=now
        )
        rules.check_payable(booking.state, booking.hold_expires_at, amount_fen=booking.amount_fen, now=now)
        row = PaymentRow(
            id=new_id(),
            booking_id=booking_id,
            person_id=booking.person_id,
            payer_id=resident.person_id,
            method=method,
            state=states.CREATED,
            amount_fen=booking.amount_fen,
            created_at=now,
            next_ask_at=now + rules.FIRST_ASK,
        )
        if await store.add_if_none_live(session, row):
            await booking_store.note_payment(session, booking_id, payment_id=row.id, state=row.state)
            return row, booking.title
        live = await store.live_payment(session, booking_id)
    if live is None:
        raise PaymentOpen
    rules.check_same_payment(live.state, live.method, method=method, closing=live.closing)
    return live, booking.title


async def submitted(
    session: AsyncSession, payment_id: UUID, facts: OrderFacts, *, now: datetime
) -> PaymentRow:
    """Note that the provider has the order; news that was faster than this note stands."""
    row = await _locked(session, payment_id)
    row.state = states.payment_after(row.state, states.SUBMIT)
    row.provider_ref, row.pay_url = facts.provider_ref, facts.pay_url
    row.next_ask_at = now + rules.next_ask(0)
    await note_state(session, row)
    return row


async def own_payment(session: AsyncSession, payment_id: UUID, *, resident: Resident) -> PaymentRow:
    """Read a payment for whom it is for or who pays it; PaymentNotFound for everyone else."""
    row = await store.payment(session, payment_id)
    if row is None or not rules.is_party(resident, row.person_id, row.payer_id):
        raise PaymentNotFound
    return row


async def receive(session: AsyncSession, notice: Notice, *, method: str, now: datetime) -> PaymentRow:
    """Write a provider's word down once and move the payment if the graph has that edge.

    A repeat changes nothing. A success after another end, or of another amount, moves nothing either, and
    that money goes back: the whole of it by itself, a wrong amount by a member of staff.
    """
    facts = notice.facts
    row = await _locked(session, facts.payment_id)
    if row.method != method:
        raise PaymentNotFound
    event = EVENT_OF.get(facts.state)
    if event is None:
        return row
    verdict, after = _judged(row, event, facts)
    kept = PaymentEventRow(
        id=new_id(),
        method=method,
        event_no=notice.event_no,
        payment_id=row.id,
        event=event,
        facts=notice.raw,
        verdict=verdict,
        at=now,
    )
    if await store.add_event(session, kept):
        row.state = after
        await _follow(session, row, verdict=verdict, facts=facts, now=now)
    return row


def _judged(row: PaymentRow, event: str, facts: OrderFacts) -> tuple[str, str]:
    """Say what becomes of a provider's word: a verdict and the payment's state after it."""
    if event == states.SUCCEED and not rules.money_matches(
        row.amount_fen, facts.amount_fen, currency=facts.currency
    ):
        ended = row.state in states.FINISHED
        return "mismatch", row.state if ended else states.payment_after(row.state, states.GIVE_UP)
    try:
        after = states.told_after(row.state, event)
    except IllegalPaymentMove:
        return "refused", row.state
    return ("repeated" if after == row.state else "applied"), after


async def _follow(
    session: AsyncSession, row: PaymentRow, *, verdict: str, facts: OrderFacts, now: datetime
) -> None:
    """Carry out what was judged."""
    if verdict == "applied":
        await note_state(session, row)
    if verdict == "applied" and row.state == states.SUCCESS:
        row.succeeded_at = now
        _tell(session, "payment.succeeded", row, now=now)
    if verdict == "refused" and facts.state == "paid":
        await request_refund(session, row, reason="late", now=now)
        await note_state(session, row)
    if verdict == "mismatch":
        await _hand_to_staff(session, row, amount_fen=facts.amount_fen, now=now)


async def still_open(session: AsyncSession, payment_id: UUID, *, now: datetime) -> None:
    """Put the next question to a silent provider off."""
    row = await _locked(session, payment_id)
    row.asks += 1
    row.next_ask_at = now + rules.next_ask(row.asks)


async def unknown_to_provider(session: AsyncSession, payment_id: UUID) -> None:
    """End a payment its provider never heard of: never sent is cancelled, lost there is an error."""
    row = await _locked(session, payment_id)
    if row.state in states.OPEN:
        event = states.CANCEL if row.state == states.CREATED else states.GIVE_UP
        row.state = states.payment_after(row.state, event)
        await note_state(session, row)


async def is_kept(session: AsyncSession, payment_id: UUID) -> bool:
    """Tell whether a payment's booking stands by this very payment."""
    row = await _locked(session, payment_id)
    booking = await store.booking(session, row.booking_id)
    return booking is not None and rules.stands(booking.state) and booking.payment_id == payment_id


async def settle(session: AsyncSession, payment_id: UUID, *, kept: bool, now: datetime) -> UUID | None:
    """Close the books on a success: the booking stands, or the whole amount goes back; return the refund."""
    row = await _locked(session, payment_id)
    if row.settled_at is None:
        row.settled_at = now
        if not kept:
            refund_id = await request_refund(session, row, reason="late", now=now)
            await note_state(session, row)
            return refund_id
    return None


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
    return refund.id if await store.add_refund(session, refund) else None


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
    """Move a refund by one event of the graph, and tell the person when the money is back."""
    refund, row = await _locked_refund(session, refund_id)
    after = states.refund_after(refund.state, event)
    if after == refund.state:
        return
    refund.state = row.refund_state = after
    if after == states.REFUNDED:
        refund.refunded_at = now
        row.refunded_fen = min(row.amount_fen, row.refunded_fen + refund.amount_fen)
        _tell(session, "payment.refunded", row, now=now, amount_fen=refund.amount_fen)
    else:
        _tell(session, "payment.refund_abnormal", row, now=now, amount_fen=refund.amount_fen)
    await note_state(session, row)


async def refund_put_off(session: AsyncSession, refund_id: UUID, *, now: datetime) -> None:
    """Note a try that brought no certainty; the next one asks before it repeats."""
    refund, row = await _locked_refund(session, refund_id)
    refund.tries += 1
    refund.next_try_at = now + rules.next_ask(refund.tries)
    await note_state(session, row)


async def abnormal_refunds(session: AsyncSession, *, limit: int = 100) -> list[tuple[RefundRow, PaymentRow]]:
    """List refunds that only a member of staff can bring to an end."""
    return await store.abnormal_refunds(session, limit=limit)


async def _hand_to_staff(session: AsyncSession, row: PaymentRow, *, amount_fen: int, now: datetime) -> None:
    """Put money that does not match its payment on the staff's list."""
    refund = _refund_row(row, rules.odd_refund_no(row.id.hex), reason="mismatch", now=now)
    refund.state, refund.amount_fen = states.ABNORMAL, amount_fen
    if await store.add_refund(session, refund):
        _tell(session, "payment.refund_abnormal", row, now=now, amount_fen=amount_fen)
        if row.state != states.SUCCESS:
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


async def _locked(session: AsyncSession, payment_id: UUID) -> PaymentRow:
    row = await store.locked_payment(session, payment_id)
    if row is None:
        raise PaymentNotFound
    return row


async def _locked_refund(session: AsyncSession, refund_id: UUID) -> tuple[RefundRow, PaymentRow]:
    """Lock the payment before its refund, as everyone does, so that nobody waits in a ring."""
    refund = await store.refund(session, refund_id)
    if refund is None:
        raise PaymentNotFound
    row = await _locked(session, refund.payment_id)
    locked = await store.locked_refund(session, refund_id)
    return locked or refund, row


async def note_state(session: AsyncSession, row: PaymentRow) -> None:
    """Keep the booking's payment block true, unless the booking has a newer payment."""
    booking = await store.booking(session, row.booking_id)
    if booking is not None and booking.payment_id == row.id:
        shown = rules.shown_state(row.state, row.refund_state, kept_fen=row.captured_fen or 0)
        await booking_store.note_payment(session, row.booking_id, payment_id=row.id, state=shown)


def _tell(
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

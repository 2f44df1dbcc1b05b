"""From the offer to pay to the closed books; each verb runs in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import store as booking_store
from scenes.common.booking.errors import BookingNotFound
from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from scenes.common.payments import rules, states, store
from scenes.common.payments.errors import IllegalPaymentMove, PaymentNotFound, PaymentOpen
from scenes.common.payments.service.books import locked, note_state, tell
from scenes.common.payments.service.refunding import hand_to_staff, request_refund
from scenes.common.payments.tables import PaymentEventRow, PaymentRow
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
    row = await locked(session, payment_id)
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
    row = await locked(session, facts.payment_id)
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
        tell(session, "payment.succeeded", row, now=now)
    if verdict == "refused" and facts.state == "paid":
        await request_refund(session, row, reason="late", now=now)
        await note_state(session, row)
    if verdict == "mismatch":
        await hand_to_staff(session, row, amount_fen=facts.amount_fen, now=now)


async def still_open(session: AsyncSession, payment_id: UUID, *, now: datetime) -> None:
    """Put the next question to a silent provider off."""
    row = await locked(session, payment_id)
    row.asks += 1
    row.next_ask_at = now + rules.next_ask(row.asks)


async def unknown_to_provider(session: AsyncSession, payment_id: UUID) -> None:
    """End a payment its provider never heard of: never sent is cancelled, lost there is an error."""
    row = await locked(session, payment_id)
    if row.state in states.OPEN:
        event = states.CANCEL if row.state == states.CREATED else states.GIVE_UP
        row.state = states.payment_after(row.state, event)
        await note_state(session, row)


async def is_kept(session: AsyncSession, payment_id: UUID) -> bool:
    """Tell whether a payment's booking stands by this very payment."""
    row = await locked(session, payment_id)
    booking = await store.booking(session, row.booking_id)
    return booking is not None and rules.stands(booking.state) and booking.payment_id == payment_id


async def settle(session: AsyncSession, payment_id: UUID, *, kept: bool, now: datetime) -> UUID | None:
    """Close the books on a success: the booking stands, or the whole amount goes back; return the refund."""
    row = await locked(session, payment_id)
    if row.settled_at is None:
        row.settled_at = now
        if not kept:
            refund_id = await request_refund(session, row, reason="late", now=now)
            await note_state(session, row)
            return refund_id
    return None

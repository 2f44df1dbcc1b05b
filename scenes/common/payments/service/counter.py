"""Money that passes over a venue's own counter: taken by its staff, and handed back by them.

The venue's till is the provider here, so there is nobody to ask: what a member of staff says is written
down as a provider's word would be, and audited. Money that is to go back waits for them, and the person is
told of both, so that nothing changes hands in silence.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import store as booking_store
from scenes.common.booking.errors import BookingNotFound, PriceChanged
from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from scenes.common.payments import rules, states, store
from scenes.common.payments.errors import AlreadyPaid, NothingToPay, PaymentNotFound, PaymentOpen
from scenes.common.payments.service.books import locked, tell
from scenes.common.payments.service.refunding import refund_moved
from scenes.common.payments.tables import PaymentEventRow, PaymentRow
from scenes.common.people.service import append_audit, check_may_assist

SCENES: Final = frozenset({"clinic", "breakfast", "eldercare"})
"""Scenes with a counter; a charge is prepaid and its rest returned where nobody stands (decision 7)."""


class HandBack(msgspec.Struct, frozen=True, kw_only=True):
    """Money to be handed back at a counter, in fen, for which booking of whom, and since when."""

    refund_id: UUID
    booking_id: UUID
    place_id: UUID
    title: str
    name: str
    amount_fen: int
    since: datetime


async def take(
    session: AsyncSession, booking_id: UUID, *, staff: Staff, amount_fen: int, now: datetime
) -> PaymentRow:
    """Write down that a held booking was paid over the counter; the ledger is told by `settle`.

    `amount_fen` is what was counted. Refuses with Forbidden, BookingNotFound outside the scope, PriceChanged
    for another amount, AlreadyPaid, PaymentOpen while it is being paid on a phone, HoldExpired, NothingToPay.
    """
    booking = await store.booking(session, booking_id)
    if booking is None or not staff.may_work_at(booking.place_id):
        raise BookingNotFound
    check_may_assist(staff)
    if booking.scene not in SCENES:
        raise NothingToPay("充电要在手机上付,充完多退少补。", detail_en="A charge is paid on the phone.")
    live = await store.live_payment(session, booking_id)
    if live is not None:
        raise AlreadyPaid if live.state == states.SUCCESS else _being_paid()
    rules.check_payable(booking.state, booking.hold_expires_at, amount_fen=booking.amount_fen, now=now)
    if amount_fen != booking.amount_fen:
        raise PriceChanged
    row = PaymentRow(
        id=new_id(), booking_id=booking_id, person_id=booking.person_id, payer_id=booking.booked_by,
        method=rules.COUNTER, state=states.SUCCESS, amount_fen=amount_fen, created_at=now, succeeded_at=now,
        next_ask_at=now,
    )  # fmt: skip
    if not await store.add_if_none_live(session, row):
        raise _being_paid()
    await _write_down(session, row, staff, now=now)
    tell(session, "payment.succeeded", row, now=now)
    await append_audit(
        session, staff.staff_id, action="staff.payment.take", subject_ids=[row.person_id], now=now
    )
    return await locked(session, row.id)


def _being_paid() -> PaymentOpen:
    return PaymentOpen(
        "这一单正在手机上付款,先不要收钱。请他在手机上付完;付不了就取消这一单,再约一次。",
        detail_en="This booking is being paid on a phone. Do not take money for it now.",
    )


async def _write_down(session: AsyncSession, row: PaymentRow, staff: Staff, *, now: datetime) -> None:
    event = PaymentEventRow(
        id=new_id(), method=rules.COUNTER, event_no=f"taken:{row.id}", payment_id=row.id,
        event=states.SUCCEED, facts={"staffId": str(staff.staff_id), "amountFen": row.amount_fen},
        verdict="applied", at=now,
    )  # fmt: skip
    await store.add_event(session, event)
    await booking_store.note_payment(session, row.booking_id, payment_id=row.id, state=row.state)


async def to_hand_back(session: AsyncSession, staff: Staff, place_id: UUID) -> list[HandBack]:
    """List what a venue's counter has to hand back, oldest first (BookingNotFound outside the scope)."""
    if not staff.may_work_at(place_id):
        raise BookingNotFound
    rows = await store.counter_refunds(session, place_id)
    return [msgspec.convert(dict(row), HandBack) for row in rows]


async def count_to_hand_back(session: AsyncSession, place_id: UUID) -> int:
    """Count what a venue's counter has to hand back, for whoever may see its board."""
    return await store.count_counter_refunds(session, place_id)


async def handed_back(session: AsyncSession, refund_id: UUID, *, staff: Staff, now: datetime) -> UUID:
    """Write down that money was handed back, and return the venue; said again it changes nothing.

    Refuses with PaymentNotFound: also outside the scope, and for money that goes back another way.
    """
    refund = await store.refund(session, refund_id)
    row = None if refund is None else await store.payment(session, refund.payment_id)
    booking = None if row is None else await store.booking(session, row.booking_id)
    if refund is None or row is None or booking is None or row.method != rules.COUNTER:
        raise PaymentNotFound
    if not staff.may_work_at(booking.place_id):
        raise PaymentNotFound
    if refund.state == states.REQUESTED:
        await refund_moved(session, refund_id, event=states.COMPLETE, now=now)
        await append_audit(
            session, staff.staff_id, action="staff.payment.hand_back", subject_ids=[row.person_id], now=now
        )
    return booking.place_id

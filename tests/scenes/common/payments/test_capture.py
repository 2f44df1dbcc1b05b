"""Of an amount paid in advance, the final charge is kept and the rest goes back, once."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.clock import system_clock
from scenes.common.kit.outbox import emit, relay
from scenes.common.payments import rules
from scenes.common.payments.capture import capture
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.errors import FinalChargeInvalid, IllegalPaymentMove, PaymentNotFound
from scenes.common.payments.jobs import HANDLERS
from scenes.common.payments.tables import PaymentRow
from scenes.common.payments.wire import shown
from tests.scenes.common.payments.conftest import District
from tests.scenes.common.payments.test_cashier import approve, column, pay, scalar


async def charge(district: District, booking_id: UUID, final_fen: int) -> UUID | None:
    async with district.database.transaction() as session:
        return await capture(session, booking_id, final_fen, now=system_clock())


async def paid(cashier: Cashier, district: District) -> tuple[UUID, UUID]:
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    assert await approve(cashier, district, payment_id) == "success"
    return held.id, payment_id


async def wire_of(district: District, payment_id: UUID) -> tuple[str, int]:
    async with district.database.transaction() as session:
        row = await session.get(PaymentRow, payment_id)
        assert row is not None
        payment = shown(row)
        return payment.state, payment.refunded_fen


async def test_the_rest_goes_back_once_and_the_payment_stays_a_success(
    cashier: Cashier, district: District
) -> None:
    booking_id, payment_id = await paid(cashier, district)
    refund_id = await charge(district, booking_id, 141)
    assert refund_id is not None
    assert await wire_of(district, payment_id) == ("success", 0)
    await cashier.refund(refund_id)
    assert await wire_of(district, payment_id) == ("success", 209)
    assert (await district.booking(booking_id))[2] == "success"
    assert await charge(district, booking_id, 141) is None
    assert await column(district.database, "SELECT amount_fen FROM refund") == [209]
    told = await column(
        district.database, "SELECT payload->>'amountFen' FROM outbox WHERE topic = 'payment.refunded'"
    )
    assert told == ["209"]


async def test_all_of_it_kept_sends_nothing_back(cashier: Cashier, district: District) -> None:
    booking_id, payment_id = await paid(cashier, district)
    assert await charge(district, booking_id, 350) is None
    assert await wire_of(district, payment_id) == ("success", 0)


async def test_nothing_kept_sends_the_whole_back(cashier: Cashier, district: District) -> None:
    booking_id, payment_id = await paid(cashier, district)
    refund_id = await charge(district, booking_id, 0)
    assert refund_id is not None
    assert await wire_of(district, payment_id) == ("refunding", 0)
    await cashier.refund(refund_id)
    assert await wire_of(district, payment_id) == ("refunded", 350)


async def test_another_final_charge_is_refused(cashier: Cashier, district: District) -> None:
    booking_id, _ = await paid(cashier, district)
    await charge(district, booking_id, 141)
    for other in (-1, 140, 351):
        with pytest.raises(FinalChargeInvalid):
            await charge(district, booking_id, other)


async def test_what_is_not_paid_is_not_charged(cashier: Cashier, district: District) -> None:
    held = await district.hold()
    with pytest.raises(PaymentNotFound):
        await charge(district, held.id, 100)
    await pay(cashier, district, held.id)
    with pytest.raises(IllegalPaymentMove):
        await charge(district, held.id, 100)


async def test_a_cancel_after_the_final_charge_gives_nothing_more_back(
    cashier: Cashier, district: District, ledger: Ledger
) -> None:
    booking_id, _ = await paid(cashier, district)
    await charge(district, booking_id, 141)
    await ledger.move(Move(booking_id=booking_id, event="cancel", by="system"))
    async with district.database.transaction() as session:
        await relay(session, HANDLERS, now=system_clock() + timedelta(minutes=1))
    assert await column(district.database, "SELECT amount_fen FROM refund") == [209]


async def test_a_whole_refund_is_not_followed_by_a_final_charge(
    cashier: Cashier, district: District, ledger: Ledger
) -> None:
    booking_id, _ = await paid(cashier, district)
    await ledger.move(Move(booking_id=booking_id, event="cancel", by="system"))
    async with district.database.transaction() as session:
        await relay(session, HANDLERS, now=system_clock() + timedelta(minutes=1))
    assert await charge(district, booking_id, 141) is None
    assert await scalar(district.database, "SELECT sum(amount_fen) FROM refund") == 350


@given(st.integers(-10, 10_010), st.integers(1, 10_000))
def test_a_final_charge_lies_within_what_was_paid(final_fen: int, paid_fen: int) -> None:
    if 0 <= final_fen <= paid_fen:
        rules.check_final(final_fen, paid_fen, captured_fen=None)
        rules.check_final(final_fen, paid_fen, captured_fen=final_fen)
    else:
        with pytest.raises(FinalChargeInvalid):
            rules.check_final(final_fen, paid_fen, captured_fen=None)


async def missed(district: District, booking_id: UUID, percent: int) -> None:
    """Nobody comes, where the booking promised a share back; the relay hands the event over twice."""
    async with district.database.transaction() as session:
        await session.execute(
            text(
                "UPDATE booking SET state = 'no_show', terms = terms || CAST(:share AS jsonb) WHERE id = :id"
            ),
            {"id": booking_id, "share": json.dumps({"noShowRefundPercent": percent})},
        )
        emit(
            session, "booking.no_show", subject_id=booking_id, payload={"bookingId": str(booking_id)},
            at=system_clock(),
        )  # fmt: skip
    for _ in range(2):
        async with district.database.transaction() as session:
            await session.execute(text("UPDATE outbox SET done_at = NULL WHERE topic = 'booking.no_show'"))
            await relay(session, HANDLERS, now=system_clock())


@pytest.mark.parametrize(
    ("percent", "back", "state"),
    [(0, 0, "success"), (33, 116, "success"), (50, 175, "success"), (100, 350, "refunded")],
)
async def test_of_a_booking_nobody_came_for_the_promised_share_goes_back_once(
    cashier: Cashier, district: District, percent: int, back: int, state: str
) -> None:
    booking_id, payment_id = await paid(cashier, district)
    await missed(district, booking_id, percent)
    await cashier.refund_due()
    await cashier.refund_due()
    assert await column(district.database, "SELECT amount_fen FROM refund") == ([back] if back else [])
    assert await wire_of(district, payment_id) == (state, back)
    kept = await column(district.database, "SELECT captured_fen FROM payment")
    assert kept == [350 - back if back else None]

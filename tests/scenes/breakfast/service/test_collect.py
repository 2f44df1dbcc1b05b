"""At the counter: one order, once; what nobody fetched goes to others, cheaper at the end."""

import asyncio
from collections import Counter as Count
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from scenes.breakfast import jobs
from scenes.breakfast.errors import AlreadyCollected, CodeForged
from scenes.breakfast.service import collect, orders
from scenes.breakfast.service.collect import Counter
from scenes.common.booking.counter import Known
from scenes.common.booking.errors import BookingNotFound, PaymentDue, RedeemInvalid, TooEarly, TooLate
from scenes.common.booking.ledger import BookingRecord, Ledger, Move
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.booking.wire import Booking
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.kit.refusals import Refusal
from tests.support.breakfast import TUESDAY, Breakfast, at

ASKED = b"r" * 16


@pytest.fixture
def counter(breakfast: Breakfast, ledger: Ledger) -> Counter:
    signer = VoucherSigner(b"a secret of a district in a test!")
    return Counter(breakfast.database, ledger, breakfast.cipher, signer, breakfast.clock)


async def paid(breakfast: Breakfast, ledger: Ledger, resident: Resident, **items: int) -> BookingRecord:
    """Order and pay, for tomorrow at half past seven."""
    answer = await orders.order(
        breakfast.database, ledger, breakfast.clock, resident=resident, wish=breakfast.wish(**items),
        key=str(uuid4()), fingerprint=b"f" * 16,
    )  # fmt: skip
    made = msgspec.json.decode(answer.body, type=Booking)
    outcome = await ledger.move(Move(booking_id=made.id, event="confirm", by="payment"))
    assert outcome.booking is not None
    return outcome.booking


async def redeem(counter: Counter, staff: Staff, known: Known, key: str | None = None) -> BookingRecord:
    return await collect.redeem(counter, staff=staff, known=known, key=key or str(uuid4()), fingerprint=ASKED)


async def test_by_spoken_code_signed_code_or_name_and_number(
    breakfast: Breakfast, ledger: Ledger, counter: Counter
) -> None:
    made = [
        await paid(breakfast, ledger, await breakfast.resident(name=name, phone=phone), milk=1)
        for name, phone in (("王芳", "13800138000"), ("李明", "13900139000"), ("张丽", "13700137000"))
    ]
    breakfast.clock.set(at(TUESDAY, 7, 40))
    ways = [
        Known(code=f" {made[0].code[:4]} {made[0].code[4:]} "),
        Known(code=counter.vouchers.text_of(made[1])),
        Known(name="张丽", number="7000"),
    ]
    handed = [await redeem(counter, breakfast.staff, way) for way in ways]
    assert [(record.id, record.state) for record in handed] == [(each.id, "fulfilled") for each in made]


async def test_an_order_is_handed_out_once_whoever_asks(
    breakfast: Breakfast, ledger: Ledger, counter: Counter
) -> None:
    made = await paid(breakfast, ledger, await breakfast.resident(), milk=2, bun=1)
    breakfast.clock.set(at(TUESDAY, 7, 40))

    async def try_it(code: str) -> str:
        try:
            return (await redeem(counter, breakfast.staff, Known(code=code))).state
        except Refusal as refusal:
            return refusal.code

    codes = [made.code, counter.vouchers.text_of(made)] * 5
    assert Count(await asyncio.gather(*map(try_it, codes))) == {"fulfilled": 1, "already_collected": 9}
    handed = await breakfast.rows("SELECT units FROM breakfast_handed ORDER BY units")
    assert handed == [(1,), (2,)]
    with pytest.raises(AlreadyCollected, match="今天早上7点40分"):
        await redeem(counter, breakfast.staff, Known(code=made.code))


async def test_the_same_key_shows_the_same_order_again(
    breakfast: Breakfast, ledger: Ledger, counter: Counter
) -> None:
    made = await paid(breakfast, ledger, await breakfast.resident(), milk=1)
    breakfast.clock.set(at(TUESDAY, 7, 40))
    twice = [await redeem(counter, breakfast.staff, Known(code=made.code), "one-and-only") for _ in range(2)]
    assert [record.state for record in twice] == ["fulfilled", "fulfilled"]


async def test_a_process_that_died_after_handing_out_is_tidied_up(
    breakfast: Breakfast, ledger: Ledger, counter: Counter
) -> None:
    made = await paid(breakfast, ledger, await breakfast.resident(), milk=1)
    breakfast.clock.set(at(TUESDAY, 7, 40))
    await redeem(counter, breakfast.staff, Known(code=made.code))
    await breakfast.run("UPDATE booking SET state = 'checked_in'")
    with pytest.raises(AlreadyCollected):
        await redeem(counter, breakfast.staff, Known(code=made.code))
    await collect.finish_handed(breakfast.database, ledger)
    assert await breakfast.states() == {"fulfilled": 1}


async def test_tidying_up_twice_at_once_closes_each_booking_once(
    breakfast: Breakfast, ledger: Ledger, counter: Counter
) -> None:
    made = await paid(breakfast, ledger, await breakfast.resident(), milk=1)
    breakfast.clock.set(at(TUESDAY, 7, 40))
    await redeem(counter, breakfast.staff, Known(code=made.code))
    await breakfast.run("UPDATE booking SET state = 'checked_in'")
    await asyncio.gather(*(collect.finish_handed(breakfast.database, ledger) for _ in range(2)))
    assert await breakfast.states() == {"fulfilled": 1}


async def test_the_same_key_finishes_what_a_process_that_died_had_begun(
    breakfast: Breakfast, ledger: Ledger, counter: Counter
) -> None:
    made = await paid(breakfast, ledger, await breakfast.resident(), milk=1)
    breakfast.clock.set(at(TUESDAY, 7, 40))
    await redeem(counter, breakfast.staff, Known(code=made.code), "begun-and-ended")
    await breakfast.run("DELETE FROM breakfast_handed")
    await breakfast.run("UPDATE booking SET state = 'checked_in'")
    await redeem(counter, breakfast.staff, Known(code=made.code), "begun-and-ended")
    handed = await breakfast.rows("SELECT units FROM breakfast_handed")
    assert (handed, await breakfast.states()) == ([(1,)], {"fulfilled": 1})


async def test_what_the_counter_refuses(breakfast: Breakfast, ledger: Ledger, counter: Counter) -> None:
    made = await paid(breakfast, ledger, await breakfast.resident(), milk=1)
    elsewhere = Staff(new_id(), new_id(), "breakfast", frozenset({new_id()}))
    with pytest.raises(TooEarly):
        await redeem(counter, breakfast.staff, Known(code=made.code))
    breakfast.clock.set(at(TUESDAY, 7, 40))
    for known, refusal in (
        (Known(code="LC1.AAAA.BBBB"), CodeForged),
        (Known(code="00000000"), BookingNotFound),
        (Known(name="王芳"), RedeemInvalid),
    ):
        with pytest.raises(refusal):
            await redeem(counter, breakfast.staff, known)
    for code in (made.code, counter.vouchers.text_of(made)):
        with pytest.raises(BookingNotFound):
            await redeem(counter, elsewhere, Known(code=code))
    breakfast.clock.set(at(TUESDAY, 8, 31))
    with pytest.raises(TooLate):
        await redeem(counter, breakfast.staff, Known(code=made.code))


async def test_an_unpaid_order_is_not_handed_out(
    breakfast: Breakfast, ledger: Ledger, counter: Counter
) -> None:
    breakfast.clock.set(at(TUESDAY, 7, 15))
    await orders.order(
        breakfast.database, ledger, breakfast.clock, resident=await breakfast.resident(),
        wish=breakfast.wish(milk=1), key=str(uuid4()), fingerprint=b"f" * 16,
    )  # fmt: skip
    [(code,)] = await breakfast.rows("SELECT code FROM booking")
    with pytest.raises(PaymentDue):
        await redeem(counter, breakfast.staff, Known(code=code))


async def test_what_nobody_fetched_goes_to_others_once(breakfast: Breakfast, ledger: Ledger) -> None:
    await paid(breakfast, ledger, await breakfast.resident(), milk=20)
    await paid(breakfast, ledger, await breakfast.resident(), milk=20)
    breakfast.clock.set(at(TUESDAY, 8, 31))
    await ledger.sweep()
    for _ in range(2):
        await breakfast.run("UPDATE outbox SET done_at = NULL, next_try_at = at")
        async with breakfast.database.transaction() as session:
            await relay(session, jobs.HANDLERS, now=breakfast.clock())
    milk = breakfast.portions("milk")
    [counted] = await breakfast.rows("SELECT capacity, taken FROM booking_window WHERE id = :id", id=milk)
    assert counted == (80, 40)
    assert await breakfast.states() == {"no_show": 2}


async def test_the_last_half_hour_is_half_price_once(breakfast: Breakfast) -> None:
    breakfast.clock.set(at(TUESDAY, 8, 59))
    async with breakfast.database.transaction() as session:
        assert await collect.sell_cheaper(session, now=breakfast.clock()) == frozenset()
    breakfast.clock.advance(timedelta(minutes=1))
    for expected in (frozenset({breakfast.place}), frozenset()):
        async with breakfast.database.transaction() as session:
            assert await collect.sell_cheaper(session, now=breakfast.clock()) == expected
    prices = await breakfast.rows(
        "SELECT price_fen FROM booking_window WHERE id = ANY(:ids) ORDER BY 1",
        ids=[breakfast.portions("milk"), breakfast.portions("bun")],
    )
    assert prices == [(100,), (175,)]

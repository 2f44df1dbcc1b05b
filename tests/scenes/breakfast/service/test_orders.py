"""Orders: all or nothing, at the price that was explained, under everybody's hands at once."""

import asyncio
from collections import Counter
from datetime import date
from itertools import cycle
from uuid import uuid4

import msgspec
import pytest

from scenes.breakfast.errors import ItemNotFound, OrderInvalid, SlotNotFound, SoldOut
from scenes.breakfast.service import days, orders
from scenes.breakfast.service.orders import OrderWish
from scenes.common.booking.errors import PriceChanged, WindowFull, WindowNotOpen
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import Booking
from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Refusal
from tests.support.breakfast import MONDAY, TUESDAY, Breakfast, at

OLD, VERY_OLD = date(1956, 1, 1), date(1940, 1, 1)


async def ordered(
    breakfast: Breakfast, ledger: Ledger, resident: Resident, wish: OrderWish, *, key: str | None = None
) -> Booking:
    """Order and read the answer as the wire shows it."""
    answer = await orders.order(
        breakfast.database, ledger, breakfast.clock, resident=resident, wish=wish, key=key or str(uuid4()),
        fingerprint=b"f" * 16,
    )  # fmt: skip
    return msgspec.json.decode(answer.body, type=Booking)


async def test_three_hundred_for_forty_milks_and_three_slots_of_twenty(
    breakfast: Breakfast, ledger: Ledger
) -> None:
    """Nothing oversold, and nobody with half an order: milk ends first, then a slot would."""
    slots = cycle([breakfast.slot(7, 0), breakfast.slot(7, 30), breakfast.slot(8, 0)])
    people = [Resident(person, new_id()) for person in await breakfast.people(300)]

    async def try_it(resident: Resident, wish: OrderWish) -> str:
        try:
            return (await ordered(breakfast, ledger, resident, wish)).state
        except Refusal as refusal:
            return refusal.code

    wishes = [breakfast.wish(slot=slot, milk=1, bun=1) for _, slot in zip(people, slots, strict=False)]
    ends = await asyncio.gather(*[try_it(r, wish) for r, wish in zip(people, wishes, strict=True)])
    assert Counter(ends) == {"held": 40, "window_full": 260}
    taken = [await breakfast.window_taken(breakfast.portions(key)) for key in ("milk", "bun")]
    assert taken == [40, 40]
    per_slot = [await breakfast.window_taken(breakfast.slot(*hour)) for hour in ((7, 0), (7, 30), (8, 0))]
    assert sum(per_slot) == 40
    assert max(per_slot) <= 20
    halves = await breakfast.rows(
        """SELECT b.id FROM booking b JOIN booking_line l ON l.booking_id = b.id
        GROUP BY b.id HAVING count(*) <> 3"""
    )
    assert halves == []


async def test_a_full_slot_takes_no_portion(breakfast: Breakfast, ledger: Ledger) -> None:
    people = [Resident(person, new_id()) for person in await breakfast.people(21)]
    for resident in people[:20]:
        await ordered(breakfast, ledger, resident, breakfast.wish(bun=1))
    with pytest.raises(WindowFull):
        await ordered(breakfast, ledger, people[20], breakfast.wish(bun=1))
    assert await breakfast.window_taken(breakfast.portions("bun")) == 20


async def test_an_elder_pays_what_the_quote_said(breakfast: Breakfast, ledger: Ledger) -> None:
    elder = await breakfast.resident(OLD, hukou=True)
    wish = breakfast.wish(milk=4, bun=1)  # 16 yuan: a tenth off, and B's two yuan
    priced = await orders.price(breakfast.database, breakfast.clock, resident=elder, wish=wish)
    booking = await ordered(breakfast, ledger, elder, wish)
    assert (priced.quote.total_fen, booking.amount_fen) == (1240, 1240)
    shown = {line.label: line.units * line.unit_fen for line in booking.lines}
    assert shown == {
        "取餐时间": 0, "豆浆": 1400, "菜包": 200, "今天的助餐补贴": 0, "敬老优惠(60岁以上减10%)": -160,
        "助餐补贴B类": -200,
    }  # fmt: skip
    assert (booking.title, booking.state) == ("早餐 豆浆4份、菜包1份", "held")


async def test_the_subsidy_counts_once_a_day_even_at_the_same_moment(
    breakfast: Breakfast, ledger: Ledger
) -> None:
    elder = await breakfast.resident(VERY_OLD, hukou=True)
    both = [ordered(breakfast, ledger, elder, breakfast.wish(milk=5)) for _ in range(2)]
    amounts = sorted([booking.amount_fen for booking in await asyncio.gather(*both)])
    assert amounts == [1487 - 300, 1487]  # 17.50 less 2.63, which is 15 % half up, and C's three yuan once
    cancelled = await breakfast.rows("SELECT id FROM booking WHERE amount_fen = 1187")
    assert len(cancelled) == 1


async def test_a_price_that_moved_since_the_quote_is_refused(breakfast: Breakfast, ledger: Ledger) -> None:
    resident = await breakfast.resident()
    with pytest.raises(PriceChanged):
        await orders.order(
            breakfast.database, ledger, breakfast.clock, resident=resident, wish=breakfast.wish(milk=1),
            key="a-key-of-mine", fingerprint=b"f" * 16, agreed_fen=300,
        )  # fmt: skip
    assert await breakfast.states() == {}


async def test_a_repeated_key_is_one_order_even_when_all_is_sold(
    breakfast: Breakfast, ledger: Ledger
) -> None:
    resident = await breakfast.resident()
    wish = breakfast.wish(milk=20)
    first = await ordered(breakfast, ledger, resident, wish, key="the-same-key")
    await ordered(breakfast, ledger, await breakfast.resident(), breakfast.wish(milk=20))
    assert await ordered(breakfast, ledger, resident, wish, key="the-same-key") == first
    assert await breakfast.window_taken(breakfast.portions("milk")) == 40


async def test_after_the_cut_off_a_slot_is_closed(breakfast: Breakfast, ledger: Ledger) -> None:
    resident = await breakfast.resident()
    breakfast.clock.set(at(TUESDAY, 7, 21))
    with pytest.raises(WindowNotOpen):
        await ordered(breakfast, ledger, resident, breakfast.wish(milk=1))


async def test_wishes_that_cannot_be(breakfast: Breakfast, ledger: Ledger) -> None:
    resident = await breakfast.resident()
    strange = msgspec.structs.replace(breakfast.wish(milk=1), window_id=new_id())
    with pytest.raises(SlotNotFound):
        await ordered(breakfast, ledger, resident, strange)
    other = OrderWish(
        place_id=breakfast.place,
        window_id=breakfast.slot(7, 30),
        items=(orders.Wish(item_id=new_id(), quantity=1),),
    )
    with pytest.raises(ItemNotFound):
        await ordered(breakfast, ledger, resident, other)
    with pytest.raises(OrderInvalid):
        await ordered(breakfast, ledger, resident, breakfast.wish(milk=21))
    with pytest.raises(OrderInvalid):
        await ordered(breakfast, ledger, resident, breakfast.wish())
    for _ in range(2):
        await ordered(breakfast, ledger, await breakfast.resident(), breakfast.wish(milk=20))
    with pytest.raises(SoldOut):
        await ordered(breakfast, ledger, resident, breakfast.wish(milk=1))


async def test_publishing_again_changes_nothing_and_a_new_day_comes_by_itself(breakfast: Breakfast) -> None:
    async with breakfast.database.transaction() as session:
        assert await days.publish_days(session, now=breakfast.clock()) == 0
    breakfast.clock.set(at(TUESDAY, 6))
    async with breakfast.database.transaction() as session:
        assert await days.publish_days(session, now=breakfast.clock()) == 2
    counted = await breakfast.rows("SELECT day, count(*) FROM breakfast_stock GROUP BY day ORDER BY day")
    assert [(day - MONDAY).days for day, _ in counted] == [0, 1, 2, 3, 4]

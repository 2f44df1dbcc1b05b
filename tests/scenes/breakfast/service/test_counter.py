"""What a counter takes along: its own point's orders by code, how each stands, and nobody's name."""

import pytest

from scenes.breakfast.errors import PointNotFound
from scenes.breakfast.service import counter, recall
from scenes.breakfast.service.counter import ToHand
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from tests.support.breakfast import TUESDAY, Breakfast, at
from tests.support.kitchen import hand_over, held, paid, stock_id


async def taken_along(breakfast: Breakfast, staff: Staff | None = None) -> list[ToHand]:
    async with breakfast.database.read() as session:
        return await counter.to_hand(
            session, staff or breakfast.staff, breakfast.place, now=breakfast.clock()
        )


def as_told(record: BookingRecord, state: counter.State, *items: str) -> ToHand:
    return ToHand(
        booking_id=record.id, code=record.code, items=items, starts_at=record.starts_at,
        hand_from=at(TUESDAY, 7, 15), hand_until=at(TUESDAY, 8, 30), state=state,
    )  # fmt: skip


async def test_each_order_by_its_code_and_how_it_stands(breakfast: Breakfast, ledger: Ledger) -> None:
    buns, both, milk = [
        await paid(breakfast, ledger, await breakfast.resident(), **items)
        for items in ({"bun": 2}, {"milk": 1, "bun": 3}, {"milk": 2})
    ]
    breakfast.clock.set(at(TUESDAY, 7, 16))
    unpaid = await held(breakfast, ledger, await breakfast.resident(), bun=1)
    breakfast.clock.set(at(TUESDAY, 7, 20))
    await hand_over(breakfast, ledger, milk)
    facts = {"staff": breakfast.staff, "now": breakfast.clock(), "batch_no": "M-1"}
    async with breakfast.database.transaction() as session:
        await recall.set_batch(session, stock_id=stock_id(breakfast, "milk"), units=None, **facts)
        await recall.tell_all(session, reason="送检不合格", **facts)
    told = {each.booking_id: each for each in await taken_along(breakfast)}
    assert told == {
        buns.id: as_told(buns, "waiting", "菜包 2份"),
        both.id: as_told(both, "recalled", "豆浆 1份", "菜包 3份"),
        milk.id: as_told(milk, "fetched", "豆浆 2份"),
        unpaid.id: as_told(unpaid, "unpaid", "菜包 1份"),
    }


async def test_strangers_take_nothing_along(breakfast: Breakfast) -> None:
    with pytest.raises(PointNotFound):
        await taken_along(breakfast, Staff(new_id(), new_id(), "breakfast", frozenset({new_id()})))

"""The kitchen: what is to be made for each slot, and stock up and down during the rush."""

import pytest

from scenes.breakfast.errors import PointNotFound, SoldOut, StockChangeInvalid, StockNotFound
from scenes.breakfast.rules.kitchen import Portions, StockChange
from scenes.breakfast.service import kitchen
from scenes.breakfast.service.kitchen import KitchenView
from scenes.common.booking.errors import CapacityBelowBooked
from scenes.common.booking.ledger import Ledger, Want
from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Refusal
from scenes.common.people.service import audit_board
from tests.support.breakfast import TUESDAY, Breakfast, at
from tests.support.kitchen import hand_over, held, paid, stock_id

DISTRICT = Staff(new_id(), new_id(), "district", frozenset())
STRANGER = Staff(new_id(), new_id(), "breakfast", frozenset({new_id()}))


async def board(breakfast: Breakfast, staff: Staff | None = None) -> KitchenView:
    async with breakfast.database.read() as session:
        return await kitchen.board_of(
            session, staff or breakfast.staff, place_id=breakfast.place, day=TUESDAY, now=breakfast.clock()
        )


async def change(breakfast: Breakfast, key: str, staff: Staff | None = None, **facts: int | bool) -> None:
    async with breakfast.database.transaction() as session:
        await kitchen.change_stock(
            session, staff or breakfast.staff, stock_id(breakfast, key),
            StockChange(**facts), now=breakfast.clock(),  # pyright: ignore[reportArgumentType]
        )  # fmt: skip


async def test_orders_are_summed_by_slot(breakfast: Breakfast, ledger: Ledger) -> None:
    early, late = breakfast.slot(7, 0), breakfast.slot(8, 0)
    people = [await breakfast.resident() for _ in range(4)]
    await paid(breakfast, ledger, people[0], slot=early, milk=2, note="不要糖")
    await paid(breakfast, ledger, people[1], slot=early, milk=1, bun=3)
    await paid(breakfast, ledger, people[2], slot=late, bun=2)
    await held(breakfast, ledger, people[3], milk=5)
    view = await board(breakfast)
    slots = {slot.window_id: slot for slot in view.slots}
    assert slots[early].sums == (Portions("菜包", 3), Portions("豆浆", 3))
    assert slots[late].sums == (Portions("菜包", 2),)
    assert view.sums == (Portions("菜包", 5), Portions("豆浆", 3))
    [first, _] = slots[early].orders
    assert (first.record.note, first.items, first.allergens) == ("不要糖", (Portions("豆浆", 2),), ("soy",))
    assert [order.record.state for order in slots[breakfast.slot(7, 30)].orders] == ["held"]


async def test_what_was_fetched_waits_no_more(breakfast: Breakfast, ledger: Ledger) -> None:
    one, two = [await paid(breakfast, ledger, await breakfast.resident(), milk=1) for _ in range(2)]
    breakfast.clock.set(at(TUESDAY, 7, 35))
    await hand_over(breakfast, ledger, one)
    slot = next(each for each in (await board(breakfast)).slots if each.window_id == breakfast.slot(7, 30))
    assert slot.sums == (Portions("豆浆", 2),)
    assert slot.waiting == (Portions("豆浆", 1),)
    assert [order.record.id for order in slot.orders if order.waits] == [two.id]


async def test_only_the_points_own_staff_and_the_district_see_it(breakfast: Breakfast) -> None:
    assert (await board(breakfast, DISTRICT)).kind == "shop"
    with pytest.raises(PointNotFound):
        await board(breakfast, STRANGER)
    with pytest.raises(StockNotFound):
        await change(breakfast, "milk", STRANGER, add=1)


async def test_more_and_fewer(breakfast: Breakfast, ledger: Ledger) -> None:
    await paid(breakfast, ledger, await breakfast.resident(), milk=3)
    await change(breakfast, "milk", add=10)
    await change(breakfast, "milk", add=-5)
    assert (await board(breakfast)).stock[0].capacity == 45
    await change(breakfast, "milk", capacity=3)
    [milk, _] = (await board(breakfast)).stock
    assert (milk.capacity, milk.taken, milk.left) == (3, 3, 0)
    with pytest.raises(CapacityBelowBooked, match="已经有人订了3份"):
        await change(breakfast, "milk", capacity=2)


async def test_sold_out_holds_at_once_and_leaves_orders_alone(breakfast: Breakfast, ledger: Ledger) -> None:
    kept = await paid(breakfast, ledger, await breakfast.resident(), milk=3)
    await change(breakfast, "milk", sold_out=True)
    with pytest.raises(SoldOut):
        await paid(breakfast, ledger, await breakfast.resident(), milk=1)
    [milk, _] = (await board(breakfast)).stock
    assert (milk.sells, milk.left, milk.taken, milk.capacity) == (False, 0, 3, 3)
    breakfast.clock.set(at(TUESDAY, 7, 35))
    assert (await hand_over(breakfast, ledger, kept)).state == "fulfilled"
    await change(breakfast, "milk", sold_out=False)
    assert (await board(breakfast)).stock[0].left == 37


async def test_a_change_says_exactly_one_thing(breakfast: Breakfast) -> None:
    for wrong in ({}, {"add": 1, "capacity": 2}, {"add": 0}, {"capacity": -1}, {"add": -41}, {"add": 10_000}):
        with pytest.raises(StockChangeInvalid):
            await change(breakfast, "milk", **wrong)


async def test_the_ledger_refuses_what_is_sold_out_whatever_a_page_showed(
    breakfast: Breakfast, ledger: Ledger
) -> None:
    resident = await breakfast.resident()
    await change(breakfast, "bun", sold_out=True)
    wants = (Want(breakfast.slot(7, 30)), Want(breakfast.portions("bun")))
    claim = breakfast.claim(resident.person_id, *wants, scene="breakfast", exclusive=False)
    with pytest.raises(Refusal) as refused:
        await ledger.claim(claim)
    assert refused.value.code == "window_full"


async def test_whom_one_has_seen_is_written_down(breakfast: Breakfast, ledger: Ledger) -> None:
    record = await paid(breakfast, ledger, await breakfast.resident(), milk=1)
    view = await board(breakfast)
    async with breakfast.database.transaction() as session:
        await audit_board(session, breakfast.staff.staff_id, view.people, now=breakfast.clock())
    [(action, people)] = await breakfast.rows("SELECT action, subject_ids FROM audit_entry")
    assert (action, people) == ("staff.board.read", [str(record.person_id)])

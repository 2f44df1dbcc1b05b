"""A batch is recalled: exactly those it reached or would reach are named and told, once."""

import pytest

from scenes.breakfast.errors import BatchInvalid, BatchRecalled, StockNotFound
from scenes.breakfast.service import recall
from scenes.breakfast.service.recall import Recall, Told
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.kit.refusals import Refusal
from scenes.common.notices import jobs as notices
from tests.support.breakfast import TUESDAY, Breakfast, at
from tests.support.kitchen import hand_over, held, paid, stock_id

DISTRICT = Staff(new_id(), new_id(), "district", frozenset())
STRANGER = Staff(new_id(), new_id(), "breakfast", frozenset({new_id()}))


async def batch(breakfast: Breakfast, key: str, batch_no: str, units: int | None = None) -> None:
    async with breakfast.database.transaction() as session:
        await recall.set_batch(
            session, breakfast.staff, stock_id(breakfast, key), batch_no=batch_no, units=units,
            now=breakfast.clock(),
        )  # fmt: skip


async def ask(breakfast: Breakfast, batch_no: str, staff: Staff | None = None) -> Recall:
    async with breakfast.database.transaction() as session:
        return await recall.recall_of(session, staff or breakfast.staff, batch_no, now=breakfast.clock())


async def tell(breakfast: Breakfast, batch_no: str, staff: Staff | None = None) -> Told:
    async with breakfast.database.transaction() as session:
        told = await recall.tell_all(
            session, staff or breakfast.staff, batch_no, reason="送检不合格", now=breakfast.clock()
        )
    async with breakfast.database.transaction() as session:
        await relay(session, notices.HANDLERS, now=breakfast.clock())
    return told


async def test_exactly_those_whom_it_reached(breakfast: Breakfast, ledger: Ledger) -> None:
    first, second, third = [
        await paid(breakfast, ledger, await breakfast.resident(), milk=2, bun=1) for _ in range(3)
    ]
    await paid(breakfast, ledger, await breakfast.resident(), bun=1)
    await held(breakfast, ledger, await breakfast.resident(), milk=1)
    breakfast.clock.set(at(TUESDAY, 7, 31))
    await batch(breakfast, "milk", "m-1")
    await hand_over(breakfast, ledger, first)
    await batch(breakfast, "milk", "m-2")
    await hand_over(breakfast, ledger, second)
    found = await ask(breakfast, "M-1")
    assert [(each.kind, each.person_id, each.item, each.units) for each in found.reached] == [
        ("got", first.person_id, "豆浆", 2)
    ]
    found = await ask(breakfast, "m-2")
    assert [(each.kind, each.booking_id) for each in found.reached] == [
        ("got", second.id), ("waiting", third.id),
    ]  # fmt: skip
    assert (await ask(breakfast, "m-3")).reached == ()


async def test_an_unpaid_order_waits_as_long_as_it_is_held(breakfast: Breakfast, ledger: Ledger) -> None:
    await batch(breakfast, "milk", "m-1")
    await held(breakfast, ledger, await breakfast.resident(), milk=1)
    assert [each.kind for each in (await ask(breakfast, "m-1")).reached] == ["waiting"]
    breakfast.clock.set(at(TUESDAY, 7, 0))
    assert (await ask(breakfast, "m-1")).reached == ()


async def test_everyone_is_told_once_and_it_is_sold_no_more(breakfast: Breakfast, ledger: Ledger) -> None:
    got, waits = [await paid(breakfast, ledger, await breakfast.resident(), milk=1) for _ in range(2)]
    breakfast.clock.set(at(TUESDAY, 7, 31))
    await batch(breakfast, "milk", "m-1")
    await hand_over(breakfast, ledger, got)
    assert (await tell(breakfast, "m-1")).told == 2
    assert (await tell(breakfast, "m-1")).told == 2
    told = await breakfast.rows(
        "SELECT person_id, title FROM inbox_message WHERE title LIKE '%早点%' ORDER BY id"
    )
    assert sorted(told) == sorted([
        (got.person_id, "这批早点请不要吃"), (waits.person_id, "您订的早点先不要取"),
    ])  # fmt: skip
    with pytest.raises(Refusal):
        await paid(breakfast, ledger, await breakfast.resident(), slot=breakfast.slot(8, 30), milk=1)
    actions = {row[0] for row in await breakfast.rows("SELECT action FROM audit_entry")}
    assert actions >= {"staff.breakfast.batch", "staff.recall.tell"}


async def test_another_points_staff_learn_only_that_there_are_others(
    breakfast: Breakfast, ledger: Ledger
) -> None:
    record = await paid(breakfast, ledger, await breakfast.resident(), milk=1)
    await batch(breakfast, "milk", "m-1")
    found = await ask(breakfast, "m-1", STRANGER)
    assert (found.reached, found.elsewhere) == ((), 1)
    told = await tell(breakfast, "m-1", STRANGER)
    assert (told.told, told.elsewhere, told.stopped) == (0, 1, ())
    assert [each.booking_id for each in (await ask(breakfast, "m-1", DISTRICT)).reached] == [record.id]


async def test_what_comes_with_a_batch_is_on_sale(breakfast: Breakfast) -> None:
    await batch(breakfast, "milk", "m-1", units=12)
    rows = await breakfast.rows(
        "SELECT capacity FROM booking_window WHERE id = :id", id=breakfast.portions("milk")
    )
    assert rows == [(52,)]
    kept = await breakfast.rows("SELECT batch_no FROM breakfast_batch")
    assert kept == [("M-1",)]


async def test_only_ones_own_stock_and_real_numbers(breakfast: Breakfast) -> None:
    with pytest.raises(BatchInvalid):
        await batch(breakfast, "milk", "批号")
    async with breakfast.database.transaction() as session:
        with pytest.raises(StockNotFound):
            await recall.set_batch(
                session, STRANGER, stock_id(breakfast, "milk"), batch_no="m-1", units=None,
                now=breakfast.clock(),
            )  # fmt: skip


async def test_a_recalled_batch_is_not_handed_out_and_the_next_one_is(
    breakfast: Breakfast, ledger: Ledger
) -> None:
    order = await paid(breakfast, ledger, await breakfast.resident(), milk=1, bun=1)
    breakfast.clock.set(at(TUESDAY, 7, 31))
    await batch(breakfast, "milk", "m-1")
    await tell(breakfast, "m-1")
    with pytest.raises(BatchRecalled, match="豆浆是召回的批次"):
        await hand_over(breakfast, ledger, order)
    assert await breakfast.states() == {"confirmed": 1}
    assert await breakfast.rows("SELECT * FROM breakfast_handed") == []
    await batch(breakfast, "milk", "m-2")
    await hand_over(breakfast, ledger, order)
    assert await breakfast.states() == {"fulfilled": 1}


async def test_another_points_recall_leaves_ours_alone(breakfast: Breakfast, ledger: Ledger) -> None:
    order = await paid(breakfast, ledger, await breakfast.resident(), milk=1)
    breakfast.clock.set(at(TUESDAY, 7, 31))
    await batch(breakfast, "milk", "m-1")
    await tell(breakfast, "m-1", STRANGER)
    await hand_over(breakfast, ledger, order)
    assert await breakfast.states() == {"fulfilled": 1}

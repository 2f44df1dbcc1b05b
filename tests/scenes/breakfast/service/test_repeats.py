"""The same breakfast every Tuesday: kept, ordered the evening before, skipped, ended."""

import asyncio
from datetime import date, time, timedelta
from typing import Any

import pytest

from scenes.breakfast.errors import (
    ItemNotFound,
    OrderInvalid,
    PointNotFound,
    RepeatLimitReached,
    RepeatNotFound,
    RepeatPlaced,
    SlotNotFound,
)
from scenes.breakfast.service import repeating, repeats
from scenes.breakfast.service.orders import Wish
from scenes.breakfast.service.repeats import MOST_REPEATS, RepeatView, RepeatWish
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from scenes.common.people.errors import PatientNotFound
from scenes.common.people.tables import PatientLinkRow
from tests.support.breakfast import MONDAY, TUESDAY, Breakfast, at

HALF_PAST_SEVEN = time(7, 30)
ORDERED_AT = at(MONDAY, 17, 30)


def tuesdays(breakfast: Breakfast, **facts: Any) -> RepeatWish:
    values: dict[str, Any] = {
        "place_id": breakfast.place, "weekday": 1, "at": HALF_PAST_SEVEN,
        "items": (Wish(item_id=breakfast.items["milk"], quantity=2),),
    }  # fmt: skip
    return RepeatWish(**values | facts)


async def keep(breakfast: Breakfast, resident: Resident, **facts: Any) -> RepeatView:
    async with breakfast.database.transaction() as session:
        wish = tuesdays(breakfast, **facts)
        return await repeats.add_repeat(session, resident, wish, now=breakfast.clock())


async def skip(breakfast: Breakfast, resident: Resident, view: RepeatView, day: date) -> None:
    async with breakfast.database.transaction() as session:
        await repeats.skip_day(session, resident.subject_id, view.row.id, day=day, now=breakfast.clock())


async def end(breakfast: Breakfast, resident: Resident, view: RepeatView) -> None:
    async with breakfast.database.transaction() as session:
        await repeats.end_repeat(session, resident.subject_id, view.row.id, now=breakfast.clock())


async def mine(breakfast: Breakfast, resident: Resident) -> list[RepeatView]:
    async with breakfast.database.read() as session:
        return await repeats.repeats_of(session, resident.subject_id, now=breakfast.clock())


async def place(breakfast: Breakfast, ledger: Ledger) -> int:
    return await repeating.place_due(breakfast.database, ledger, breakfast.clock)


async def told(breakfast: Breakfast, topic: str) -> list[dict[str, Any]]:
    rows = await breakfast.rows("SELECT payload FROM outbox WHERE topic = :t ORDER BY id", t=topic)
    return [row[0] for row in rows]


async def test_the_evening_before_it_is_ordered_once_and_told(breakfast: Breakfast, ledger: Ledger) -> None:
    view = await keep(breakfast, await breakfast.resident())
    assert (view.next_day, view.next_at) == (TUESDAY, at(TUESDAY, 7, 30))
    breakfast.clock.set(ORDERED_AT - timedelta(seconds=1))
    assert await place(breakfast, ledger) == 0
    breakfast.clock.set(ORDERED_AT)
    assert await asyncio.gather(place(breakfast, ledger), place(breakfast, ledger)) != [0, 0]
    assert await place(breakfast, ledger) == 0
    bookings = await breakfast.rows("SELECT state, amount_fen, hold_expires_at, title FROM booking")
    assert bookings == [("held", 700, at(TUESDAY, 7, 20), "早餐 豆浆2份")]
    [event] = await told(breakfast, repeating.PLACED)
    assert (event["repeatId"], event["amountFen"]) == (str(view.row.id), 700)
    assert (await mine(breakfast, Resident(view.row.booked_by, new_id())))[0].next_day == TUESDAY + timedelta(
        7
    )


async def test_unpaid_at_the_cut_off_it_lapses(breakfast: Breakfast, ledger: Ledger) -> None:
    await keep(breakfast, await breakfast.resident())
    breakfast.clock.set(ORDERED_AT)
    await place(breakfast, ledger)
    breakfast.clock.set(at(TUESDAY, 7, 20))
    assert await ledger.sweep() == 1
    assert await breakfast.states() == {"expired": 1}
    assert await breakfast.window_taken(breakfast.portions("milk")) == 0
    assert await place(breakfast, ledger) == 0


async def test_a_skipped_day_is_left_out_and_the_next_one_is_not(
    breakfast: Breakfast, ledger: Ledger
) -> None:
    resident = await breakfast.resident()
    view = await keep(breakfast, resident)
    for _ in range(2):
        await skip(breakfast, resident, view, TUESDAY)
    breakfast.clock.set(at(MONDAY, 18))
    assert await place(breakfast, ledger) == 0
    [after] = await mine(breakfast, resident)
    assert (after.next_day, after.row.skips) == (TUESDAY + timedelta(7), ["2026-11-24"])


async def test_what_is_ordered_is_cancelled_not_skipped(breakfast: Breakfast, ledger: Ledger) -> None:
    resident = await breakfast.resident()
    view = await keep(breakfast, resident)
    breakfast.clock.set(ORDERED_AT)
    await place(breakfast, ledger)
    with pytest.raises(RepeatPlaced):
        await skip(breakfast, resident, view, TUESDAY)


async def test_skipped_while_it_was_being_ordered_it_is_called_off(
    breakfast: Breakfast, ledger: Ledger
) -> None:
    resident = await breakfast.resident()
    read = await keep(breakfast, resident)
    breakfast.clock.set(ORDERED_AT)
    await skip(breakfast, resident, read, TUESDAY)
    assert await repeating.place_one(breakfast.database, ledger, breakfast.clock, row=read.row, day=TUESDAY)
    assert await breakfast.states() == {"cancelled": 1}
    assert await told(breakfast, repeating.PLACED) == []


async def test_sold_out_is_told_once_and_takes_nothing(breakfast: Breakfast, ledger: Ledger) -> None:
    for _ in range(3):
        await keep(
            breakfast, await breakfast.resident(), items=(Wish(item_id=breakfast.items["milk"], quantity=18),)
        )
    breakfast.clock.set(ORDERED_AT)
    assert await place(breakfast, ledger) == 3
    assert await place(breakfast, ledger) == 0
    assert await breakfast.states() == {"held": 2}
    [failure] = await told(breakfast, repeating.FAILED)
    assert (failure["title"], failure["code"]) == ("早餐 豆浆18份", "window_full")


async def test_an_ended_repeat_orders_nothing(breakfast: Breakfast, ledger: Ledger) -> None:
    resident = await breakfast.resident()
    view = await keep(breakfast, resident)
    await end(breakfast, resident, view)
    breakfast.clock.set(ORDERED_AT)
    assert await place(breakfast, ledger) == 0
    assert await mine(breakfast, resident) == []
    with pytest.raises(RepeatNotFound):
        await end(breakfast, resident, view)


async def test_for_someone_else_until_they_are_no_patient_any_more(
    breakfast: Breakfast, ledger: Ledger
) -> None:
    daughter, mother = await breakfast.resident(), await breakfast.resident(name="陈秀英")
    with pytest.raises(PatientNotFound):
        await keep(breakfast, daughter, person_id=mother.person_id)
    async with breakfast.database.transaction() as session:
        session.add(
            PatientLinkRow(
                account_id=daughter.person_id, person_id=mother.person_id, relation="母亲",
                created_at=breakfast.clock(),
            )
        )  # fmt: skip
    await keep(breakfast, daughter, person_id=mother.person_id)
    breakfast.clock.set(ORDERED_AT)
    await place(breakfast, ledger)
    whose = await breakfast.rows("SELECT person_id, booked_by FROM booking")
    assert whose == [(mother.person_id, daughter.person_id)]
    assert [view.person_name for view in await mine(breakfast, mother)] == ["陈秀英"]
    await breakfast.run("DELETE FROM patient_link")
    async with breakfast.database.transaction() as session:
        await repeats.days.publish_days(session, now=at(MONDAY + timedelta(days=7), 6))
    breakfast.clock.set(ORDERED_AT + timedelta(days=7))
    await place(breakfast, ledger)
    assert await mine(breakfast, daughter) == []
    assert len(await told(breakfast, repeating.FAILED)) == 1


async def test_what_cannot_be_had_every_week_is_refused_at_once(breakfast: Breakfast) -> None:
    resident, bun = await breakfast.resident(), breakfast.items["bun"]
    wrong: list[tuple[type[Exception], dict[str, Any]]] = [
        (PointNotFound, {"place_id": new_id()}),
        (SlotNotFound, {"at": time(7, 31)}),
        (ItemNotFound, {"items": (Wish(item_id=new_id(), quantity=1),)}),
        (OrderInvalid, {"items": ()}),
        (OrderInvalid, {"items": (Wish(item_id=bun, quantity=21),)}),
        (OrderInvalid, {"items": (Wish(item_id=bun, quantity=1), Wish(item_id=bun, quantity=2))}),
    ]
    for refusal, facts in wrong:
        with pytest.raises(refusal):
            await keep(breakfast, resident, **facts)


async def test_an_account_keeps_a_limited_number(breakfast: Breakfast) -> None:
    resident = await breakfast.resident()
    milk = breakfast.items["milk"]
    for number in range(MOST_REPEATS):
        wish = Wish(item_id=milk, quantity=1 + number % 7)
        await keep(breakfast, resident, weekday=number // 7, items=(wish,))
    with pytest.raises(RepeatLimitReached):
        await keep(breakfast, resident, weekday=6)


async def test_the_very_same_kept_twice_is_one_breakfast(breakfast: Breakfast) -> None:
    resident = await breakfast.resident()
    views = [await keep(breakfast, resident) for _ in range(2)]
    assert views[0].row.id == views[1].row.id
    assert len(await mine(breakfast, resident)) == 1


async def test_another_persons_repeat_is_not_found(breakfast: Breakfast) -> None:
    view = await keep(breakfast, await breakfast.resident())
    stranger = await breakfast.resident()
    with pytest.raises(RepeatNotFound):
        await skip(breakfast, stranger, view, TUESDAY)

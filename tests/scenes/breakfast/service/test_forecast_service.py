"""What was wanted is kept once a day is over, and tomorrow is foretold from it."""

from datetime import date, timedelta

import pytest

from scenes.breakfast.errors import ForecastInvalid, PointNotFound
from scenes.breakfast.rules.kitchen import StockChange
from scenes.breakfast.service import forecast, kitchen
from scenes.breakfast.service.forecast import PointForecast
from scenes.breakfast.tables import BreakfastDemandRow
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from tests.support.breakfast import MONDAY, TUESDAY, Breakfast, at
from tests.support.kitchen import hand_over, held, paid, stock_id

WEDNESDAY = date(2026, 11, 25)
STRANGER = Staff(new_id(), new_id(), "breakfast", frozenset({new_id()}))


async def keep(breakfast: Breakfast) -> None:
    async with breakfast.database.transaction() as session:
        await forecast.keep_demand(session, now=breakfast.clock())


async def kept(breakfast: Breakfast, day: date) -> dict[str, tuple[int, int, bool]]:
    rows = await breakfast.rows(
        "SELECT i.name, d.portions, d.capacity, d.sold_out FROM breakfast_demand d "
        "JOIN breakfast_item i ON i.id = d.item_id WHERE d.day = :day",
        day=day,
    )
    return {name: (portions, capacity, sold_out) for name, portions, capacity, sold_out in rows}


async def foretell(
    breakfast: Breakfast, day: date, weather: str | None = None, staff: Staff | None = None
) -> PointForecast:
    async with breakfast.database.read() as session:
        return await forecast.forecast_of(
            session, staff or breakfast.staff, place_id=breakfast.place, day=day, weather=weather,
            now=breakfast.clock(),
        )  # fmt: skip


async def test_what_was_wanted_is_kept_when_the_day_is_over(breakfast: Breakfast, ledger: Ledger) -> None:
    fetched = await paid(breakfast, ledger, await breakfast.resident(), milk=3)
    await paid(breakfast, ledger, await breakfast.resident(), milk=2, bun=4)
    await held(breakfast, ledger, await breakfast.resident(), milk=4)
    breakfast.clock.set(at(TUESDAY, 7, 31))
    await hand_over(breakfast, ledger, fetched)
    async with breakfast.database.transaction() as session:
        await kitchen.change_stock(
            session, breakfast.staff, stock_id(breakfast, "bun"), StockChange(sold_out=True),
            now=breakfast.clock(),
        )  # fmt: skip
    await keep(breakfast)
    assert await kept(breakfast, TUESDAY) == {}
    breakfast.clock.set(at(TUESDAY, 9, 30))
    await keep(breakfast)
    await keep(breakfast)
    found = await kept(breakfast, TUESDAY)
    assert (found["豆浆"], found["菜包"]) == ((5, 40, False), (4, 4, True))
    assert (await kept(breakfast, MONDAY))["豆浆"] == (0, 40, False)


async def test_tomorrow_is_foretold_from_it(breakfast: Breakfast) -> None:
    async with breakfast.database.transaction() as session:
        session.add_all(
            BreakfastDemandRow(
                place_id=breakfast.place, item_id=breakfast.items["milk"],
                day=WEDNESDAY - timedelta(days=n), portions=24 if n % 7 else 36, capacity=40,
                sold_out=False, weather="rain" if n % 4 == 0 else "fine",
            )
            for n in range(1, 57)
        )  # fmt: skip
    [milk, bun] = (await foretell(breakfast, WEDNESDAY, "fine")).items
    assert milk.found is not None
    assert 24 < milk.found.low <= milk.found.expected <= milk.found.high
    assert (milk.found.last_week, milk.planned, milk.why[0]) == (
        36,
        40,
        f"周三平常要{round(milk.found.usual)}份。",
    )
    assert (bun.found, bun.why) == (None, ("还没有卖过,没法估。",))


async def test_weather_is_noted_for_a_day_that_is_kept(breakfast: Breakfast) -> None:
    breakfast.clock.set(at(TUESDAY, 10))
    await keep(breakfast)
    async with breakfast.database.transaction() as session:
        await forecast.note_weather(
            session, breakfast.staff, place_id=breakfast.place, day=TUESDAY, weather="rain",
            now=breakfast.clock(),
        )  # fmt: skip
    await keep(breakfast)
    assert await breakfast.rows(
        "SELECT DISTINCT weather FROM breakfast_demand WHERE day = :day", day=TUESDAY
    ) == [("rain",)]


async def test_only_within_a_fortnight_for_a_known_weather_and_ones_own_point(breakfast: Breakfast) -> None:
    for day, weather in (
        (MONDAY - timedelta(days=1), None), (MONDAY + timedelta(days=15), None), (WEDNESDAY, "hail"),
    ):  # fmt: skip
        with pytest.raises(ForecastInvalid):
            await foretell(breakfast, day, weather)
    with pytest.raises(PointNotFound):
        await foretell(breakfast, WEDNESDAY, staff=STRANGER)

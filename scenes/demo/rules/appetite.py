"""How much of each dish was wanted in the past weeks: by weekday, holiday and weather, with chance on top."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from scenes.common.kit.calendar import day_kind
from scenes.demo.rules.breakfasts import CART, Item, Point
from scenes.demo.rules.chance import stream

WEEKS: Final = 8
FINE, CLOUDY, RAIN, STORM, HOT = "fine", "cloudy", "rain", "storm", "hot"
_SKIES: Final = {FINE: 45, CLOUDY: 28, RAIN: 22, STORM: 5}
_SUMMER: Final = {FINE: 35, CLOUDY: 15, RAIN: 20, STORM: 8, HOT: 22}
_WARM_MONTHS: Final = range(6, 10)

WEEKDAY: Final = (0.94, 1.0, 1.0, 0.98, 1.06, 0.82, 0.70)
"""What is wanted from Monday to Sunday, of a Tuesday's."""

CART_AT_REST: Final = 0.55
"""What a cart sells on a day of rest, of a shop's: it goes where people work."""

HOLIDAY: Final = 0.55
WEATHER: Final = {FINE: 1.0, CLOUDY: 0.99, RAIN: 0.84, STORM: 0.68, HOT: 0.93}
WARMING: Final = frozenset({"congee", "wonton", "noodles"})
WARMED: Final = {FINE: 1.0, CLOUDY: 1.03, RAIN: 1.1, STORM: 1.12, HOT: 0.85}
"""What becomes of the appetite for soup and congee."""

OF_STOCK: Final = (0.62, 0.92)
"""Of its stock, what an item sells on an ordinary Tuesday."""


class Wanted(NamedTuple):
    """What was wanted of an item on a day, no more than there was of it."""

    point_id: UUID
    item_id: UUID
    day: date
    portions: int
    capacity: int
    sold_out: bool
    weather: str


def draw_wanted(seed: int, points: Sequence[Point], *, today: date) -> Iterator[Wanted]:
    """Draw what was wanted on every day of the weeks before today."""
    days = [today - timedelta(days=ago) for ago in range(7 * WEEKS, 0, -1)]
    skies = {day: weather_on(seed, day) for day in days}
    for point in points:
        for item in point.items:
            chance = stream(seed, "appetite", item.id, today)
            usual = item.daily_stock * chance.uniform(*OF_STOCK)
            for day in days:
                mean = usual * likely(point, item, day, skies[day])
                portions = max(0, round(chance.gauss(mean, max(1.0, mean) ** 0.5)))
                capacity = item.daily_stock
                yield Wanted(
                    point.id,
                    item.id,
                    day,
                    min(portions, capacity),
                    capacity,
                    portions >= capacity,
                    skies[day],
                )


def likely(point: Point, item: Item, day: date, weather: str) -> float:
    """Tell how a day compares with an ordinary Tuesday for an item of a point."""
    kind = day_kind(day)
    weekday = 0 if kind.kind == "swap_workday" else day.weekday()
    factor = HOLIDAY if kind.kind == "holiday" else WEEKDAY[weekday]
    if not kind.works and point.kind == CART:
        factor *= CART_AT_REST
    if item.dish.picture in WARMING:
        factor *= WARMED[weather]
    return factor * WEATHER[weather]


def weather_on(seed: int, day: date) -> str:
    """Draw a day's weather, the same for the whole district."""
    skies = _SUMMER if day.month in _WARM_MONTHS else _SKIES
    return stream(seed, "weather", day).choices(tuple(skies), weights=tuple(skies.values()))[0]


def _met(point: Point, item: Item, day: date, *, portions: int, weather: str) -> Wanted:
    """Write down what was wanted, cut where it sold out."""
    there = item.daily_stock
    return Wanted(point.id, item.id, day, min(portions, there), there, portions >= there, weather)

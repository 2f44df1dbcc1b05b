"""How much of each dish went at the demo's points in the past weeks, as the room makes histories."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from scenes.breakfast.rules.forecast import Demand
from scenes.breakfast.rules.history import live, skies
from scenes.demo.rules.breakfasts import Point
from scenes.demo.rules.chance import stream

WEEKS: Final = 8
OF_STOCK: Final = (0.6, 0.9)
"""Of its stock, what an item sells on an ordinary day."""


class Went(NamedTuple):
    """What went of an item at a point on a day on which there were `capacity` portions."""

    point_id: UUID
    item_id: UUID
    capacity: int
    demand: Demand


def draw_demand(seed: int, points: Sequence[Point], *, today: date) -> Iterator[Went]:
    """Draw what went on every day of the weeks before today; the weather is the whole district's."""
    days = 7 * WEEKS
    first = today - timedelta(days=days)
    weathers = skies(days, stream(seed, "weather", first))
    for point in points:
        for item in point.items:
            chance = stream(seed, "appetite", item.id, first)
            level = item.daily_stock * chance.uniform(*OF_STOCK)
            for lived in live(first, weathers, level=level, capacity=item.daily_stock, chance=chance):
                yield Went(point.id, item.id, item.daily_stock, lived.kept)

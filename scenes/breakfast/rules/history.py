"""A believable history of what breakfast points sell, from a seed: for the back-test and the demo district.

Nothing here was measured. Working days and weekends differ, each weekday a little; rain keeps some in;
demand drifts; what is wanted scatters more than chance alone; a point sells no more than it has.
"""

import math
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from scenes.breakfast.rules.forecast import HOLIDAY, SWAP, Demand, day_class

WEEK: Final = (1.06, 1.0, 0.98, 1.0, 1.08, 0.74, 0.62)
HOLIDAY_LEVEL: Final = 0.5
SKIES: Final = (("fine", 0.42, 1.0), ("cloudy", 0.3, 1.0), ("rain", 0.22, 0.82), ("storm", 0.06, 0.6))
DRIFT: Final = 0.012
"""Standard deviation of a day's change of the level."""

SCATTER: Final = 0.1
"""Standard deviation of a day's demand beyond chance, as a share."""


class Lived(msgspec.Struct, frozen=True):
    """A day as it was kept, and how many were really wanted."""

    kept: Demand
    wanted: int


def skies(days: int, chance: random.Random) -> list[str]:
    """Draw each day's weather; half the time it stays as it was."""
    names, weights = [name for name, _, _ in SKIES], [weight for _, weight, _ in SKIES]
    drawn: list[str] = []
    for _ in range(days):
        fresh = not drawn or chance.random() < 0.5  # noqa: PLR2004 - half the time
        drawn.append(chance.choices(names, weights)[0] if fresh else drawn[-1])
    return drawn


def live(
    first: date, weathers: Sequence[str], *, level: float, capacity: int, chance: random.Random
) -> list[Lived]:
    """Let an item be sold day after day; `level` is an ordinary day's demand, `capacity` what there is."""
    lived: list[Lived] = []
    effect = {name: factor for name, _, factor in SKIES}
    for offset, weather in enumerate(weathers):
        day = first + timedelta(days=offset)
        level *= math.exp(chance.gauss(0, DRIFT))
        mean = level * _of_day(day) * effect[weather] * max(0.0, chance.gauss(1, SCATTER))
        wanted = poisson(mean, chance)
        sold = min(wanted, capacity)
        lived.append(Lived(Demand(day, sold, sold_out=wanted >= capacity, weather=weather), wanted))
    return lived


def poisson(mean: float, chance: random.Random) -> int:
    """Draw how many come when so many are to be expected."""
    count, product, limit = 0, chance.random(), math.exp(-min(mean, 700.0))
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def _of_day(day: date) -> float:
    each = day_class(day)
    if each == HOLIDAY:
        return HOLIDAY_LEVEL
    return 1.0 if each == SWAP else WEEK[each]

"""How good the forecast is: each day of a history foretold from the days before, beside last week's."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from scenes.breakfast.rules.forecast import forecast
from scenes.breakfast.rules.history import Lived

WARM_UP_DAYS: Final = 28
"""Days learnt from before the first one is foretold."""


class Foretold(msgspec.Struct, frozen=True):
    """A day with what was really wanted, what the model said the evening before, and last week's figure."""

    wanted: int
    expected: int
    low: int
    high: int
    last_week: int


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How far off on average (portions), and as a share of what was wanted; how often within the range."""

    days: int
    mae: float
    wape: float
    last_week_mae: float
    last_week_wape: float
    covered: float


def foretell(lived: Sequence[Lived]) -> list[Foretold]:
    """Foretell each day after the warm-up, knowing only what was kept of the days before it."""
    kept = [each.kept for each in lived]
    foretold: list[Foretold] = []
    for at in range(WARM_UP_DAYS, len(lived)):
        found = forecast(kept[:at], kept[at].day, weather=kept[at].weather)
        if found is not None and found.last_week is not None:
            day = Foretold(lived[at].wanted, found.expected, found.low, found.high, found.last_week)
            foretold.append(day)
    return foretold


def score(foretold: Iterable[Foretold]) -> Score:
    """Hold what was foretold against what was wanted."""
    days = list(foretold)
    wanted = max(1, sum(day.wanted for day in days))
    off = sum(abs(day.wanted - day.expected) for day in days)
    last_week_off = sum(abs(day.wanted - day.last_week) for day in days)
    return Score(
        days=len(days),
        mae=off / len(days),
        wape=off / wanted,
        last_week_mae=last_week_off / len(days),
        last_week_wape=last_week_off / wanted,
        covered=sum(day.low <= day.wanted <= day.high for day in days) / len(days),
    )

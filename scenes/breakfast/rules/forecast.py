"""How many portions of an item will be wanted at a point on a day, with its range and its reasons.

A simple model that can be said aloud: what the same weekday usually takes × how things have gone lately ×
what the weather does. A day that sold out says only "at least so many", so it never pulls the figure down.
The range is that of 80 days in 100, from how far the model was off on the days it learnt from.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from scenes.common.kit.calendar import DayKind, day_kind

WEATHERS: Final = {
    "fine": "晴",
    "cloudy": "阴",
    "rain": "下雨",
    "storm": "大雨",
    "snow": "下雪",
    "hot": "高温",
}
"""The weather of a morning, by code, as it is said."""

SLOW_HALF_LIFE: Final = 56.0
"""Days after which a day counts half for what a weekday usually takes."""

FAST_HALF_LIFE: Final = 7.0
"""Days after which a day counts half for how things have gone lately."""

KIN_DAYS: Final = 1.5
"""As many days' worth does the kind of day (working, weekend) weigh beside the weekday itself."""

WEATHER_DAYS: Final = 4.0
"""As many ordinary days' worth of doubt is held against what a weather is said to do."""

TREND_DAYS: Final = 2.0
"""As many ordinary days' worth of doubt is held against a trend."""

TREND_LIMITS: Final = (0.6, 1.6)
EIGHTY: Final = 1.2816
"""Standard deviations either side that hold 80 in 100 of a normal distribution."""

FITTED: Final = 5
"""Figures the model takes from the history, about: what weekdays take, the trend, the weather."""

PASSES: Final = 4
"""How often days that sold out are filled in again with what was learnt by filling them in."""

FAR: Final = 4.0
"""Standard deviations beyond which a cut is as good as none."""

HOLIDAY: Final = 7
SWAP: Final = 8
WEEKEND: Final = frozenset({5, 6, HOLIDAY})
"""Classes of days: weekdays 0-6 by number, then holidays and working weekend days."""


class Demand(msgspec.Struct, frozen=True):
    """What went of an item on a day; where it sold out, more was wanted than `portions`."""

    day: date
    portions: int
    sold_out: bool = False
    weather: str | None = None


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of a day, the range that holds on 80 days of 100, and the factors behind it.

    `usual` is the same kind of weekday's portions; `trend` and `weather_factor` are what it is multiplied by;
    `days` is how many days were learnt from, `sold_out_days` how many of them ran out.
    """

    expected: int
    low: int
    high: int
    usual: float
    trend: float
    weather_factor: float
    days: int
    sold_out_days: int
    last_week: int | None
    kind: DayKind


class _Learnt(msgspec.Struct, frozen=True):
    """The model's figures: usual portions of each class of day, the trend, and what each weather does.

    `scatter` is how many times more days vary than chance alone would make them.
    """

    usual: Mapping[int, float]
    trend: float
    weathers: Mapping[str, float]
    scatter: float = 1.0

    def fit(self, day: date, weather: str | None) -> float:
        """Return what such a day takes by the usual and the weather, the trend of now left out."""
        return max(self.usual[day_class(day)] * self.weathers.get(weather or "", 1.0), 0.5)


class _Filled(msgspec.Struct, frozen=True):
    """What was wanted on a day, and how far that was from the model's figure, squared."""

    wanted: float
    off: float


def day_class(day: date) -> int:
    """Name the class of days that a day behaves like: its weekday, a holiday, a working weekend day."""
    kind = day_kind(day).kind
    if kind == "holiday":
        return HOLIDAY
    return SWAP if kind == "swap_workday" else day.weekday()


def forecast(history: Iterable[Demand], day: date, *, weather: str | None = None) -> Forecast | None:
    """Say how many portions will be wanted on a day; none where nothing was ever sold before it."""
    known = sorted((past for past in history if past.day < day), key=lambda past: past.day)
    if not known:
        return None
    learnt = _fitted(known)
    mean = learnt.usual[day_class(day)] * learnt.weathers.get(weather or "", 1.0) * learnt.trend
    spread = EIGHTY * math.sqrt(learnt.scatter * mean * _doubt(known))
    return Forecast(
        expected=round(mean),
        low=max(0, min(round(mean), math.ceil(mean - spread))),
        high=max(round(mean), math.floor(mean + spread)),
        usual=learnt.usual[day_class(day)],
        trend=learnt.trend,
        weather_factor=learnt.weathers.get(weather or "", 1.0),
        days=len(known),
        sold_out_days=sum(past.sold_out for past in known),
        last_week=last_week(known, day),
        kind=day_kind(day),
    )


def _fitted(known: Sequence[Demand]) -> _Learnt:
    """Learn from a history in order, filling in what was wanted on days that sold out."""
    learnt = _learn(known, [float(past.portions) for past in known], of=_met(known))
    filled = [_filled(past, learnt) for past in known]
    for _ in range(PASSES if any(past.sold_out for past in known) else 1):
        figures = _learn(known, [each.wanted for each in filled], of=range(len(known)))
        filled = [_filled(past, msgspec.structs.replace(figures, scatter=learnt.scatter)) for past in known]
        learnt = msgspec.structs.replace(figures, scatter=_scatter(known, filled, figures))
    return learnt


def last_week(history: Iterable[Demand], day: date) -> int | None:
    """Return what went on the same weekday a week before: what one would go by without a model."""
    week_before = day - timedelta(days=7)
    return next((past.portions for past in history if past.day == week_before), None)


def _met(known: Sequence[Demand]) -> Sequence[int]:
    """Name the days on which everyone was served; all of them where there was none."""
    met = [at for at, past in enumerate(known) if not past.sold_out]
    return met or range(len(known))


def _filled(past: Demand, learnt: _Learnt) -> _Filled:
    """Return what was wanted that day: what was sold, or the mean of the bell above it where it ran out.

    A normal distribution cut off from below (Tobin 1958): mean and square of what lies above the cut.
    """
    fitted = learnt.fit(past.day, past.weather)
    if not past.sold_out:
        return _Filled(float(past.portions), (past.portions - fitted) ** 2)
    deviation = math.sqrt(learnt.scatter * fitted)
    cut = min(max((past.portions - fitted) / deviation, -FAR), FAR)
    beyond = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi) / (math.erfc(cut / math.sqrt(2)) / 2)
    return _Filled(max(float(past.portions), fitted + deviation * beyond), deviation**2 * (1 + cut * beyond))


def _learn(known: Sequence[Demand], wanted: Sequence[float], *, of: Sequence[int]) -> _Learnt:
    usual = _usual(known, wanted, of=of)
    bases = [usual[day_class(past.day)] for past in known]
    weathers = _weathers(known, wanted, bases, of=of)
    trend_up = trend_down = TREND_DAYS * _mean(bases)
    for at in of:
        weight = _weight(known[at], known[-1], FAST_HALF_LIFE)
        trend_up += weight * wanted[at]
        trend_down += weight * bases[at] * weathers.get(known[at].weather or "", 1.0)
    low, high = TREND_LIMITS
    trend = min(high, max(low, trend_up / trend_down)) if trend_down > 0 else 1.0
    return _Learnt(usual, trend, weathers)


def _usual(known: Sequence[Demand], wanted: Sequence[float], *, of: Sequence[int]) -> dict[int, float]:
    """Return what each class of days usually takes, leaning on its kin where it has few days itself."""
    sums: dict[int, tuple[float, float]] = {}
    for at in of:
        weight = _weight(known[at], known[-1], SLOW_HALF_LIFE)
        total, weights = sums.get(day_class(known[at].day), (0.0, 0.0))
        sums[day_class(known[at].day)] = (total + weight * wanted[at], weights + weight)
    overall = _ratio(sums.values(), 0.0)
    weekend = _ratio((sums[c] for c in sums if c in WEEKEND), overall)
    working = _ratio((sums[c] for c in sums if c not in WEEKEND), overall)
    usual: dict[int, float] = {}
    for each in range(SWAP + 1):
        total, weights = sums.get(each, (0.0, 0.0))
        kin = weekend if each in WEEKEND else working
        usual[each] = (total + KIN_DAYS * kin) / (weights + KIN_DAYS)
    return usual


def _weathers(
    known: Sequence[Demand], wanted: Sequence[float], bases: Sequence[float], *, of: Sequence[int]
) -> dict[str, float]:
    """Return what each weather does to the usual, doubted as long as there are few such days."""
    doubt = WEATHER_DAYS * _mean(bases)
    sums: dict[str, tuple[float, float]] = {}
    for at in of:
        name = known[at].weather
        if name is not None:
            up, down = sums.get(name, (doubt, doubt))
            sums[name] = (up + wanted[at], down + bases[at])
    return {name: up / down for name, (up, down) in sums.items() if down > 0}


def _scatter(known: Sequence[Demand], filled: Sequence[_Filled], learnt: _Learnt) -> float:
    """Return how much more days vary than chance alone would make them; never less than chance."""
    total, weights = 0.0, 0.0
    for past, each in zip(known, filled, strict=True):
        weight = _weight(past, known[-1], SLOW_HALF_LIFE)
        total += weight * each.off / learnt.fit(past.day, past.weather)
        weights += weight
    days = _days_worth(known, SLOW_HALF_LIFE)
    return max(1.0, total / weights * days / max(1.0, days - FITTED))


def _doubt(known: Sequence[Demand]) -> float:
    """Return how much the day's variance grows since usual and trend are themselves only estimates."""
    same = _days_worth(known, SLOW_HALF_LIFE) / 7
    lately = _days_worth(known, FAST_HALF_LIFE)
    return 1 + 1 / max(1.0, same) + 1 / max(1.0, lately)


def _days_worth(known: Sequence[Demand], half_life: float) -> float:
    """Return how many equally good days the weighted history is worth."""
    weights = [_weight(past, known[-1], half_life) for past in known]
    return sum(weights) ** 2 / sum(weight**2 for weight in weights)


def _weight(past: Demand, latest: Demand, half_life: float) -> float:
    return 0.5 ** ((latest.day - past.day).days / half_life)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _ratio(sums: Iterable[tuple[float, float]], otherwise: float) -> float:
    total, weights = 0.0, 0.0
    for part, weight in sums:
        total, weights = total + part, weights + weight
    return total / weights if weights > 0 else otherwise

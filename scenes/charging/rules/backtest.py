"""Does the forecast hold? Weeks it has not seen are foretold and compared with what came.

A good forecast of 70 % comes true seven times in ten (calibration), and the range of 80 % holds four times
in five. Two simpler ones stand beside it: "as it is now" and "as it usually is at that hour".
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from scenes.charging.rules.forecast import Profiles, forecast
from scenes.charging.rules.learning import Change

HORIZONS: Final = (15, 30, 60, 120)
"""Minutes ahead."""

BINS: Final = 10
_FAR: Final = timedelta(hours=12)
"""So far before an arrival the present is forgotten: the forecast is the usual share."""


class Trial(msgspec.Struct, frozen=True):
    """One forecast and what came; the chances are of at least one free connector."""

    horizon: int
    p: float
    as_now: float
    as_usual: float
    low: int
    high: int
    came: int


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How good forecasts of one horizon were: mean squared errors of the chance, and range coverage."""

    horizon: int
    trials: int
    error: float
    error_as_now: float
    error_as_usual: float
    inside: float
    width: float


class Bin(msgspec.Struct, frozen=True):
    """Forecasts of about the same chance: how many, the mean told, and the share that came true."""

    trials: int
    told: float
    came: float


def trials(changes: Sequence[Change], profiles: Profiles, moments: Iterable[datetime]) -> Iterator[Trial]:
    """Foretell a station from each moment, for every horizon, and look what came."""
    stories = _stories(changes)
    for now in moments:
        free = _free(stories, now)
        occupied = len(stories) - free
        for horizon in HORIZONS:
            arrival = now + timedelta(minutes=horizon)
            told = forecast(profiles, now, arrival, free=free, occupied=occupied)
            usual = forecast(profiles, arrival - _FAR, arrival, free=free, occupied=occupied)
            came = _free(stories, arrival)
            yield Trial(horizon, told.p, float(free > 0), usual.p, told.low, told.high, came)


def scores(several: Sequence[Trial]) -> list[Score]:
    """Score each horizon."""
    return [
        _score(horizon, [trial for trial in several if trial.horizon == horizon])
        for horizon in sorted({trial.horizon for trial in several})
    ]


def calibration(several: Iterable[Trial]) -> list[Bin]:
    """Sort forecasts by the chance told, in tenths, and compare with how often it came true."""
    bins: list[list[Trial]] = [[] for _ in range(BINS)]
    for trial in several:
        bins[min(BINS - 1, int(trial.p * BINS))].append(trial)
    return [
        Bin(len(each), _mean(t.p for t in each), _mean(float(t.came > 0) for t in each))
        for each in bins
        if each
    ]


def calibration_error(bins: Iterable[Bin]) -> float:
    """Return the mean distance between told and come true, weighted by how often it was told."""
    known = list(bins)
    return sum(b.trials * abs(b.told - b.came) for b in known) / max(1, sum(b.trials for b in known))


def _score(horizon: int, several: Sequence[Trial]) -> Score:
    return Score(
        horizon=horizon,
        trials=len(several),
        error=_mean((t.p - (t.came > 0)) ** 2 for t in several),
        error_as_now=_mean((t.as_now - (t.came > 0)) ** 2 for t in several),
        error_as_usual=_mean((t.as_usual - (t.came > 0)) ** 2 for t in several),
        inside=_mean(float(t.low <= t.came <= t.high) for t in several),
        width=_mean(float(t.high - t.low) for t in several),
    )


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0


def _stories(changes: Sequence[Change]) -> dict[object, tuple[list[datetime], list[int]]]:
    stories: dict[object, tuple[list[datetime], list[int]]] = {}
    for change in changes:
        times, statuses = stories.setdefault(change.connector, ([], []))
        times.append(change.at)
        statuses.append(change.status)
    return stories


def _free(stories: dict[object, tuple[list[datetime], list[int]]], at: datetime) -> int:
    return sum(statuses[bisect_right(times, at) - 1] == 1 for times, statuses in stories.values())

"""The forecast's back-test, printed: `python -m scenes.charging.service.backtest`.

Stations from quiet to crowded are replayed for ten weeks; the forecast learns from eight of them and is
held against the last two. Everything is drawn from one seed, so that the table repeats itself.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from scenes.charging.rules.backtest import Trial, calibration, calibration_error, scores, trials
from scenes.charging.rules.learning import learn
from scenes.charging.rules.replay import Bustle, replay
from scenes.common.kit.clock import instant

SEED: Final = 2114
FIRST_DAY: Final = date(2026, 3, 2)
LEARNT_DAYS: Final = 56
TRIED_DAYS: Final = 14
STEP: Final = timedelta(minutes=30)
STATIONS: Final = tuple(
    Bustle(connectors=connectors, cars_a_day=cars) for connectors in (2, 4, 8) for cars in (5.0, 9.0, 13.0)
)
"""From quiet to crowded; the last of each have none free in the morning peak."""


def run(
    stations: Sequence[Bustle] = STATIONS, *, learnt: int = LEARNT_DAYS, tried: int = TRIED_DAYS
) -> list[Trial]:
    """Replay stations, learn from the first days, and foretell the rest."""
    found: list[Trial] = []
    for number, bustle in enumerate(stations):
        chance = random.Random(f"{SEED}:{number}")  # noqa: S311 - a drawn past, not a secret
        days = [FIRST_DAY + timedelta(days=ahead) for ahead in range(learnt + tried)]
        changes = replay(bustle, days, chance)
        since, until, end = (
            instant(FIRST_DAY + timedelta(days=n), time()) for n in (0, learnt, learnt + tried)
        )
        profiles = learn((c for c in changes if c.at < until), since=since, until=until)
        found += trials(changes, profiles, _moments(until, end - timedelta(hours=3)))
    return found


def report(found: Sequence[Trial]) -> str:
    """Write scores and calibration as tables."""
    lines = ["minutes ahead |  trials | error | as now | as usual | range holds | width"]
    lines += [
        f"{s.horizon:13d} | {s.trials:7d} | {s.error:.3f} |  {s.error_as_now:.3f} |    {s.error_as_usual:.3f}"
        f" |      {s.inside:5.1%} | {s.width:5.2f}"
        for s in scores(found)
    ]
    bins = calibration(found)
    lines += ["", "told at least one free | trials | came true"]
    lines += [f"{b.told:22.1%} | {b.trials:6d} | {b.came:9.1%}" for b in bins]
    return "\n".join([*lines, "", f"mean distance between told and come true: {calibration_error(bins):.1%}"])


def _moments(since: datetime, until: datetime) -> Iterator[datetime]:
    at = since
    while at < until:
        yield at
        at += STEP


if __name__ == "__main__":
    sys.stdout.write(report(run()) + "\n")

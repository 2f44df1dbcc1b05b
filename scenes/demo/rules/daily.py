"""How the demo's elders are today: who gave the sign, who is missed how far, what their devices measure."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from scenes.common.kit.clock import instant, shanghai
from scenes.eldercare.rules.wellbeing import EARLIEST, LATEST

DAYS: Final = 14
LATE_HOUR: Final = time(20)
USUAL_HOUR: Final = time(9)
ROUND: Final = 5


class Habit(NamedTuple):
    """An elder's daily sign; `ago` is how many minutes ago the hour passed without one, none if it did not.

    `today` is what became of the day: waiting, seen, 1 reminded, 2 kin told, 3 a visit, taken, closed,
    hospital (paused), off. `missed` names a day of the past (days ago) that came to a visit.
    """

    today: str
    ago: int | None = None
    missed: int | None = None
    consents: bool = True


HABITS: Final = (
    Habit("waiting", missed=5),
    Habit("seen"),
    Habit("reminded", 12),
    Habit("told", 50),
    Habit("visit", 170),
    Habit("taken", 115, missed=6),
    Habit("closed", 220),
    Habit("hospital"),
    Habit("seen", consents=False),
    Habit("off"),
)
"""The first of them is resident number 1, whose day is still to come."""

STEPS: Final = {"reminded": 1, "told": 2, "visit": 3, "taken": 3, "closed": 3}


class Gauge(NamedTuple):
    """A device: whose (a place in HABITS), what it measures, how it goes, and the alert that came of it."""

    owner: int
    kind: str
    usual: Mapping[str, float]
    spread: float
    last: Sequence[Mapping[str, float]] = ()
    side: str | None = None
    seen: bool = False


GAUGES: Final = (
    Gauge(0, "bp", {"systolic": 134, "diastolic": 82}, 7),
    Gauge(0, "glucose", {"mmol": 6.4}, 0.7),
    Gauge(0, "heart", {"bpm": 72}, 5),
    Gauge(0, "fall", {}, 0),
    Gauge(1, "bp", {"systolic": 158, "diastolic": 94}, 8,
          ({"systolic": 184, "diastolic": 108}, {"systolic": 188, "diastolic": 112}), "high"),
    Gauge(3, "glucose", {"mmol": 5.1}, 0.5, ({"mmol": 3.7}, {"mmol": 3.5}), "low", seen=True),
    Gauge(4, "water", {"litres": 9}, 4, (), "silent"),
    Gauge(5, "heart", {"bpm": 66}, 6),
    Gauge(8, "bp", {"systolic": 141, "diastolic": 86}, 6),
)  # fmt: skip
"""`last` are the newest readings, which replace the usual ones."""


def hour_gone(now: datetime, ago: int) -> datetime:
    """Return the last time (Shanghai's) that could be a plan's hour, so many minutes ago or earlier."""
    local = shanghai(now) - timedelta(minutes=ago)
    if local.time() < EARLIEST:
        return shanghai(instant(local.date() - timedelta(days=1), LATEST))
    if local.time() > LATEST:
        return shanghai(instant(local.date(), LATEST))
    return shanghai(instant(local.date(), time(local.hour, local.minute // ROUND * ROUND)))


def sign_at(chance: random.Random, day: date, hour: time) -> datetime:
    """Draw when the sign of a day came: some time in the hour before it was due."""
    return instant(day, hour) - timedelta(seconds=chance.randrange(300, 3300))


def measured_at(now: datetime) -> list[datetime]:
    """Name when devices measured in two weeks: half past seven, mornings and evenings, the oldest first."""
    today = shanghai(now).date()
    days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
    every = [instant(day, at) for day in days for at in (time(7, 30), time(19, 30))]
    return [each for each in every if each <= now]


def measure(chance: random.Random, gauge: Gauge) -> dict[str, float]:
    """Draw a usual reading."""
    places = 1 if gauge.kind in {"glucose", "water"} else 0
    return {name: round(chance.gauss(value, gauge.spread / 2), places) for name, value in gauge.usual.items()}

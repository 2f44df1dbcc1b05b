"""When visitors come: counted curves as data with their sources, and pure functions that scale them.

Seconds of a release are relative to it, so what comes before it is negative; minutes of a course count
from its beginning.
"""

import math
from dataclasses import dataclass
from datetime import time
from itertools import accumulate

from scenes.demo.rules.plugging import PLUG_INS


@dataclass(frozen=True, slots=True)
class ReleaseMinute:
    """A minute in which everybody comes at once.

    `visits` in the minute, `peak_per_second` at its start, for `numbers` numbers. The two rates fix the
    curve: the exponential that starts at the peak and has let all visits in by the end of the minute.
    """

    source: str
    visits: int
    numbers: int
    peak_per_second: int
    seconds: float = 60.0

    @property
    def visits_per_number(self) -> float:
        """How many come for each number."""
        return self.visits / self.numbers

    @property
    def decay(self) -> float:
        """The rate, per second, at which those still to come keep coming."""
        return self.peak_per_second / self.visits

    def come_by(self, second: float) -> float:
        """Return the share of the minute's visits that came by a second of it, from 0 to 1."""
        within = min(max(second, 0.0), self.seconds)
        return math.expm1(-self.decay * within) / math.expm1(-self.decay * self.seconds)

    def second_of(self, share: float) -> float:
        """Return by which second a share of the visits came: the other way round of `come_by`."""
        return -math.log1p(share * math.expm1(-self.decay * self.seconds)) / self.decay

    def scaled(self, visits: int) -> "ReleaseMinute":
        """Make the same minute with fewer visits: same shape, same visits for each number."""
        return ReleaseMinute(
            source=self.source,
            visits=visits,
            numbers=max(1, round(visits / self.visits_per_number)),
            peak_per_second=max(1, round(self.peak_per_second * visits / self.visits)),
            seconds=self.seconds,
        )


PKU_STOMATOLOGY = ReleaseMinute(
    source="Peking University School of Stomatology, 2022: 200,000 visits in the release minute, more than "
    "20,000 a second at the peak, 1,009 numbers",
    visits=200_000,
    numbers=1_009,
    peak_per_second=20_000,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How those who are there before the release gather; an assumption, no count of it is known to us.

    Whoever claims within `eager_seconds` of the release had been waiting for it. They gather the faster
    the nearer it comes: by `mean_seconds` before it on average, none before `longest_seconds`.
    """

    eager_seconds: float = 3.0
    mean_seconds: float = 8.0
    longest_seconds: float = 22.0

    def second_of(self, share: float) -> float:
        """Return when the given share of those who wait has come; from -longest_seconds to 0."""
        first = math.exp(-self.longest_seconds / self.mean_seconds)
        return self.mean_seconds * math.log(first + share * (1.0 - first))


@dataclass(frozen=True, slots=True)
class Course:
    """A counted course of some hours: how many came in each of its equal steps, in whatever unit."""

    source: str
    begins: time
    step_minutes: int
    counts: tuple[float, ...]

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.step_minutes * len(self.counts)

    @property
    def busiest(self) -> int:
        """The step in which most come."""
        return max(range(len(self.counts)), key=lambda step: self.counts[step])

    def come_by(self, minute: float) -> float:
        """Return the share of all that came by a minute, evenly within each step."""
        steps, into = divmod(min(max(minute, 0.0), self.minutes), self.step_minutes)
        whole = sum(self.counts[: int(steps)])
        part = self.counts[int(steps)] * into / self.step_minutes if into else 0.0
        return (whole + part) / sum(self.counts)

    def minute_of(self, share: float) -> float:
        """Return by which minute a share came: the other way round of `come_by`."""
        wanted = min(max(share, 0.0), 1.0) * sum(self.counts)
        before = 0.0
        for step, up_to in enumerate(accumulate(self.counts)):
            if wanted <= up_to and self.counts[step]:
                return self.step_minutes * (step + (wanted - before) / self.counts[step])
            before = up_to
        return float(self.minutes)


METRO_MORNING = Course(
    source="exits at 18 Putuo metro stations, Wed 2015-04-01, per mille of the day, 06:00 to 11:00",
    begins=time(6),
    step_minutes=15,
    counts=(
        1.2, 2.6, 3.5, 5.5, 7.5, 8.9, 12.3, 15.7, 23.7, 30.9, 37.0, 37.9, 25.1, 20.8, 16.4, 13.9, 11.4, 10.4,
        9.6, 10.0,
    ),
)  # fmt: skip

METRO_EVENING = Course(
    source="the same exits from 17:00 to 20:00",
    begins=time(17),
    step_minutes=15,
    counts=(17.5, 20.8, 25.4, 28.0, 30.5, 32.0, 31.0, 29.3, 24.1, 19.8, 16.2, 13.9),
)

PLUGGING_EVENING = Course(
    source="plug-ins by hour of 2,114 real charging sessions, 17:00 to 22:00",
    begins=time(17),
    step_minutes=60,
    counts=tuple(float(PLUG_INS[hour]) for hour in range(17, 22)),
)


ELDER_MORNING = Course(
    source="no count known, an assumption: the numbers open at 07:00, and elders are up before that",
    begins=time(7),
    step_minutes=15,
    counts=(40.0, 28.0, 19.0, 13.0),
)


def evenly(count: int) -> list[float]:
    """Return `count` shares evenly between 0 and 1, so that a drawn crowd has a curve's exact shape."""
    return [(number + 0.5) / count for number in range(count)]


def per_second(instants: list[float]) -> dict[int, int]:
    """Count instants by the second they fall into, in order."""
    counted: dict[int, int] = {}
    for instant in sorted(instants):
        counted[math.floor(instant)] = counted.get(math.floor(instant), 0) + 1
    return counted

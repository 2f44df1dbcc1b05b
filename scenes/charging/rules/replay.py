"""Weeks of charging as 2,114 real sessions were spread over the day, to try the forecast on.

Cars come to a station by the hour's share; each takes a free connector or drives on when there is none,
charges, and sometimes stays. Some days are busier than others for the whole station, which is what makes
forecasts hard: the model knows nothing of it.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import accumulate
from typing import Final

import msgspec

from scenes.charging.rules.forecast import kind_of_day
from scenes.charging.rules.learning import Change
from scenes.common.kit.clock import instant

PLUG_INS: Final = (6,) * 6 + (
    72,
    106,
    272,
    185,
    177,
    126,
    120,
    156,
    165,
    112,
    117,
    82,
    118,
    124,
    80,
    39,
    6,
    6,
)
"""Plug-ins by hour of the day, of 2,114 real sessions; the 48 of the night are spread evenly.

The hours as they were handed down add up to 2,099.
"""

_UP_TO: Final = tuple(accumulate(PLUG_INS))
_FREE, _CHARGING = 1, 3


class Bustle(msgspec.Struct, frozen=True, kw_only=True):
    """How a station is used; minutes, and cars for each connector on a workday.

    `uneven` spreads days around the usual one (the deviation of the logarithm), `resting` is what is left
    on a day of rest.
    """

    connectors: int
    cars_a_day: float = 6.0
    minutes: float = 55.0
    spread: float = 0.4
    resting: float = 0.7
    uneven: float = 0.2


def replay(bustle: Bustle, days: Sequence[date], chance: random.Random) -> list[Change]:
    """Draw every change of a station's connectors over some days, in order of time."""
    first = instant(days[0], time())
    changes = [Change(number, _FREE, first) for number in range(bustle.connectors)]
    free = list(range(bustle.connectors))
    leaving: list[tuple[datetime, int]] = []
    for at in _arrivals(bustle, days, chance):
        while leaving and leaving[0][0] <= at:
            gone, number = heappop(leaving)
            changes.append(Change(number, _FREE, gone))
            free.append(number)
        if not free:
            continue  # drives on
        number = free.pop(chance.randrange(len(free)))
        changes.append(Change(number, _CHARGING, at))
        stay = bustle.minutes * chance.lognormvariate(0, bustle.spread)
        heappush(leaving, (at + timedelta(minutes=stay), number))
    changes += [Change(number, _FREE, gone) for gone, number in leaving]
    return sorted(changes, key=lambda change: change.at)


def _arrivals(bustle: Bustle, days: Sequence[date], chance: random.Random) -> Iterator[datetime]:
    for day in days:
        cars = bustle.cars_a_day * bustle.connectors * chance.lognormvariate(0, bustle.uneven)
        cars *= 1.0 if kind_of_day(day) == "workday" else bustle.resting
        midnight = instant(day, time())
        hours = chance.choices(range(24), cum_weights=_UP_TO, k=round(cars))
        yield from sorted(midnight + timedelta(hours=hour, seconds=chance.uniform(0, 3600)) for hour in hours)

"""How many connectors will be free when one arrives: a small model that can be explained in a minute.

Each connector is busy or free. From a station's own history two things are known for each quarter of an
hour of a workday or a rest day: the share of connectors in use (`busy`), and the chance that one in use is
free a quarter-hour later (`turnover`). A connector starts from how it stands now and takes those chances
step by step; how often a free one is taken is what keeps the learnt share true. So the forecast begins as
the live count and ends, hours ahead, as the usual share of that hour. With little history the chances lean
on a plain prior. Broken and unheard-of connectors never count as free. Connectors are taken as
independent, which back-tests show to be close (`service/backtest.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final

import msgspec

from scenes.common.kit.calendar import day_kind
from scenes.common.kit.clock import local_day, shanghai

QUARTERS: Final = 96
QUARTER_SECONDS: Final = 900
QUARTER: Final = timedelta(seconds=QUARTER_SECONDS)

PRIOR_BUSY: Final = 0.3
"""The share in use of a station of which nothing is known: near the yearly mean of public chargers."""

PRIOR_TURNOVER: Final = 0.25
"""The chance that one in use is free a quarter-hour later: charges of an hour, on average."""

PRIOR_DAYS: Final = 2.0
"""How many observed days the prior counts for."""

LOW, HIGH = 0.1, 0.9
"""Between these quantiles lie 80 % of the outcomes."""

_MOST_SHARE: Final = 0.995


class Profile(msgspec.Struct, frozen=True):
    """What was learnt of a station's connectors of a kind on a kind of day; 96 values each.

    `weight` is on how many days each quarter was observed.
    """

    busy: tuple[float, ...]
    turnover: tuple[float, ...]
    weight: tuple[float, ...]

    def at(self, quarter: int) -> tuple[float, float]:
        """Return busy and turnover of a quarter, leaning on the prior where little was seen."""
        weight = self.weight[quarter]
        whole = weight + PRIOR_DAYS
        busy = (self.busy[quarter] * weight + PRIOR_BUSY * PRIOR_DAYS) / whole
        turnover = (self.turnover[quarter] * weight + PRIOR_TURNOVER * PRIOR_DAYS) / whole
        return min(busy, _MOST_SHARE), turnover


NOTHING_KNOWN: Final = Profile((0.0,) * QUARTERS, (0.0,) * QUARTERS, (0.0,) * QUARTERS)

Profiles = Mapping[str, Profile]
"""By kind of day: workday or restday."""


class Forecast(msgspec.Struct, frozen=True):
    """The chance that at least one is free, the expected number, and the range that holds 80 %."""

    p: float
    expected: float
    low: int
    high: int


def kind_of_day(day: date) -> str:
    """Name the kind of a day, as profiles are kept by."""
    return "workday" if day_kind(day).works else "restday"


def quarter_of(at: datetime) -> int:
    """Return the number of an instant's quarter of the day, 0 to 95, by Shanghai's clock."""
    local = shanghai(at)
    return local.hour * 4 + local.minute // 15


def forecast(  # noqa: PLR0913 - each is one fact of the question
    profiles: Profiles, now: datetime, arrival: datetime, *, free: int, occupied: int, held: int = 0
) -> Forecast:
    """Foresee a station at `arrival`: `free` and `occupied` now, `held` of the free reserved for then."""
    from_free, from_busy = chances(profiles, now, arrival)
    open_to_all = max(0, free - held)
    return summary([from_free] * open_to_all + [from_busy] * occupied)


def chances(profiles: Profiles, now: datetime, arrival: datetime) -> tuple[float, float]:
    """Return the chances of being free at `arrival` of a connector that is free, and of one in use, now."""
    from_free, from_busy = 1.0, 0.0
    for at, part in _steps(now, arrival):
        leave, take = _rates(profiles, at)
        leave, take = leave * part, take * part
        from_free = from_free * (1 - take) + (1 - from_free) * leave
        from_busy = from_busy * (1 - take) + (1 - from_busy) * leave
    return from_free, from_busy


def expected_wait(profiles: Profiles, at: datetime, *, working: int, ahead: int) -> float | None:
    """Return the minutes until a full station has a connector for one more behind `ahead` others.

    None where no connector works.
    """
    if working <= 0:
        return None
    _, turnover = _profile(profiles, at).at(quarter_of(at))
    return QUARTER_SECONDS / 60 * (ahead + 1) / (working * max(turnover, 1 - _MOST_SHARE))


def summary(chances: Sequence[float]) -> Forecast:
    """Add up independent connectors: the exact distribution of how many are free."""
    shares = [1.0]
    for chance in chances:
        shares = [
            before * (1 - chance) + less * chance
            for before, less in zip([*shares, 0.0], [0.0, *shares], strict=True)
        ]
    sums: list[float] = []
    total = 0.0
    for share in shares:
        total += share
        sums.append(total)
    return Forecast(
        p=round(1 - shares[0], 4),
        expected=round(sum(chances), 3),
        low=_quantile(sums, LOW),
        high=_quantile(sums, HIGH),
    )


def _rates(profiles: Profiles, at: datetime) -> tuple[float, float]:
    """Return the chances within one quarter of leaving and of being taken, so that the shares hold."""
    busy, turnover = _profile(profiles, at).at(quarter_of(at))
    later = at + QUARTER
    after, _ = _profile(profiles, later).at(quarter_of(later))
    take = (after - busy * (1 - turnover)) / (1 - busy)
    return turnover, min(1.0, max(0.0, take))


def _profile(profiles: Profiles, at: datetime) -> Profile:
    return profiles.get(kind_of_day(local_day(at)), NOTHING_KNOWN)


def _steps(now: datetime, arrival: datetime) -> Iterable[tuple[datetime, float]]:
    """Give the quarters from now to the arrival, the last one in part."""
    seconds = max(0.0, (arrival - now).total_seconds())
    for step in range(ceil(seconds / QUARTER_SECONDS)):
        yield now + step * QUARTER, min(1.0, seconds / QUARTER_SECONDS - step)


def _quantile(sums: Sequence[float], share: float) -> int:
    """Return the least number whose cumulated share reaches `share`."""
    return next((number for number, total in enumerate(sums) if total >= share - 1e-12), len(sums) - 1)

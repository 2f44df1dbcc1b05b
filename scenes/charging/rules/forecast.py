"""How many connectors will be free when one arrives: a small model that can be explained in a minute.

Each connector is busy or free. From a station's own history two things are known for each quarter of an
hour of a workday or a rest day: the share of connectors in use (`busy`), and the chance that one in use is
free a quarter-hour later (`turnover`). A connector starts from how it stands now and takes those chances
step by step; how often a free one is taken is what keeps the learnt share true. So the forecast begins as
the live count and ends, hours ahead, as the usual share of that hour. With little history the chances lean
on a plain prior. Broken and unheard-of connectors never count as free. Connectors are taken as
independent, which back-tests show to be close (`service/backtest.py`).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

import msgspec

from scenes.charging.rules.status import FAULT
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

_BUSY: Final = frozenset({2, 3, 4})
_FREE: Final = 1
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


class Change(NamedTuple):
    """A connector's status from an instant on."""

    connector: object
    status: int
    at: datetime


def kind_of_day(day: date) -> str:
    """Name the kind of a day, as profiles are kept by."""
    return "workday" if day_kind(day).works else "restday"


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
    _, turnover = _profile(profiles, at).at(_quarter(at))
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


def learn(changes: Iterable[Change], *, since: datetime, until: datetime) -> dict[str, Profile]:
    """Learn the profiles of connectors of one kind from their changes between two instants.

    Each connector is looked at on every quarter of the clock from its first change on; while it is broken
    or offline it teaches nothing.
    """
    tables: dict[str, _Table] = {}
    for times, statuses in _by_connector(changes).values():
        _observe(tables, times, statuses, since=max(since, times[0]), until=until)
    return {kind: table.profile() for kind, table in tables.items()}


class _Table:
    """Counts of one kind of day, by quarter: seen, busy, then left; and the days that were seen."""

    def __init__(self) -> None:
        self.seen = [0] * QUARTERS
        self.busy = [0] * QUARTERS
        self.followed = [0] * QUARTERS
        self.left = [0] * QUARTERS
        self.days: list[set[date]] = [set() for _ in range(QUARTERS)]

    def profile(self) -> Profile:
        turnover = sum(self.left) / sum(self.followed) if any(self.followed) else PRIOR_TURNOVER
        return Profile(
            tuple(b / s if s else 0.0 for b, s in zip(self.busy, self.seen, strict=True)),
            tuple(_smoothed(self.left, self.followed, quarter, turnover) for quarter in range(QUARTERS)),
            tuple(float(len(days)) for days in self.days),
        )


def _smoothed(left: Sequence[int], followed: Sequence[int], quarter: int, usual: float) -> float:
    """Take an hour on both sides together, and lean on the whole day: single quarters see few charges."""
    around = [(quarter + offset) % QUARTERS for offset in range(-4, 5)]
    lean = 20
    return (sum(left[q] for q in around) + usual * lean) / (sum(followed[q] for q in around) + lean)


def _by_connector(changes: Iterable[Change]) -> dict[object, tuple[list[datetime], list[int]]]:
    stories: dict[object, tuple[list[datetime], list[int]]] = {}
    for change in sorted(changes, key=lambda change: change.at):
        times, statuses = stories.setdefault(change.connector, ([], []))
        times.append(change.at)
        statuses.append(change.status)
    return stories


def _observe(
    tables: dict[str, _Table],
    times: Sequence[datetime],
    statuses: Sequence[int],
    *,
    since: datetime,
    until: datetime,
) -> None:
    at = _next_quarter(since)
    busy = _is_busy(times, statuses, at)
    while at + QUARTER <= until:
        later = _is_busy(times, statuses, at + QUARTER)
        if busy is not None:
            _note(tables, at, busy=busy, later=later)
        at, busy = at + QUARTER, later


def _note(tables: dict[str, _Table], at: datetime, *, busy: bool, later: bool | None) -> None:
    day, quarter = local_day(at), _quarter(at)
    table = tables.setdefault(kind_of_day(day), _Table())
    table.seen[quarter] += 1
    table.days[quarter].add(day)
    table.busy[quarter] += busy
    if busy and later is not None:
        table.followed[quarter] += 1
        table.left[quarter] += not later


def _is_busy(times: Sequence[datetime], statuses: Sequence[int], at: datetime) -> bool | None:
    """Tell whether a connector was in use; none where nobody knows or it was broken."""
    index = bisect_right(times, at) - 1
    status = statuses[index] if index >= 0 else FAULT
    return True if status in _BUSY else False if status == _FREE else None


def _rates(profiles: Profiles, at: datetime) -> tuple[float, float]:
    """Return the chances within one quarter of leaving and of being taken, so that the shares hold."""
    busy, turnover = _profile(profiles, at).at(_quarter(at))
    later = at + QUARTER
    after, _ = _profile(profiles, later).at(_quarter(later))
    take = (after - busy * (1 - turnover)) / (1 - busy)
    return turnover, min(1.0, max(0.0, take))


def _profile(profiles: Profiles, at: datetime) -> Profile:
    return profiles.get(kind_of_day(local_day(at)), NOTHING_KNOWN)


def _steps(now: datetime, arrival: datetime) -> Iterable[tuple[datetime, float]]:
    """Give the quarters from now to the arrival, the last one in part."""
    seconds = max(0.0, (arrival - now).total_seconds())
    for step in range(ceil(seconds / QUARTER_SECONDS)):
        yield now + step * QUARTER, min(1.0, seconds / QUARTER_SECONDS - step)


def _quarter(at: datetime) -> int:
    local = shanghai(at)
    return local.hour * 4 + local.minute // 15


def _next_quarter(at: datetime) -> datetime:
    past = timedelta(seconds=at.timestamp() % QUARTER_SECONDS)
    return at if not past else at - past + QUARTER


def _quantile(sums: Sequence[float], share: float) -> int:
    """Return the least number whose cumulated share reaches `share`."""
    return next((number for number, total in enumerate(sums) if total >= share - 1e-12), len(sums) - 1)

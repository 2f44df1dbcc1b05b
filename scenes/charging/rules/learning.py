"""What a station's past teaches: how often connectors are in use at an hour, and how soon left."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from scenes.charging.rules.forecast import (
    PRIOR_TURNOVER,
    QUARTER,
    QUARTER_SECONDS,
    QUARTERS,
    Profile,
    kind_of_day,
    quarter_of,
)
from scenes.common.kit.clock import local_day

_IN_USE: Final = {1: False, 2: True, 3: True, 4: True}
"""By status; a broken or unheard-of connector is neither."""

_AROUND: Final = range(-4, 5)
"""An hour on both sides: single quarters see few charges."""

_LEAN: Final = 20
"""How many charges of the whole day each quarter leans on."""


class Change(NamedTuple):
    """A connector's status from an instant on."""

    connector: Hashable
    status: int
    at: datetime


class _Moment:
    """A quarter of the clock on one day: at how many connectors it was seen what they did."""

    __slots__ = ("busy", "followed", "left", "seen")

    def __init__(self) -> None:
        self.seen = self.busy = self.followed = self.left = 0


class _Table(_Moment):
    """The same of a quarter on all days of a kind, and on how many of them it was seen."""

    __slots__ = ("days",)

    def __init__(self) -> None:
        super().__init__()
        self.days = 0

    def add(self, moment: _Moment) -> None:
        self.seen += moment.seen
        self.busy += moment.busy
        self.followed += moment.followed
        self.left += moment.left
        self.days += 1


def learn(changes: Iterable[Change], *, since: datetime, until: datetime) -> dict[str, Profile]:
    """Learn the profiles of connectors of one kind, by kind of day, from their changes between two instants.

    Each connector is looked at on every quarter of the clock from its first change on; while it is broken
    or offline it teaches nothing.
    """
    clock = _quarters(since, until)
    moments = [_Moment() for _ in clock]
    for story in _by_connector(changes).values():
        first = bisect_left(clock, story[0].at)
        _observe(moments[first:], _in_use(story, clock[first:]))
    days: defaultdict[str, list[_Table]] = defaultdict(lambda: [_Table() for _ in range(QUARTERS)])
    for at, moment in zip(clock, moments, strict=True):
        if moment.seen:
            days[kind_of_day(local_day(at))][quarter_of(at)].add(moment)
    return {kind: _profile(tables) for kind, tables in days.items()}


def _quarters(since: datetime, until: datetime) -> list[datetime]:
    """List the clock's quarters between two instants; the last only tells how the one before went on."""
    past = since.timestamp() % QUARTER_SECONDS
    first = since + timedelta(seconds=QUARTER_SECONDS - past) if past else since
    return [first + step * QUARTER for step in range((until - first) // QUARTER + 1)]


def _by_connector(changes: Iterable[Change]) -> dict[Hashable, list[Change]]:
    stories: dict[Hashable, list[Change]] = {}
    for change in sorted(changes, key=lambda change: change.at):
        stories.setdefault(change.connector, []).append(change)
    return stories


def _in_use(story: Sequence[Change], clock: Sequence[datetime]) -> list[bool | None]:
    """Tell at each instant whether a connector was in use; none where nobody knows or it was broken."""
    states: list[bool | None] = []
    told, state = 0, None
    for at in clock:
        while told < len(story) and story[told].at <= at:
            state = _IN_USE.get(story[told].status)
            told += 1
        states.append(state)
    return states


def _observe(moments: Sequence[_Moment], states: Sequence[bool | None]) -> None:
    for moment, (busy, later) in zip(moments, pairwise(states), strict=False):
        if busy is None:
            continue
        moment.seen += 1
        if busy:
            moment.busy += 1
            if later is not None:
                moment.followed += 1
                moment.left += not later


def _profile(tables: Sequence[_Table]) -> Profile:
    followed, left = sum(table.followed for table in tables), sum(table.left for table in tables)
    usual = left / followed if followed else PRIOR_TURNOVER
    return Profile(
        tuple(table.busy / table.seen if table.seen else 0.0 for table in tables),
        tuple(_turnover(tables, quarter, usual) for quarter in range(QUARTERS)),
        tuple(float(table.days) for table in tables),
    )


def _turnover(tables: Sequence[_Table], quarter: int, usual: float) -> float:
    around = [tables[(quarter + offset) % QUARTERS] for offset in _AROUND]
    left, followed = sum(table.left for table in around), sum(table.followed for table in around)
    return (left + usual * _LEAN) / (followed + _LEAN)

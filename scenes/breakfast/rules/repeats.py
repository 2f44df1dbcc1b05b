"""The same breakfast every week: which day comes next, and when it is ordered."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Final

import msgspec

from scenes.breakfast.errors import RepeatDayInvalid, RepeatPlaced
from scenes.common.kit.clock import instant, local_day

WEEK: Final = timedelta(days=7)
FARTHEST_SKIP: Final = timedelta(days=366)


class Repeat(msgspec.Struct, frozen=True, kw_only=True):
    """What decides the days of a repeat: weekday (Monday 0), hour, days left out, the last day done."""

    weekday: int
    at: time
    created_at: datetime
    skips: frozenset[date] = frozenset()
    placed_until: date | None = None


def ordered_at(day: date, at: time, ahead_hours: int) -> datetime:
    """Return when the order of a day is made."""
    return instant(day, at) - timedelta(hours=ahead_hours)


def next_day(repeat: Repeat, *, now: datetime, ahead_hours: int) -> date:
    """Return the next day of a repeat whose order is still to be made.

    A day whose order would have been made before the repeat existed is not part of it: whoever orders
    for today and says "every Tuesday" means the next ones.
    """
    return next(day for day in _weekdays(repeat, now) if _is_ahead(repeat, day, now, ahead_hours))


def _weekdays(repeat: Repeat, now: datetime) -> Iterator[date]:
    today = local_day(now)
    first = today + timedelta(days=(repeat.weekday - today.weekday()) % 7)
    return (first + weeks * WEEK for weeks in count())


def _is_ahead(repeat: Repeat, day: date, now: datetime, ahead_hours: int) -> bool:
    done = repeat.placed_until is not None and day <= repeat.placed_until
    existed = repeat.created_at < ordered_at(day, repeat.at, ahead_hours)
    return not done and day not in repeat.skips and existed and now < instant(day, repeat.at)


def is_due(repeat: Repeat, day: date, *, now: datetime, ahead_hours: int) -> bool:
    """Tell whether the order of a day is to be made now."""
    return ordered_at(day, repeat.at, ahead_hours) <= now < instant(day, repeat.at)


def refuse_skip(repeat: Repeat, day: date, now: datetime) -> None:
    """Refuse to leave out a day that is not one of the repeat's, is over, or has been ordered."""
    today = local_day(now)
    if day.weekday() != repeat.weekday or not today <= day <= today + FARTHEST_SKIP:
        raise RepeatDayInvalid
    if repeat.placed_until is not None and day <= repeat.placed_until:
        raise RepeatPlaced


def with_skip(skips: frozenset[date], day: date, today: date) -> frozenset[date]:
    """Add a day to those left out, and forget the ones that are over."""
    return frozenset(each for each in skips if each >= today) | {day}

"""A cart's timetable: where it should be now, where it goes next, and when its silence counts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

import msgspec

from scenes.common.kit.clock import instant, local_day

AHEAD_DAYS: Final = 7
"""Days looked ahead for the next stop: a timetable repeats every week."""

CartState = Literal["running", "unknown", "outOfOrder"]


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Where a cart stands on some weekdays (Monday 0) from and until when; WGS-84."""

    name: str
    lat: float
    lng: float
    weekdays: tuple[int, ...]
    begins: time
    ends: time


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A stop on a day."""

    name: str
    lat: float
    lng: float
    starts_at: datetime
    ends_at: datetime


def visits_on(stops: Iterable[Stop], day: date) -> Iterator[Visit]:
    """Lay the stops of a day out."""
    return (
        Visit(
            name=stop.name,
            lat=stop.lat,
            lng=stop.lng,
            starts_at=instant(day, stop.begins),
            ends_at=instant(day, stop.ends),
        )
        for stop in stops
        if day.weekday() in stop.weekdays
    )


def now_and_next(stops: Sequence[Stop], now: datetime) -> tuple[Visit | None, Visit | None]:
    """Return where a cart should stand now, and its next stop within a week; none where there is none."""
    days = (local_day(now) + timedelta(days=ahead) for ahead in range(AHEAD_DAYS + 1))
    visits = [visit for day in days for visit in visits_on(stops, day)]
    here = [visit for visit in visits if visit.starts_at <= now < visit.ends_at]
    ahead = [visit for visit in visits if visit.starts_at > now]
    return (
        min(here, key=lambda visit: visit.ends_at, default=None),
        min(ahead, key=lambda visit: visit.starts_at, default=None),
    )


def state_of(
    heard_at: datetime | None, out_since: datetime | None, *, silent_minutes: int | None, now: datetime
) -> CartState:
    """Say what is known of a cart: silent longer than the rule allows, or without a rule, it is unknown.

    A cart is out of order for the day on which it was put so.
    """
    if out_since is not None and local_day(out_since) == local_day(now):
        return "outOfOrder"
    if heard_at is None or silent_minutes is None or now - heard_at > timedelta(minutes=silent_minutes):
        return "unknown"
    return "running"

"""When a place is open: weekly hours, public holidays, swapped workdays, and exceptions that win over all.

A span belongs to the day on which it begins and may run past midnight; the instant at which it ends is
closed already. A swapped workday (调休上班) keeps Monday's hours whatever its weekday. Shanghai has one
offset all year, so hours are reckoned in local time without a zone and given it at the end.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from scenes.common.kit.calendar import day_kind
from scenes.common.kit.clock import SHANGHAI

Scene = Literal["clinic", "eldercare", "charging", "breakfast"]
HolidayRule = Literal["closed", "usual", "hours"]
AvailabilityState = Literal["free", "few", "full", "closed", "unknown"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONDAY = 0
DAY_MINUTES = 24 * 60
HOUR_MINUTES = 60
AHEAD = timedelta(days=14)
"""How far the next change is looked for."""


class Span(NamedTuple):
    """Minutes after the day's midnight, `start` below 1440; `end` beyond 1440 is on the next day."""

    start: int
    end: int


Spans = tuple[Span, ...]


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides when a place is open.

    `weekly` has seven days from Monday; `holiday` is none where public holidays change nothing.
    """

    weekly: tuple[Spans, ...]
    holiday: Spans | None = ()
    exceptions: Mapping[date, Spans] = msgspec.field(default_factory=dict[date, Spans])


class Openness(msgspec.Struct, frozen=True):
    """Open or not, and the next change: `closes_at` while open, `opens_at` while closed."""

    open_now: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def parse_span(text: str) -> Span:
    """Read "08:00-11:30"; "22:00-02:00" ends on the next day. Raises ValueError for anything else."""
    begin, dash, end = text.partition("-")
    start, stop = _minutes(begin), _minutes(end)
    if not dash or start >= DAY_MINUTES or stop == start:
        raise ValueError(f"not a span of hours: {text}")
    return Span(start, stop if stop > start else stop + DAY_MINUTES)


def parse_spans(texts: Sequence[str]) -> Spans:
    """Read the spans of one day, in order and without overlap; raises ValueError otherwise."""
    spans = tuple(parse_span(text) for text in texts)
    for before, after in pairwise(spans):
        if after.start < before.end:
            raise ValueError(f"hours overlap or are out of order: {', '.join(texts)}")
    return spans


def parse_weekly(texts: Mapping[str, Sequence[str]]) -> tuple[Spans, ...]:
    """Read `{"mon": ["08:00-11:30"], …}`; a day left out is closed. Raises ValueError."""
    unknown = sorted(set(texts) - set(WEEKDAYS))
    if unknown:
        raise ValueError(f"not a weekday: {', '.join(unknown)}")
    return tuple(parse_spans(texts.get(day, ())) for day in WEEKDAYS)


def parse_holiday(rule: HolidayRule, texts: Sequence[str]) -> Spans | None:
    """Read what public holidays do to the hours; raises ValueError when rule and hours disagree."""
    if (rule == "hours") != bool(texts):
        raise ValueError("holiday hours are given exactly when the rule is 'hours'")
    return None if rule == "usual" else parse_spans(texts)


def spans_on(hours: Hours, day: date) -> Spans:
    """Return the spans that begin on a day."""
    special = hours.exceptions.get(day)
    if special is not None:
        return special
    kind = day_kind(day).kind
    if kind == "holiday" and hours.holiday is not None:
        return hours.holiday
    return hours.weekly[MONDAY if kind == "swap_workday" else day.weekday()]


def is_open(hours: Hours, at: datetime) -> bool:
    """Tell whether a place is open at an instant."""
    local = _local(at)
    today = local.date()
    return any(
        start <= local < end
        for day in (today - timedelta(days=1), today)
        for start, end in _on_the_clock(hours, day)
    )


def openness(hours: Hours, at: datetime) -> Openness:
    """Tell whether a place is open at an instant, and when that changes within 14 days."""
    local = _local(at)
    for start, end in _openings(hours, local.date() - timedelta(days=1)):
        if end <= local:
            continue
        if start <= local:
            return Openness(open_now=True, closes_at=_instant(end, local))
        return Openness(open_now=False, opens_at=_instant(start, local))
    return Openness(open_now=False)


def opens_at(hours: Hours, at: datetime) -> datetime | None:
    """Return when a closed place opens next; none while open, or not within 14 days."""
    return openness(hours, at).opens_at


def closes_at(hours: Hours, at: datetime) -> datetime | None:
    """Return when an open place closes; none while closed, or not within 14 days."""
    return openness(hours, at).closes_at


def certain_ahead(at: datetime) -> bool:
    """Tell whether the official holiday notice is known for each of the next 14 days."""
    today = _local(at).date()
    return all(day_kind(today + timedelta(days=ahead)).certain for ahead in range(AHEAD.days + 1))


def availability_state(
    *, opens_today: bool, free: int | None, capacity: int, few_percent: int = 20
) -> AvailabilityState:
    """Put free units into a word; `free` is none when nobody has told lately.

    At or below `few_percent` of the capacity it is "few"; a place that is done for today is "closed".
    """
    if not opens_today:
        return "closed"
    if free is None:
        return "unknown"
    if free <= 0:
        return "full"
    return "few" if free * 100 <= capacity * few_percent else "free"


def _minutes(text: str) -> int:
    """Read "HH:MM" up to 24:00."""
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        raise ValueError(f"not a time of day: {text}")
    minutes = int(hour) * HOUR_MINUTES + int(minute)
    if int(minute) >= HOUR_MINUTES or minutes > DAY_MINUTES:
        raise ValueError(f"not a time of day: {text}")
    return minutes


def _local(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI).replace(tzinfo=None)


def _instant(local: datetime, now: datetime) -> datetime | None:
    """Give a change its zone, or nothing when it is beyond what is looked ahead."""
    return local.replace(tzinfo=SHANGHAI) if local <= now + AHEAD else None


def _on_the_clock(hours: Hours, day: date) -> list[tuple[datetime, datetime]]:
    """Return a day's spans in local time."""
    midnight = datetime.combine(day, time())
    return [
        (midnight + timedelta(minutes=span.start), midnight + timedelta(minutes=span.end))
        for span in spans_on(hours, day)
    ]


def _openings(hours: Hours, first: date) -> Iterator[tuple[datetime, datetime]]:
    """Give the open stretches from a day on, joined where one runs into the next, in order.

    It reads one day beyond the look-ahead, so that a stretch cut off there ends after it.
    """
    running: tuple[datetime, datetime] | None = None
    for ahead in range(AHEAD.days + 3):
        for start, end in _on_the_clock(hours, first + timedelta(days=ahead)):
            if running is not None and start <= running[1]:
                running = (running[0], max(running[1], end))
                continue
            if running is not None:
                yield running
            running = (start, end)
    if running is not None:
        yield running

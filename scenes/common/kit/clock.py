"""The clock is passed in; days and hours are Shanghai's, instants are UTC."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]
"""Anything that answers the present instant, timezone-aware, in UTC."""


def system_clock() -> datetime:
    """Return the present instant of this machine, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=4096)
def shanghai(at: datetime) -> datetime:
    """Show an instant with Shanghai's offset, as it goes on the wire (+08:00).

    Remembered: a crowd books the same few windows, and the time zone's rules cost more than all else of it.
    """
    return at.astimezone(SHANGHAI)


def local_day(at: datetime) -> date:
    """Return the calendar day in Shanghai at an instant."""
    return at.astimezone(SHANGHAI).date()


def instant(day: date, at: time) -> datetime:
    """Return the UTC instant of a Shanghai day and wall-clock time."""
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)


def day_span(day: date) -> tuple[datetime, datetime]:
    """Return the UTC instants at which a Shanghai day begins and the next one does."""
    return instant(day, time()), instant(day + timedelta(days=1), time())

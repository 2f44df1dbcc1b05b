"""Who lives in a home on a day, and when a video room may be entered; pure."""

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from scenes.common.booking.states import ACTIVE
from scenes.eldercare.errors_video import HomeResidentNotFound, TooEarlyToJoin, VisitOver

OPENS_BEFORE: Final = timedelta(minutes=10)
SHUTS_AFTER: Final = timedelta(minutes=10)
"""The shape of a room's hours, not a rule of the district: how long a signed link lives around its slot."""


class Hours(msgspec.Struct, frozen=True):
    """When a room may be entered: from `opens` until before `shuts`."""

    opens: datetime
    shuts: datetime


def lives_here(since: date, until: date | None, day: date) -> bool:
    """Tell whether a stay covers a day; the day of leaving is not part of it."""
    return since <= day and (until is None or day < until)


def check_lives_here(since: date, until: date | None, day: date) -> None:
    """Refuse whoever does not live in the home on the day of the visit (HomeResidentNotFound)."""
    if not lives_here(since, until, day):
        raise HomeResidentNotFound


def room_hours(starts_at: datetime, ends_at: datetime) -> Hours:
    """Return when the room of a visit may be entered."""
    return Hours(starts_at - OPENS_BEFORE, ends_at + SHUTS_AFTER)


def check_may_join(state: str, hours: Hours, now: datetime) -> None:
    """Refuse before the room opens (TooEarlyToJoin), and once the visit is over (VisitOver)."""
    if state not in ACTIVE or now >= hours.shuts:
        raise VisitOver
    if now < hours.opens:
        raise TooEarlyToJoin

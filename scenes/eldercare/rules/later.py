"""Help without a bookable time, wished for at a later hour: which hours may be wished for, what is due; pure.

A wish holds nothing on the ledger. The desk rings, agrees an hour with the person, and sends somebody then.
"""

from datetime import datetime, timedelta
from typing import Final

from scenes.common.kit.clock import local_day, shanghai
from scenes.eldercare.errors import HourNotServed, HourPast, HourTooFar, WindowNeeded
from scenes.eldercare.rules.care import CareTerms

AWAITING: Final = frozenset({"requested", "assigned"})
"""States in which nobody has promised to come yet."""

WILL_RING: Final = "社区会打电话跟您确认。"
"""What the person is told of a wish until its hour is agreed."""


def days_ahead(terms: CareTerms, *, by_window: bool) -> int:
    """Return for how many days after today an hour may be wished for; 0 where a time is booked instead."""
    return 0 if by_window or terms.price_fen > 0 else terms.later_days


def check_wished(terms: CareTerms, wished_at: datetime, *, by_window: bool, now: datetime) -> None:
    """Refuse an hour that cannot be wished for (WindowNeeded, HourPast, HourTooFar, HourNotServed)."""
    if by_window or terms.price_fen > 0:
        raise WindowNeeded
    if wished_at < now:
        raise HourPast
    days = days_ahead(terms, by_window=by_window)
    if local_day(wished_at) > local_day(now) + timedelta(days=days):
        raise HourTooFar(f"只能说{days}天以内的时间。" if days else None)
    if not is_served(terms, wished_at):
        raise HourNotServed(hours_words(terms))


def is_served(terms: CareTerms, at: datetime) -> bool:
    """Tell whether somebody comes at this hour of the day, the last one included."""
    clock = shanghai(at)
    return terms.first_hour * 60 <= clock.hour * 60 + clock.minute <= terms.last_hour * 60


def hours_words(terms: CareTerms) -> str:
    """Say between which hours somebody comes."""
    return f"这个时间没有人来。请选{terms.first_hour}点到{terms.last_hour}点之间。"


def come_by(terms: CareTerms, wished_at: datetime | None, *, now: datetime) -> datetime:
    """Return by when somebody comes: at the hour wished for, never sooner than is promised at once."""
    soonest = now + timedelta(minutes=terms.promise_minutes)
    return soonest if wished_at is None else max(soonest, wished_at)


def awaits_call(state: str, wished_at: datetime | None, agreed_at: datetime | None) -> bool:
    """Tell whether the desk has yet to ring about the hour; a carer who accepted has settled it too."""
    return wished_at is not None and agreed_at is None and state in AWAITING


def ring_by(
    terms: CareTerms, *, since: datetime, promised_at: datetime, agreed_at: datetime | None
) -> datetime:
    """Return by when the desk acts on a wish: rings about it, or sends somebody once an hour is agreed.

    So a wish for tomorrow stands behind what cannot wait; the last moment is as long before the hour as
    help at once takes.
    """
    soonest = since + timedelta(minutes=terms.accept_minutes)
    last = promised_at - timedelta(minutes=terms.promise_minutes)
    if agreed_at is None:
        last = min(last, since + timedelta(minutes=terms.call_minutes))
    return max(soonest, last)

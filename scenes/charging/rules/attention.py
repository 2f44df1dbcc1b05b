"""When the platform asks an operator by itself: when it is silent, now and then, rarely while it fails."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

SILENT_POLL: Final = timedelta(seconds=20)
CALM_POLL: Final = timedelta(minutes=4)
"""A connector that does not change is not told of; it is asked for before it counts as unknown."""

SYNC_EACH: Final = timedelta(days=1)
FIRST_RETRY: Final = timedelta(seconds=15)
LAST_RETRY: Final = timedelta(minutes=10)
RETRY_SHARE: Final = 4


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """When an operator was last heard, asked, asked for its stations, and since when it fails."""

    heard_at: datetime | None
    polled_at: datetime | None
    stations_at: datetime | None
    failing_since: datetime | None


def may_ask(contact: Contact, now: datetime) -> bool:
    """Tell whether a failing operator may be asked again: after a quarter of the time it has failed."""
    if contact.failing_since is None or contact.polled_at is None:
        return True
    wait = (contact.polled_at - contact.failing_since) / RETRY_SHARE
    return now - contact.polled_at >= min(max(wait, FIRST_RETRY), LAST_RETRY)


def is_silent(contact: Contact, now: datetime, *, silent_seconds: int) -> bool:
    """Tell whether an operator has not notified us for longer than it may."""
    return contact.heard_at is None or now - contact.heard_at > timedelta(seconds=silent_seconds)


def poll_due(contact: Contact, now: datetime, *, silent_seconds: int) -> bool:
    """Tell whether an operator's connectors are to be asked for."""
    if contact.polled_at is None:
        return True
    silent = is_silent(contact, now, silent_seconds=silent_seconds)
    return now - contact.polled_at >= (SILENT_POLL if silent else CALM_POLL)


def sync_due(contact: Contact, now: datetime) -> bool:
    """Tell whether an operator's stations and tariffs are to be fetched: at first, then daily."""
    return contact.stations_at is None or now - contact.stations_at >= SYNC_EACH

"""Waiting for a connector at a full station: who is next, who may let others go first, how offers end.

The order is that of joining. A snooze lets those behind go first until it ends; then the old place counts
again. An offer is a held booking of one connector, so there are never more offers than connectors.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar
from uuid import UUID

from scenes.charging.errors import NothingToQueueFor, QueueNotNeeded, SnoozeRefused
from scenes.charging.rules.rule import ChargingRule

Ending = Literal["taken", "left", "lapsed"]

_ENDINGS: dict[str, Ending] = {
    "confirmed": "taken",
    "checked_in": "taken",
    "fulfilled": "taken",
    "no_show": "taken",
    "cancelled": "left",
    "expired": "lapsed",
}


class Waiting(Protocol):
    """What the order needs to know of an entry."""

    id: UUID
    state: str
    joined_at: datetime
    snoozed_until: datetime | None


Entry = TypeVar("Entry", bound=Waiting)


def in_turn(entries: Iterable[Entry], now: datetime) -> list[Entry]:
    """Return those who may be offered something now, the next one first."""
    awake = (e for e in entries if e.state == "waiting" and not _sleeps(e, now))
    return sorted(awake, key=lambda entry: (entry.joined_at, entry.id))


def check_joinable(*, reservable: int, free: int, waiting: int) -> None:
    """Refuse a queue that leads nowhere (NothingToQueueFor), or that nobody needs (QueueNotNeeded)."""
    if not reservable:
        raise NothingToQueueFor
    if free > waiting:
        raise QueueNotNeeded


def check_snooze(state: str, snoozes: int, minutes: int, *, rule: ChargingRule) -> None:
    """Refuse a snooze that is one too many, too long, or of an entry that has ended (SnoozeRefused)."""
    if state not in {"waiting", "offered"} or snoozes >= rule.queue_most_snoozes:
        raise SnoozeRefused
    if not 0 < minutes <= rule.queue_snooze_minutes:
        raise SnoozeRefused(
            f"最多往后让 {rule.queue_snooze_minutes} 分钟。",
            detail_en="That is too long to let others go first.",
        )


def ending_of(booking_state: str, held_until: datetime | None, now: datetime) -> Ending | None:
    """Tell how an offer ended by the state of its booking; none while it stands."""
    if booking_state == "held" and held_until is not None and held_until <= now:
        return "lapsed"
    return _ENDINGS.get(booking_state)


def is_overdue(entry: Waiting, now: datetime, *, rule: ChargingRule) -> bool:
    """Tell whether somebody has waited so long that an offer would surprise them, at night for instance."""
    return entry.state == "waiting" and now - entry.joined_at >= timedelta(minutes=rule.queue_longest_minutes)


def _sleeps(entry: Waiting, now: datetime) -> bool:
    return entry.snoozed_until is not None and now < entry.snoozed_until

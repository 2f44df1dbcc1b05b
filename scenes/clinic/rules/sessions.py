"""How a session stands, and which others can stand in for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

SessionState = Literal["upcoming", "open", "full", "stopped", "over"]


class WindowFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A published window as it stands; `free` counts lapsed holds as free."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    free: int
    audience: str
    opens_at: datetime
    closes_at: datetime
    falls_through_at: datetime | None
    state: str

    def is_open(self, now: datetime) -> bool:
        """Tell whether somebody can book here now."""
        return self.state == "open" and self.opens_at <= now < self.closes_at

    def audience_at(self, now: datetime) -> str:
        """Return for whom the window is now; after falling through it is everybody's."""
        fallen = self.falls_through_at is not None and self.falls_through_at <= now
        return "public" if fallen else self.audience

    def free_at(self, now: datetime) -> int:
        """Return the numbers that can be booked now: none before opening and after closing."""
        return max(self.free, 0) if self.is_open(now) else 0


def session_state(
    windows: Sequence[WindowFacts], *, stopped: bool, releases_at: datetime, now: datetime
) -> SessionState:
    """Say how a session stands for who wants to book.

    Before the public release it is `upcoming`, though signed residents may be booking already; it is so
    again between the advance cut-off and the same-day release.
    """
    alive = [window for window in windows if window.state == "open"]
    if stopped or not alive:
        return "stopped"
    if all(window.closes_at <= now for window in alive):
        return "over"
    bookable = [window for window in alive if window.is_open(now)]
    if now < releases_at or not bookable:
        return "upcoming"
    return "open" if any(window.free > 0 for window in bookable) else "full"


def free_for_public(windows: Sequence[WindowFacts], now: datetime) -> int:
    """Count the numbers anybody can book now."""
    return sum(window.free_at(now) for window in windows if window.audience_at(now) == "public")


class EqualWindow(msgspec.Struct, frozen=True, kw_only=True):
    """A bookable window with a doctor of equal grade, in the same kind of department."""

    window_id: UUID
    session_id: UUID
    place_id: UUID
    doctor: str
    grade: str
    starts_at: datetime
    ends_at: datetime


def nearest_equal(
    found: Sequence[EqualWindow], *, place_id: UUID, starts_at: datetime, limit: int
) -> list[EqualWindow]:
    """Choose what to offer for a stopped session: the same venue first, then the nearest in time.

    One window a session, so that the choices are different doctors or days.
    """

    def distance(window: EqualWindow) -> tuple[bool, float, UUID]:
        return (
            window.place_id != place_id,
            abs((window.starts_at - starts_at).total_seconds()),
            window.window_id,
        )

    chosen: dict[UUID, EqualWindow] = {}
    for window in sorted(found, key=distance):
        chosen.setdefault(window.session_id, window)
    return list(chosen.values())[:limit]

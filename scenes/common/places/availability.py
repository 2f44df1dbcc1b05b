"""How much is free at each place, as the rooms last told it.

The places desk knows no room; a room pushes its snapshot from a background refresh, and what nobody has
told lately is unknown.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from scenes.common.places.rules import AvailabilityState, availability_state

STALE_AFTER = timedelta(minutes=5)
FEW_PERCENT = 20


class Units(msgspec.Struct, frozen=True):
    """Units of a place: how many are free of how many, counted at an instant."""

    free: int
    capacity: int
    as_of: datetime


class Availability(msgspec.Struct, frozen=True):
    """What a resident is told; `free` is none where it would mean nothing."""

    state: AvailabilityState
    free: int | None = None
    as_of: datetime | None = None


UNKNOWN = Availability("unknown")
CLOSED = Availability("closed")


class AvailabilityBoard:
    """The latest units of every place in this process; `version` moves with every push."""

    def __init__(self, *, stale_after: timedelta = STALE_AFTER, few_percent: int = FEW_PERCENT) -> None:
        self.version = 0
        self._stale_after = stale_after
        self._few_percent = few_percent
        self._rooms: dict[str, Mapping[UUID, Units]] = {}
        self._units: dict[UUID, Units] = {}

    def push(self, room: str, units: Mapping[UUID, tuple[int, int, datetime]]) -> None:
        """Replace all that a room has told, as `{place_id: (free, capacity, as_of)}`."""
        self._rooms[room] = {place_id: Units(*told) for place_id, told in units.items()}
        self._units = {place_id: told for each in self._rooms.values() for place_id, told in each.items()}
        self.version += 1

    def units_of(self, place_id: UUID) -> Units | None:
        """Return what was last told of a place."""
        return self._units.get(place_id)

    def stale_at(self, units: Units) -> datetime:
        """Return the first instant at which units count as unknown."""
        return units.as_of + self._stale_after + timedelta.resolution

    def at_place(self, place_id: UUID, *, opens_today: bool, at: datetime) -> Availability:
        """Say what is free at a place, given whether it is open or still opens today."""
        if not opens_today:
            return CLOSED
        units = self._units.get(place_id)
        if units is None or at - units.as_of > self._stale_after:
            return UNKNOWN
        state = availability_state(
            opens_today=True, free=units.free, capacity=units.capacity, few_percent=self._few_percent
        )
        return Availability(state, units.free, units.as_of)

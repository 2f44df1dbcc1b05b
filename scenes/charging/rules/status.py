"""Whether a connector can be used now: four words, and nothing unknown ever counts as free.

Free and broken, occupied and unheard-of are told apart, each with the age of what was heard.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

State = Literal["free", "occupied", "fault", "unknown"]

FREE: Final = 1
CHARGING: Final = 3
FAULT: Final = 255
_OF_STATUS: Final[dict[int, State]] = {
    FREE: "free",
    2: "occupied",
    CHARGING: "occupied",
    4: "occupied",
    FAULT: "fault",
}
"""T/CEC 102 connector Status; 2 plugged in, 4 reserved by the operator; 0 is offline, so unknown."""

_SHUT: Final = frozenset({1, 5, 6})
"""T/CEC 102 StationStatus: under construction, closed, under maintenance."""


class Reported(msgspec.Struct, frozen=True):
    """What an operator last said of a connector, stamped when we received it."""

    status: int
    park_status: int
    lock_status: int
    since: datetime
    received_at: datetime


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many connectors are in each state; `as_of` is the oldest word that is still believed."""

    free: int = 0
    occupied: int = 0
    fault: int = 0
    unknown: int = 0
    as_of: datetime | None = None

    @property
    def working(self) -> int:
        """Count the connectors that are known to be free or in use."""
        return self.free + self.occupied


def state_of(
    reported: Reported | None,
    now: datetime,
    *,
    stale_after: timedelta,
    out_of_service: bool = False,
    station_status: int = 50,
) -> State:
    """Put a connector's last word into a state; staff and a shut station outrank the operator's word."""
    if out_of_service or station_status in _SHUT:
        return "fault"
    if reported is None or is_stale(reported.received_at, now, stale_after):
        return "unknown"
    return _OF_STATUS.get(reported.status, "unknown")


def is_stale(received_at: datetime, now: datetime, stale_after: timedelta) -> bool:
    """Tell whether a word is too old to be believed."""
    return now - received_at > stale_after


def count(connectors: Iterable[tuple[State, datetime | None]]) -> Counts:
    """Count states with the instant each was heard (none: never)."""
    numbers: dict[State, int] = {"free": 0, "occupied": 0, "fault": 0, "unknown": 0}
    heard: list[datetime] = []
    for state, received_at in connectors:
        numbers[state] += 1
        if state != "unknown" and received_at is not None:
            heard.append(received_at)
    return Counts(**numbers, as_of=min(heard, default=None))

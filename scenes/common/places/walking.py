"""How far a walk is and how long it takes, estimated from the straight line.

This is the `estimate` method: great-circle distance times a detour factor. Paces and detour are the
district's settings; the defaults name their sources.
"""

from collections.abc import Mapping
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Literal

import msgspec

Pace = Literal["standard", "elder", "wheelchair"]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth in metres (IUGG 1980, R1)."""

ROUNDING_MINUTES = 1e-9
"""What float arithmetic may add to a whole minute without making it the next one."""

PACES_M_PER_S: dict[Pace, float] = {"standard": 1.2, "elder": 0.8, "wheelchair": 0.8}
"""Metres a second.

1.2 is the classic crossing speed for pedestrian signals (MUTCD 2003: 4 ft/s); at it a quarter of an hour
is about one kilometre. 0.8 is the gait speed at or below which older people count as slow (European
consensus on sarcopenia, EWGSOP2 2019). No standard names a pace for wheelchairs on pavements; the elder
one is taken as the cautious choice.
"""

DETOUR = 1.3
"""Street distance over straight distance: the cautious side of measured ones (1.26 over the roads of South
Korea, less in its large cities: Kim, Shin, Lee and Suh 2015)."""


class Walking(msgspec.Struct, frozen=True, kw_only=True):
    """The district's settings for estimated walks."""

    paces: Mapping[Pace, float] = msgspec.field(default_factory=PACES_M_PER_S.copy)
    detour: float = DETOUR

    def reach(self, minutes: float, pace: Pace) -> float:
        """Return the straight-line metres that a walk of `minutes` covers."""
        return minutes * 60 * self.paces[pace] / self.detour

    def walked(self, straight_m: float) -> float:
        """Return the metres walked for a straight-line distance in metres."""
        return straight_m * self.detour

    def minutes(self, straight_m: float, pace: Pace) -> int:
        """Return the minutes a walk takes, rounded up."""
        return ceil(straight_m * self.detour / self.paces[pace] / 60 - ROUNDING_MINUTES)


def needs_step_free(pace: Pace) -> bool:
    """Tell whether someone moving like this can only reach places without steps."""
    return pace == "wheelchair"


def great_circle_m(lat: float, lng: float, *, to_lat: float, to_lng: float) -> float:
    """Return the haversine distance in metres between two points of one datum."""
    phi, to_phi = radians(lat), radians(to_lat)
    across = sin(radians(to_lng - lng) / 2) ** 2
    square = sin((to_phi - phi) / 2) ** 2 + cos(phi) * cos(to_phi) * across
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(square)))

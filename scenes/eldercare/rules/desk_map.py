"""Where things stand on the desk's map: latitude and longitude onto a drawing, coarsely; pure."""

from collections.abc import Sequence
from math import cos, radians
from typing import Final

import msgspec

WIDTH: Final = 640
HEIGHT: Final = 420
MARGIN: Final = 40
COARSE: Final = 0.001
"""Degrees, about 100 m: the map shows the quarter somebody lives in, not the door."""

SMALLEST: Final = 0.004
"""Degrees that a map spans at least, so that one point is not the whole of it."""


class Point(msgspec.Struct, frozen=True):
    """A place in WGS-84."""

    lat: float
    lng: float


class Spot(msgspec.Struct, frozen=True):
    """A place on the drawing, from its upper left corner."""

    x: int
    y: int


def coarse(point: Point) -> Point:
    """Return the middle of the square of some 100 m in which a point lies."""
    return Point(round(point.lat / COARSE) * COARSE, round(point.lng / COARSE) * COARSE)


def drawn(points: Sequence[Point]) -> list[Spot]:
    """Place points on the drawing, north above, distances alike in both directions, all of them inside."""
    if not points:
        return []
    south, north = min(p.lat for p in points), max(p.lat for p in points)
    west, east = min(p.lng for p in points), max(p.lng for p in points)
    middle = Point((south + north) / 2, (west + east) / 2)
    narrow = cos(radians(middle.lat))
    scale = min(
        (HEIGHT - 2 * MARGIN) / max(north - south, SMALLEST),
        (WIDTH - 2 * MARGIN) / max((east - west) * narrow, SMALLEST),
    )
    return [
        Spot(
            round(WIDTH / 2 + (p.lng - middle.lng) * narrow * scale),
            round(HEIGHT / 2 - (p.lat - middle.lat) * scale),
        )
        for p in points
    ]

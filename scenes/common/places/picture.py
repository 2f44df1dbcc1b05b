"""A picture of what is reached on foot: ground, streets and numbered places as one SVG; nothing is fetched.

Units are those of the picture's side; north is up and the origin in the middle.
"""

from collections.abc import Iterable, Sequence
from itertools import count
from math import cos, hypot, pi, radians, sin
from typing import Final

import msgspec

from scenes.common.places.grid import METRES_PER_DEGREE
from scenes.common.places.isochrone import Outline
from scenes.common.places.nearness import Method

SIDE: Final = 360
"""Units along the picture's side: about the CSS pixels of a phone."""

MARGIN: Final = 1.08
SCALE_M: Final = 500
APART: Final = 34
"""Units between the middles of two marks, so that none covers another's number."""

EDGE: Final = 17
_STEP: Final = 5.0
_TURN: Final = pi * (3 - 5**0.5)
"""The golden angle: spots around a place are tried evenly in every direction."""

_LED: Final = 4.0


class Spot(msgspec.Struct, frozen=True):
    """A place to be marked, WGS-84."""

    lat: float
    lng: float
    name: str
    scene: str


class Dot(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the picture, under its number in the list.

    `x`, `y` is where its mark stands, `at_x`, `at_y` where it is; `led` tells that a line joins the two.
    """

    number: int
    scene: str
    name: str
    x: float
    y: float
    at_x: float
    at_y: float
    led: bool


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The ground that is reached, the streets and places on it, and how many units `SCALE_M` metres are."""

    side: int
    path: str
    streets: str
    dots: list[Dot]
    scale: float
    label: str
    by_streets: bool


class Frame:
    """Brings WGS-84 degrees into a square picture around an origin; north is up."""

    def __init__(
        self, lat: float, lng: float, polygons: Sequence[Sequence[Sequence[tuple[float, float]]]]
    ) -> None:
        self._lat, self._lng = lat, lng
        self._east = METRES_PER_DEGREE * cos(radians(lat))
        corners = [self._metres(*corner) for polygon in polygons for ring in polygon for corner in ring]
        far = max((max(abs(x), abs(y)) for x, y in corners), default=1.0)
        self.half_m = far * MARGIN
        """Metres from the middle to the edge."""

        self.units_per_metre = SIDE / 2 / self.half_m

    def _metres(self, lat: float, lng: float) -> tuple[float, float]:
        return (lng - self._lng) * self._east, (lat - self._lat) * METRES_PER_DEGREE

    def at(self, lat: float, lng: float) -> tuple[float, float]:
        """Return units from the left and from the top."""
        x, y = self._metres(lat, lng)
        return (
            round(SIDE / 2 + x * self.units_per_metre, 1),
            round(SIDE / 2 - y * self.units_per_metre, 1),
        )


def picture(
    drawn: Outline,
    origin: tuple[float, float],
    minutes: int,
    spots: Iterable[Spot],
    *,
    streets: Iterable[Sequence[tuple[float, float]]] = (),
) -> Picture:
    """Draw an outline, streets (WGS-84 lat, lng) and places on it; places keep their number, from 1."""
    frame = Frame(*origin, drawn.polygons)
    rings = (ring for polygon in drawn.polygons for ring in polygon)
    path = "".join(f"M{'L'.join(_point(*frame.at(*corner)) for corner in ring[:-1])}Z" for ring in rings)
    dots = _dots(frame, spots)
    how = _HOW[drawn.method]
    return Picture(
        side=SIDE,
        path=path,
        streets="".join(_line([frame.at(*corner) for corner in line]) for line in streets),
        dots=dots,
        scale=round(SCALE_M * frame.units_per_metre, 1),
        label=f"走路 {minutes} 分钟能到的范围({how}),里面有 {len(dots)} 个地方",
        by_streets=drawn.method == "network",
    )


_HOW: Final[dict[Method, str]] = {"network": "按街道步行路线", "estimate": "估算"}


def _dots(frame: Frame, spots: Iterable[Spot]) -> list[Dot]:
    """Mark the places within the picture, each where it is or as near as there is room."""
    taken: list[tuple[float, float]] = [(SIDE / 2, SIDE / 2)]
    dots: list[Dot] = []
    for number, spot in enumerate(spots, 1):
        at_x, at_y = frame.at(spot.lat, spot.lng)
        if not (0 <= at_x <= SIDE and 0 <= at_y <= SIDE):
            continue
        x, y = room_near(at_x, at_y, taken)
        taken.append((x, y))
        led = hypot(x - at_x, y - at_y) > _LED
        dots.append(
            Dot(number=number, scene=spot.scene, name=spot.name, x=x, y=y, at_x=at_x, at_y=at_y, led=led)
        )
    return dots


def room_near(x: float, y: float, taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the first spot along a spiral from (x, y) that is free of the marks already there.

    Looking ends where the spiral has left the picture on every side: then the mark stands where its place is.
    """
    for step in count():
        far = _STEP * step**0.5
        if far > 2 * SIDE:
            break
        tried_x, tried_y = x + far * cos(step * _TURN), y + far * sin(step * _TURN)
        inside = EDGE <= tried_x <= SIDE - EDGE and EDGE <= tried_y <= SIDE - EDGE
        if inside and all(hypot(tried_x - a, tried_y - b) >= APART for a, b in taken):
            return round(tried_x, 1), round(tried_y, 1)
    return x, y


def _line(corners: Sequence[tuple[float, float]]) -> str:
    """Draw a street in whole units: half a pixel is less than its width."""
    (x, y), *rest = [(round(a), round(b)) for a, b in corners]
    path, last = f"M{x} {y}", (x, y)
    for a, b in rest:
        if (a, b) != last:
            path += f"l{a - last[0]} {b - last[1]}"
            last = (a, b)
    return path if last != (x, y) or len(path.split("l")) > 1 else ""


def _point(x: float, y: float) -> str:
    return f"{x:g} {y:g}"

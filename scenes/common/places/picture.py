"""A picture of what is reached on foot, drawn as one SVG path and dots: no map tiles, nothing fetched."""

from collections.abc import Iterable, Sequence
from math import cos, radians
from typing import Final

import msgspec

from scenes.common.places.grid import METRES_PER_DEGREE
from scenes.common.places.isochrone import Outline
from scenes.common.places.nearness import Method

SIDE: Final = 400
"""Units along the picture's side."""

MARGIN: Final = 1.08
SCALE_M: Final = 500


class Dot(msgspec.Struct, frozen=True):
    """A place in the picture: units from the left and from the top, and its name."""

    x: float
    y: float
    name: str


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The ground that is reached, the places on it, and how many units `SCALE_M` metres are."""

    side: int
    path: str
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
        self.units_per_metre = SIDE / 2 / (far * MARGIN)

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
    drawn: Outline, origin: tuple[float, float], minutes: int, places: Iterable[tuple[float, float, str]]
) -> Picture:
    """Draw an outline with places (WGS-84 lat, lng, name) on it, the origin in the middle."""
    frame = Frame(*origin, drawn.polygons)
    rings = (ring for polygon in drawn.polygons for ring in polygon)
    path = "".join(f"M{'L'.join(_point(*frame.at(*corner)) for corner in ring[:-1])}Z" for ring in rings)
    all_dots = [Dot(*frame.at(lat, lng), name) for lat, lng, name in places]
    dots = [dot for dot in all_dots if 0 <= dot.x <= SIDE and 0 <= dot.y <= SIDE]
    how = _HOW[drawn.method]
    return Picture(
        side=SIDE,
        path=path,
        dots=dots,
        scale=round(SCALE_M * frame.units_per_metre, 1),
        label=f"走路 {minutes} 分钟能到的范围({how}),里面有 {len(dots)} 个地方",
        by_streets=drawn.method == "network",
    )


_HOW: Final[dict[Method, str]] = {"network": "按街道步行路线", "estimate": "估算"}


def _point(x: float, y: float) -> str:
    return f"{x:g} {y:g}"

"""A map without tiles: the subdistricts' outlines as one SVG's paths, coloured by share, spots numbered."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import cos, radians
from typing import Final

import msgspec

from scenes.common.places.coverage.circle import BestSpot
from scenes.common.places.coverage.tally import Share, percent
from scenes.common.places.outlines import Outline, Ring

WIDTH: Final = 720.0
MARGIN: Final = 12.0
STEPS: Final = (50, 70, 85, 95)
"""Shares in percent from which the colour is the next one."""


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A subdistrict on the map: its outline, its colour, and its label where there is room."""

    path: str
    shade: str
    x: float
    y: float
    name: str
    share: str


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered spot."""

    x: float
    y: float
    rank: int


class MapView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole picture; height fits the district. Without outlines there are no areas."""

    width: float
    height: float
    areas: list[Area]
    pins: list[Pin]
    words: str
    synthetic: bool = False


class _Projection:
    """Degrees to pixels: flat, true at the district's middle latitude, north up."""

    def __init__(self, outlines: Iterable[Outline]) -> None:
        boxes = [outline.box for outline in outlines]
        self.west, self.north = min(box[0] for box in boxes), max(box[3] for box in boxes)
        east, south = max(box[2] for box in boxes), min(box[1] for box in boxes)
        self._narrow = cos(radians((self.north + south) / 2))
        self._scale = (WIDTH - 2 * MARGIN) / ((east - self.west) * self._narrow)
        self.height = round((self.north - south) * self._scale + 2 * MARGIN, 1)

    def at(self, lng: float, lat: float) -> tuple[float, float]:
        x = MARGIN + (lng - self.west) * self._narrow * self._scale
        y = MARGIN + (self.north - lat) * self._scale
        return round(x, 1), round(y, 1)


def draw(outlines: Sequence[Outline], shares: Mapping[str, Share], spots: Sequence[BestSpot]) -> MapView:
    """Draw a scene's shares by subdistrict, and the spots where one more place would help."""
    if not outlines:
        return MapView(width=WIDTH, height=0, areas=[], pins=[], words="")
    flat = _Projection(outlines)
    areas = [_area(outline, shares, flat) for outline in outlines]
    pins = [_pin(spot, flat) for spot in spots]
    words = "、".join(f"{area.name} {area.share}" for area in areas)
    made_up = any(outline.synthetic for outline in outlines)
    return MapView(width=WIDTH, height=flat.height, areas=areas, pins=pins, words=words, synthetic=made_up)


def short_name(name: str) -> str:
    """Shorten a subdistrict's name as it is on maps: 「曹杨」."""
    return name.removesuffix("街道").removesuffix("镇").removesuffix("新村").removesuffix("路")


def shade(share: int | None) -> str:
    """Return the class of a share's colour: s0 (few) to s4 (nearly all), sx where nothing is known."""
    return "sx" if share is None else f"s{sum(share >= step for step in STEPS)}"


def _area(outline: Outline, shares: Mapping[str, Share], flat: _Projection) -> Area:
    ours = [shares[name] for name in outline.names if name in shares]
    within = [share.within for share in ours if share.within is not None]
    residents = [share.residents for share in ours if share.residents is not None]
    share = percent(sum(within), sum(residents)) if residents else None
    x, y = flat.at(*_middle(outline.rings))
    return Area(
        path="".join(_path(ring, flat) for ring in outline.rings),
        shade=shade(share),
        x=x,
        y=y,
        name="、".join(short_name(name) for name in outline.names),
        share=f"{share}%" if share is not None else "人少不显示",
    )


def _pin(spot: BestSpot, flat: _Projection) -> Pin:
    x, y = flat.at(spot.lng, spot.lat)
    return Pin(x=x, y=y, rank=spot.rank)


def _path(ring: Ring, flat: _Projection) -> str:
    """Draw a ring, points that fall on the one before left out."""
    points = [flat.at(lng, lat) for lng, lat in ring]
    kept = [point for number, point in enumerate(points) if number == 0 or point != points[number - 1]]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z"


def _middle(rings: Sequence[Ring]) -> tuple[float, float]:
    """Return the centre of gravity (lng, lat) of the largest ring."""
    ring = max(rings, key=lambda each: abs(_twice_area(each)))
    area = _twice_area(ring)
    if not area:
        return ring[0]
    (lng0, lat0), x, y = ring[0], 0.0, 0.0
    for (lng1, lat1), (lng2, lat2) in pairwise(ring):
        cross = (lng1 - lng0) * (lat2 - lat0) - (lng2 - lng0) * (lat1 - lat0)
        x += (lng1 + lng2 - 2 * lng0) * cross
        y += (lat1 + lat2 - 2 * lat0) * cross
    return lng0 + x / (3 * area), lat0 + y / (3 * area)


def _twice_area(ring: Ring) -> float:
    (lng0, lat0) = ring[0]
    return sum(
        (lng1 - lng0) * (lat2 - lat0) - (lng2 - lng0) * (lat1 - lat0)
        for (lng1, lat1), (lng2, lat2) in pairwise(ring)
    )

"""The outlines of a district's subdistricts: which one a point lies in, and how they are drawn; pure."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, cast

import msgspec

from scenes.common.places.errors import OutlinesUnreadable

Ring = list[tuple[float, float]]
"""A closed line of WGS-84 (lng, lat), as in GeoJSON."""

SHORTEST_RING: Final = 4


class Outline(msgspec.Struct, frozen=True):
    """A subdistrict's outline; several names where only a common outline is known."""

    names: tuple[str, ...]
    rings: list[Ring]
    synthetic: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north."""
        points = [point for ring in self.rings for point in ring]
        lngs, lats = [lng for lng, _ in points], [lat for _, lat in points]
        return min(lngs), min(lats), max(lngs), max(lats)


class District:
    """All outlines together; empty where a district has given none."""

    def __init__(self, outlines: Sequence[Outline] = ()) -> None:
        self.outlines = tuple(outlines)
        self._boxed = [(outline.box, outline) for outline in self.outlines]

    def outline_at(self, lat: float, lng: float) -> Outline | None:
        """Return the outline in which a WGS-84 point lies; none outside the district."""
        for (west, south, east, north), outline in self._boxed:
            if west <= lng <= east and south <= lat <= north and inside(outline.rings, lat, lng):
                return outline
        return None


def inside(rings: Sequence[Ring], lat: float, lng: float) -> bool:
    """Tell whether a point lies in a polygon, by counting the edges east of it; holes count as outside."""
    crossings = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lng < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
                crossings += 1
    return crossings % 2 == 1


def read_outlines(content: bytes) -> list[Outline]:
    """Read a GeoJSON of polygons named by `name`, "甲+乙" being two with one outline (OutlinesUnreadable)."""
    try:
        document: Any = msgspec.json.decode(content)
        found = [_outline(feature) for feature in document["features"]]
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as fault:
        raise OutlinesUnreadable(f"街镇边界文件读不了:{fault}") from fault
    names = [name for outline in found for name in outline.names]
    if not found or len(names) != len(set(names)):
        raise OutlinesUnreadable("街镇边界文件是空的,或者同一个街镇出现了两次。")
    return found


def _outline(feature: dict[str, Any]) -> Outline:
    geometry = feature["geometry"]
    if geometry["type"] == "Polygon":
        polygons = [geometry["coordinates"]]
    elif geometry["type"] == "MultiPolygon":
        polygons = geometry["coordinates"]
    else:
        raise ValueError(f"not a polygon: {geometry['type']}")
    rings = [_ring(ring) for polygon in polygons for ring in polygon]
    names = tuple(name.strip() for name in str(feature["properties"]["name"]).split("+"))
    if not rings or not all(names):
        raise ValueError("an outline has no ring or no name")
    return Outline(names, rings)


def _ring(points: list[Any]) -> Ring:
    ring = [(float(lng), float(lat)) for lng, lat, *_ in cast("list[list[float]]", points)]
    if len(ring) < SHORTEST_RING or ring[0] != ring[-1]:
        raise ValueError("a ring is not closed")
    if not all(-180 <= lng <= 180 and -90 <= lat <= 90 for lng, lat in ring):  # noqa: PLR2004 - the whole earth
        raise ValueError("a ring leaves the earth")
    return ring

"""A small made-up map to walk on, around Caoyang: a grid of streets a hundred metres apart."""

from collections.abc import Mapping
from math import cos, radians
from pathlib import Path

import pytest

from scenes.common.places.mapping import Map
from scenes.common.places.profiles import Weights
from scenes.common.places.survey import Spot, Way, survey
from tests.support.places import CAOYANG

HUANGPU = Path(__file__).parents[3] / "shared" / "data" / "shanghai_huangpu_drive_osmnx_2026-07.osm"
with_huangpu = pytest.mark.skipif(not HUANGPU.exists(), reason="the real map is not beside this checkout")

NORTH = 1 / 111_195.0
EAST = NORTH / cos(radians(CAOYANG[0]))
"""Degrees a metre."""

STREET = {"highway": "residential"}


def at(east: float, north: float) -> tuple[float, float]:
    """Return (lat, lng) so many metres from the middle of the map."""
    return CAOYANG[0] + north * NORTH, CAOYANG[1] + east * EAST


def spot(east: float, north: float, **tags: str) -> Spot:
    """Put a point on the map; in tag keys `__` stands for a colon."""
    lat, lng = at(east, north)
    return Spot(round(lat * 1e7), round(lng * 1e7), {key.replace("__", ":"): v for key, v in tags.items()})


def grid_spots(size: int, metres: int = 100) -> dict[int, Spot]:
    """Make size × size points; number 1 is the south-west one, counting east first."""
    return {
        1 + column + size * row: spot(metres * column, metres * row)
        for row in range(size)
        for column in range(size)
    }


def grid_ways(size: int, tags: Mapping[str, str] = STREET) -> list[Way]:
    """Lead streets along each row and column of a grid."""
    rows = [[1 + column + size * row for column in range(size)] for row in range(size)]
    columns = [list(each) for each in zip(*rows, strict=True)]
    return [Way(nodes, tags) for nodes in (*rows, *columns)]


def a_map(size: int = 5, *, synthetic: bool = True, weights: Weights | None = None) -> Map:
    """Make a map of a grid."""
    lines, report = survey(grid_spots(size), grid_ways(size))
    return Map(lines, report, source="grid", synthetic=synthetic, weights=weights or Weights())

"""A grid over points on the earth that answers "the nearest few within so many metres" quickly.

Cells are searched in rings around the origin, and the search ends as soon as no farther ring can hold
anything nearer. Distances are compared as squared chords of the unit sphere: exact, and cheaper than
a haversine for each candidate.
"""

from collections.abc import Callable, Iterable, Iterator
from math import asin, ceil, cos, floor, radians, sin, sqrt
from typing import Generic, NamedTuple, TypeVar

from scenes.common.places.walking import EARTH_RADIUS_M

T = TypeVar("T")

METRES_PER_DEGREE = radians(1) * EARTH_RADIUS_M
WANTED_PER_CELL = 2
SMALLEST_CELL_M = 50.0
LARGEST_CELL_M = 400.0
LATITUDE_MARGIN = 0.1
"""Degrees by which a search may leave the origin's latitude; cells get narrower towards the pole."""


class Point(NamedTuple, Generic[T]):
    """A thing at WGS-84 degrees."""

    lat: float
    lng: float
    thing: T


class Near(NamedTuple, Generic[T]):
    """A thing found, and its great-circle distance in metres."""

    metres: float
    thing: T


class Grid(Generic[T]):
    """An immutable index of points; equal distances keep the order in which the points were given."""

    def __init__(self, points: Iterable[Point[T]]) -> None:
        kept = list(points)
        self._step = _cell_metres(kept) / METRES_PER_DEGREE
        self._cells: dict[tuple[int, int], list[tuple[float, float, float, int, T]]] = {}
        for order, point in enumerate(kept):
            cell = (floor(point.lat / self._step), floor(point.lng / self._step))
            self._cells.setdefault(cell, []).append((*_unit(point.lat, point.lng), order, point.thing))

    def nearest(
        self,
        lat: float,
        lng: float,
        *,
        metres: float,
        limit: int,
        accept: Callable[[T], bool] | None = None,
    ) -> list[Near[T]]:
        """Return at most `limit` accepted things within `metres` (below 10,000), nearest first."""
        x, y, z = _unit(lat, lng)
        most = _square_chord(metres)
        width = cos(radians(abs(lat) + LATITUDE_MARGIN)) * METRES_PER_DEGREE
        found: list[tuple[float, int, T]] = []
        for ring in range(ceil(metres / (self._step * width)) + 1):
            for cell in self._ring(lat, lng, ring):
                for px, py, pz, order, thing in cell:
                    square = (px - x) * (px - x) + (py - y) * (py - y) + (pz - z) * (pz - z)
                    if square <= most and (accept is None or accept(thing)):
                        found.append((square, order, thing))
            if len(found) >= limit:
                found.sort()
                if found[limit - 1][0] <= self._complete(lat, lng, ring, width):
                    break
        found.sort()
        return [
            Near(2 * EARTH_RADIUS_M * asin(sqrt(square) / 2), thing) for square, _, thing in found[:limit]
        ]

    def _ring(self, lat: float, lng: float, ring: int) -> Iterator[list[tuple[float, float, float, int, T]]]:
        """Give the cells that hold anything, exactly `ring` cells away from the origin's."""
        row, column = floor(lat / self._step), floor(lng / self._step)
        cells = self._cells
        for beside in range(column - ring, column + ring + 1):
            for along in {row - ring, row + ring}:
                if (cell := cells.get((along, beside))) is not None:
                    yield cell
        for along in range(row - ring + 1, row + ring):
            for beside in (column - ring, column + ring):
                if (cell := cells.get((along, beside))) is not None:
                    yield cell

    def _complete(self, lat: float, lng: float, ring: int, width: float) -> float:
        """Return the squared chord within which the rings up to `ring` hold every point."""
        beside, along = lng / self._step % 1, lat / self._step % 1
        across = (ring + min(beside, 1 - beside)) * self._step * width
        up = (ring + min(along, 1 - along)) * self._step * METRES_PER_DEGREE
        return _square_chord(min(across, up))


def _cell_metres(points: list[Point[T]]) -> float:
    """Choose cells that hold about two points each, within sensible sizes."""
    if not points:
        return LARGEST_CELL_M
    high = max(point.lat for point in points) - min(point.lat for point in points)
    wide = max(point.lng for point in points) - min(point.lng for point in points)
    area = high * wide * METRES_PER_DEGREE**2 * cos(radians(points[0].lat))
    return min(LARGEST_CELL_M, max(SMALLEST_CELL_M, sqrt(area * WANTED_PER_CELL / len(points))))


def _unit(lat: float, lng: float) -> tuple[float, float, float]:
    """Place degrees on the unit sphere."""
    phi, theta = radians(lat), radians(lng)
    return cos(phi) * cos(theta), cos(phi) * sin(theta), sin(phi)


def _square_chord(metres: float) -> float:
    """Return the squared straight chord of the unit sphere that spans `metres` on the ground."""
    return (2 * sin(metres / (2 * EARTH_RADIUS_M))) ** 2

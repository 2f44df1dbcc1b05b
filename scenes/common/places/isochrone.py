"""What can be reached from a point within so many minutes, as an outline on the ground.

Over the streets it is drawn honestly: only ground within 25 to 50 m of a street that is reached in time, in
cells of 25 m. Where no street is near it is the circle of the estimate.
"""

from collections.abc import Iterator
from math import cos, pi, radians, sin
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from scenes.common.places.graph import Anchor, Graph, ticks_of
from scenes.common.places.grid import METRES_PER_DEGREE
from scenes.common.places.nearness import Method
from scenes.common.places.profiles import TICKS_PER_MINUTE
from scenes.common.places.walking import Pace, Walking
from scenes.common.places.walks import Walkable

CELL_DM: Final = 250
SMOOTH_DM: Final = 180
"""How far the outline may leave the cells: their diagonal's half, so that steps become straight lines."""

STEP_DM: Final = 125
CORNERS: Final = 64
_NEVER: Final = 1 << 40
_shapely: Any = shapely  # its vectorised calls are not typed

Floats = npt.NDArray[np.float64]
Ring = list[tuple[float, float]]
"""WGS-84 (lat, lng), the last one like the first."""


class Outline(NamedTuple):
    """Polygons, each an outer ring and its holes; how it was reckoned, and metres of street reached."""

    method: Method
    polygons: list[list[Ring]]
    street_m: int


def outline(  # noqa: PLR0913 - each is one fact of the question
    walkable: Walkable | None, walking: Walking, lat: float, lng: float, *, minutes: int, pace: Pace
) -> Outline:
    """Draw what is reached from a WGS-84 point within a walk of `minutes`."""
    origin = walkable.origin(lat, lng, pace) if walkable is not None else None
    if walkable is None or origin is None:
        return Outline("estimate", [[_circle(lat, lng, walking.reach(minutes, pace))]], 0)
    graph = walkable.walks.graphs[pace]
    pieces = reached(graph, origin, minutes * TICKS_PER_MINUTE)
    here = graph.plane.flat(lat, lng)
    shape = _ground(np.concatenate([pieces, [[*here, *here]]]))
    polygons = [list(_rings(graph, polygon)) for polygon in _parts(shape)]
    return Outline("network", polygons, round(float(_lengths(pieces).sum()) / 10))


def reached(graph: Graph, origin: Anchor, most_ticks: int) -> Floats:
    """Return the pieces of streets walked in time, as flat decimetres (x, y, to x, to y)."""
    lines, plane = graph.lines, graph.plane
    ticks = np.full(len(lines.lat), _NEVER, dtype=np.int64)
    found = graph.spread(graph.to_ends(origin), most_ticks)
    ticks[np.fromiter(found, dtype=np.int64, count=len(found))] = [ticks_of(cost) for cost in found.values()]
    left = most_ticks - ticks
    edges = np.flatnonzero(np.frombuffer(graph.closed, dtype=np.bool_) == 0)
    edges = edges[(left[lines.a[edges]] > 0) | (left[lines.b[edges]] > 0)]
    a, b, kinds = lines.a[edges], lines.b[edges], lines.traits[edges]
    metres = graph.speeds[kinds]
    length = lines.length_dm[edges]
    ahead = np.clip((left[a] - graph.waits[kinds, 0]) * metres / length, 0, 1)
    back = np.clip((left[b] - graph.waits[kinds, 1]) * metres / length, 0, 1)
    whole = ahead + back >= 1
    x, y = np.frombuffer(plane.x, dtype=np.int32), np.frombuffer(plane.y, dtype=np.int32)
    start, end = np.stack([x[a], y[a]], axis=1).astype(float), np.stack([x[b], y[b]], axis=1).astype(float)
    ahead[whole], back[whole] = 1, 0
    pieces = [
        np.hstack([start, start + (end - start) * ahead[:, None]])[ahead > 0],
        np.hstack([end, end + (start - end) * back[:, None]])[back > 0],
        _own_street(graph, origin, most_ticks),
    ]
    return np.concatenate(pieces)


def _own_street(graph: Graph, origin: Anchor, most_ticks: int) -> Floats:
    """Return the piece of the origin's own stretch that is walked without passing its ends."""
    edge, along, off = origin
    speed = float(graph.speeds[graph.lines.traits[edge]])
    length = int(graph.lines.length_dm[edge])
    far = (most_ticks - off / graph.profile.speed) * speed
    if far <= 0:
        return np.zeros((0, 4))
    plane, a, b = graph.plane, int(graph.lines.a[edge]), int(graph.lines.b[edge])
    start, end = np.array([plane.x[a], plane.y[a]]), np.array([plane.x[b], plane.y[b]])
    shares = np.clip(np.array([along - far, along + far]) / length, 0, 1)
    return (start + (end - start) * shares[:, None]).reshape(1, 4).astype(float)


def _ground(pieces: Floats) -> Any:
    """Join the cells around pieces of street."""
    steps = np.maximum(1, np.ceil(_lengths(pieces) / STEP_DM)).astype(np.int64)
    which = np.repeat(np.arange(len(pieces)), steps + 1)
    step = np.arange(len(which)) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
    share = (step / steps[which])[:, None]
    points = pieces[which, :2] + (pieces[which, 2:] - pieces[which, :2]) * share
    cells = np.floor(points / CELL_DM).astype(np.int64)
    low = cells.min(axis=0) - 1
    size = cells.max(axis=0) - low + 2
    hit = np.zeros(size, dtype=np.bool_)
    for beside in (-1, 0, 1):
        for along in (-1, 0, 1):
            hit[cells[:, 0] - low[0] + beside, cells[:, 1] - low[1] + along] = True
    columns, rows = np.nonzero(hit)
    west, south = (columns + low[0]) * CELL_DM, (rows + low[1]) * CELL_DM
    boxes = _shapely.box(west, south, west + CELL_DM, south + CELL_DM)
    ground = _shapely.coverage_union_all(boxes)
    return _shapely.simplify(ground, SMOOTH_DM)


def _lengths(pieces: Floats) -> Floats:
    return np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])


def _parts(shape: Any) -> list[Any]:
    return [part for part in shapely.get_parts(shape).tolist() if part.geom_type == "Polygon"]


def _rings(graph: Graph, polygon: Any) -> Iterator[Ring]:
    for ring in (polygon.exterior, *polygon.interiors):
        corners: list[list[float]] = shapely.get_coordinates(ring).tolist()
        yield [graph.plane.degrees(x, y) for x, y in corners]


def _circle(lat: float, lng: float, metres: float) -> Ring:
    """Draw a circle; GeoJSON wants its outer rings against the clock."""
    north, east = metres / METRES_PER_DEGREE, metres / (METRES_PER_DEGREE * cos(radians(lat)))
    turns = (2 * pi * corner / CORNERS for corner in range(CORNERS))
    ring = [(lat + north * sin(turn), lng + east * cos(turn)) for turn in turns]
    return [*ring, ring[0]]

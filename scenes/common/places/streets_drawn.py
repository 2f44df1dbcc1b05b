"""The streets around a point as lines to be drawn: joined where they go on, and straightened a little."""

from math import cos, radians
from typing import Any, Final

import numpy as np
import shapely

from scenes.common.places.grid import METRES_PER_DEGREE
from scenes.common.places.network import PER_DEGREE, Lines

Line = list[tuple[float, float]]
"""WGS-84 (lat, lng)."""

SMOOTH_M: Final = 6.0
SHORTEST_M: Final = 40.0
"""A line shorter than this is a courtyard's or a crossing's, and only clutters the picture."""

_shapely: Any = shapely  # its vectorised calls are not typed


def lines_around(lines: Lines, lat: float, lng: float, *, metres: float) -> list[Line]:
    """Return the streets that lie within a square of twice `metres` around a WGS-84 point."""
    east = METRES_PER_DEGREE * cos(radians(lat))
    x = (lines.lng / PER_DEGREE - lng) * east
    y = (lines.lat / PER_DEGREE - lat) * METRES_PER_DEGREE
    within = (abs(x) <= metres) & (abs(y) <= metres)
    edges = np.flatnonzero(within[lines.a] & within[lines.b])
    if not len(edges):
        return []
    ends = np.stack([lines.a[edges], lines.b[edges]], axis=1)
    pieces = _shapely.linestrings(np.stack([x[ends], y[ends]], axis=2))
    whole = _shapely.line_merge(shapely.MultiLineString(pieces.tolist()))
    drawn = _shapely.simplify(_shapely.get_parts(whole), SMOOTH_M)
    return [
        [(lat + north / METRES_PER_DEGREE, lng + right / east) for right, north in corners]
        for line in drawn.tolist()
        if line.length >= SHORTEST_M
        for corners in (shapely.get_coordinates(line).tolist(),)
    ]

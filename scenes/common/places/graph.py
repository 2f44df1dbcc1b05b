"""The network as one pace walks it: costs of stretches, the nearest one to a point, searches from there.

A cost is one whole number: ticks in its upper part, decimetres in its lower one. So the quickest way is
found, the shortest of equally quick ones, and both its time and its length are exact.
"""

from array import array
from collections.abc import Iterable
from heapq import heappop, heappush
from math import cos, floor, hypot, radians, sqrt
from typing import Final, NamedTuple

import numpy as np

from scenes.common.places.network import PER_DEGREE, Lines
from scenes.common.places.profiles import (
    DM_PER_METRE,
    Profile,
    end_ticks,
    is_passable,
    moving_ticks,
    speed_on,
)
from scenes.common.places.walking import EARTH_RADIUS_M

TICK_BITS: Final = 20
TICK: Final = 1 << TICK_BITS
"""One tick of a cost; below it is room for 104 km."""

NEAR_DM: Final = 1500
"""How far from a street a place or an origin may be to count as standing at it."""

CELL_DM: Final = 600
_KINDS: Final = 256
"""Different values of a stretch's traits."""

_RINGS: Final = [
    [
        (beside, along)
        for beside in range(-ring, ring + 1)
        for along in range(-ring, ring + 1)
        if max(abs(beside), abs(along)) == ring
    ]
    for ring in range(NEAR_DM // CELL_DM + 2)
]
"""By how many cells away: what to add to a cell's column and row."""

CORNER_DM: Final = CELL_DM / sqrt(2)
"""From the middle of a cell to its corners."""

MOST_CELLS: Final = 16_384
"""Cells remembered for each pace: a district of fifty square kilometres; beyond that the oldest is let go."""

Around = tuple[tuple[int, ...], tuple[int, ...]]
"""Stretches around a cell, nearest first: decimetres from its middle, rounded down, and which they are."""

Cells = dict[tuple[int, int], Around]


class Anchor(NamedTuple):
    """Where somebody beside a street steps onto it: the stretch, how far along from its `a`, how far off."""

    edge: int
    along_dm: int
    off_dm: int


def ticks_of(cost: int) -> int:
    """Return the tenths of a second of a cost."""
    return cost >> TICK_BITS


def dm_of(cost: int) -> int:
    """Return the decimetres of a cost."""
    return cost & (TICK - 1)


class Plane:
    """The stretches in flat decimetres, in cells, so that those around a point are found."""

    def __init__(self, lines: Lines) -> None:
        self._lat0 = float(lines.lat.mean()) / PER_DEGREE if len(lines.lat) else 0.0
        self._lng0 = float(lines.lng.mean()) / PER_DEGREE if len(lines.lng) else 0.0
        self._dm_north = radians(1) * EARTH_RADIUS_M * DM_PER_METRE
        self._dm_east = self._dm_north * cos(radians(self._lat0))
        x = np.rint((lines.lng / PER_DEGREE - self._lng0) * self._dm_east).astype(np.int32)
        y = np.rint((lines.lat / PER_DEGREE - self._lat0) * self._dm_north).astype(np.int32)
        self.x, self.y = array("i", x.tobytes()), array("i", y.tobytes())
        self.a, self.b = array("i", lines.a.tobytes()), array("i", lines.b.tobytes())
        self.length_dm = array("i", lines.length_dm.tobytes())
        self._cells: dict[tuple[int, int], array[int]] = {}
        for edge, (a, b) in enumerate(zip(self.a, self.b, strict=True)):
            self._register(edge, a, b)

    def flat(self, lat: float, lng: float) -> tuple[float, float]:
        """Bring degrees to decimetres east and north of the network's middle."""
        return (lng - self._lng0) * self._dm_east, (lat - self._lat0) * self._dm_north

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Bring decimetres back to (lat, lng)."""
        return self._lat0 + y / self._dm_north, self._lng0 + x / self._dm_east

    def nearest(self, lat: float, lng: float, closed: bytes, kept: Cells) -> Anchor | None:
        """Return where to step onto the nearest stretch that is not closed; none within `NEAR_DM`.

        `kept` remembers the stretches around each cell, nearest to its middle first: a stretch is at most as
        much nearer to a point as the point is off the middle, so that a few looks decide.
        """
        x, y = self.flat(lat, lng)
        column, row = floor(x / CELL_DM), floor(y / CELL_DM)
        around = kept.get((column, row))
        if around is None:
            around = self._keep((column, row), closed, kept)
        spare = hypot(x - (column + 0.5) * CELL_DM, y - (row + 0.5) * CELL_DM) + 1.0
        reach = NEAR_DM + spare
        far, best, share = float(NEAR_DM) ** 2, -1, 0.0
        for low, edge in zip(*around, strict=True):
            if low > reach:
                break
            away, along = self._away(edge, x, y)
            if away < far or (away == far and edge < best):
                far, best, share = away, edge, along
                reach = sqrt(far) + spare
        if best < 0:
            return None
        return Anchor(best, round(share * self.length_dm[best]), round(far**0.5))

    def _away(self, edge: int, x: float, y: float) -> tuple[float, float]:
        """Return the squared distance to a stretch, and what share of it lies before its nearest point."""
        a, b = self.a[edge], self.b[edge]
        ax, ay = self.x[a], self.y[a]
        dx, dy = self.x[b] - ax, self.y[b] - ay
        square = dx * dx + dy * dy
        share = ((x - ax) * dx + (y - ay) * dy) / square if square else 0.0
        if share < 0.0:
            share = 0.0
        elif share > 1.0:
            share = 1.0
        east, north = ax + share * dx - x, ay + share * dy - y
        return east * east + north * north, share

    def _keep(self, cell: tuple[int, int], closed: bytes, kept: Cells) -> Around:
        """Find the stretches that may be the nearest to some point of a cell, and remember them."""
        x, y = (cell[0] + 0.5) * CELL_DM, (cell[1] + 0.5) * CELL_DM
        lows: dict[int, float] = {}
        need = float(NEAR_DM)
        for ring in range(len(_RINGS)):
            for edges in self._ring(*cell, ring):
                lows |= {e: sqrt(self._away(e, x, y)[0]) for e in edges if not closed[e] and e not in lows}
            need = min(NEAR_DM, min(lows.values(), default=need) + CORNER_DM) + CORNER_DM + 1.0
            if need <= (ring + 0.5) * CELL_DM:
                break
        if len(kept) >= MOST_CELLS:
            del kept[next(iter(kept))]
        near = sorted((floor(low), edge) for edge, low in lows.items() if low <= need)
        around = tuple(low for low, _ in near), tuple(edge for _, edge in near)
        kept[cell] = around
        return around

    def _ring(self, column: int, row: int, ring: int) -> list["array[int]"]:
        """Return the cells that hold anything, exactly `ring` cells away."""
        cells = self._cells
        around = ((column + beside, row + along) for beside, along in _RINGS[ring])
        return [cells[cell] for cell in around if cell in cells]

    def _register(self, edge: int, a: int, b: int) -> None:
        columns = sorted((self.x[a] // CELL_DM, self.x[b] // CELL_DM))
        rows = sorted((self.y[a] // CELL_DM, self.y[b] // CELL_DM))
        for column in range(columns[0], columns[1] + 1):
            for row in range(rows[0], rows[1] + 1):
                self._cells.setdefault((column, row), array("i")).append(edge)


class Graph:
    """The costs of one pace on a plane's stretches."""

    def __init__(self, lines: Lines, plane: Plane, profile: Profile) -> None:
        self.lines = lines
        self.plane = plane
        self.profile = profile
        passable = np.array([is_passable(kind, profile) for kind in range(_KINDS)])
        ends = np.array([end_ticks(kind, profile) for kind in range(_KINDS)], dtype=np.int64)
        speeds = np.array([speed_on(kind, profile) for kind in range(_KINDS)])
        self.speeds, self.waits = speeds, ends
        """By traits: metres a second, and the ticks waited at both ends."""
        self._speeds, self._ends = speeds.tolist(), ends.tolist()
        self._traits = lines.traits.tobytes()
        open_ = passable[lines.traits]
        self.closed = (~open_).tobytes()
        self._around: Cells = {}
        ticks = np.rint(lines.length_dm / speeds[lines.traits]).astype(np.int64) + ends[lines.traits].sum(
            axis=1
        )
        cost = (ticks * TICK + lines.length_dm)[open_]
        tails = np.concatenate([lines.a[open_], lines.b[open_]])
        heads = np.concatenate([lines.b[open_], lines.a[open_]])
        order = np.argsort(tails, kind="stable")
        first = np.searchsorted(tails[order], np.arange(len(lines.lat) + 1)).astype(np.int32)
        self._first = array("i", first.tobytes())
        self._heads = array("i", heads[order].tobytes())
        self._costs = array("q", np.concatenate([cost, cost])[order].tobytes())

    def anchor(self, lat: float, lng: float) -> Anchor | None:
        """Return where a WGS-84 point steps onto the streets; none where they are not near."""
        return self.plane.nearest(lat, lng, self.closed, self._around)

    def to_ends(self, anchor: Anchor) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return both ends of an anchor's stretch, each as (point, cost to it from beside the street)."""
        edge, along, _ = anchor
        kind = self._traits[edge]
        waits, off = self._ends[kind], self._off(anchor)
        back = self._moving(along, kind) + waits[0] * TICK
        ahead = self._moving(self.plane.length_dm[edge] - along, kind) + waits[1] * TICK
        return (self.plane.a[edge], off + back), (self.plane.b[edge], off + ahead)

    def between(self, one: Anchor, other: Anchor) -> int:
        """Return the cost between two anchors of the same stretch without leaving it."""
        return self.along(one, (other,))[0]

    def along(self, one: Anchor, others: Iterable[Anchor]) -> list[int]:
        """Return the costs between an anchor and others of its stretch, without leaving it.

        Written out, as every question asks it of all that is on its stretch.
        """
        edge, here, _ = one
        speed, beside, off = self._speeds[self._traits[edge]], self.profile.speed, self._off(one)
        costs: list[int] = []
        for _, there, away in others:
            length = abs(here - there)
            ticks = round(length / speed) + round(away / beside)
            costs.append(off + ticks * TICK + length + away)
        return costs

    def spread(self, starts: Iterable[tuple[int, int]], most_ticks: int) -> dict[int, int]:
        """Return the least cost from the starts (point, cost) to every point within so many ticks."""
        first, heads, costs = self._first, self._heads, self._costs
        most = (most_ticks + 1) * TICK
        found: dict[int, int] = {}
        waiting: list[tuple[int, int]] = []
        for node, cost in starts:
            if cost < most:
                heappush(waiting, (cost, node))
        while waiting:
            cost, node = heappop(waiting)
            if node in found:
                continue
            found[node] = cost
            for place in range(first[node], first[node + 1]):
                head, further = heads[place], cost + costs[place]
                if further < most and head not in found:
                    heappush(waiting, (further, head))
        return found

    def _moving(self, length_dm: int, kind: int) -> int:
        return moving_ticks(length_dm, self._speeds[kind]) * TICK + length_dm

    def _off(self, anchor: Anchor) -> int:
        """Return the cost between a point and the street it is beside, on the flat."""
        return moving_ticks(anchor.off_dm, self.profile.speed) * TICK + anchor.off_dm

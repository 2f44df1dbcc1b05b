"""The stored walks turned round: for every point of the network the places around it, nearest first.

Asking is a look-up: an origin steps onto its nearest stretch, and the lists of that stretch's two ends are
merged. Kept as packed arrays, eight bytes for a place in a point's list: one whole number, the cost in its
upper part and the place in its lower one, so that a list is merged by adding to its numbers and sorting.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scenes.common.places.graph import TICK, Anchor, Graph
from scenes.common.places.reckoning import Reach

PLACE_BITS: Final = 24
"""Room for sixteen million places below a cost; above it there is room for 14 hours."""

PLACE: Final = (1 << PLACE_BITS) - 1
_MANY: Final = 8
"""How many times more of a list is looked at when the first of it were not enough."""


class _Columns(NamedTuple):
    """Every stored walk, in no order: from which point, and the packed cost and place."""

    points: npt.NDArray[np.int32]
    walks: npt.NDArray[np.int64]


class Table:
    """The walks of one pace; places are numbers here."""

    def __init__(self, graph: Graph, points: int) -> None:
        self.graph = graph
        self.anchors: dict[int, Anchor] = {}
        """Where places step onto the streets; those that are not near any are missing."""
        self._points = points
        self._first = array("i", bytes(4 * (points + 1)))
        self._walks = array("q")
        self._on_edge: dict[int, list[int]] = {}

    def __len__(self) -> int:
        return len(self._walks)

    def with_changes(self, changed: Mapping[int, Reach | None]) -> "Table":
        """Return the next table: places replaced or added, those without a reach gone."""
        table = Table(self.graph, self._points)
        table.anchors = {place: anchor for place, anchor in self.anchors.items() if place not in changed}
        table.anchors |= {place: r.anchor for place, r in changed.items() if r is not None and r.anchor}
        for place, anchor in sorted(table.anchors.items()):
            table._on_edge.setdefault(anchor.edge, []).append(place)
        table._fill(_joined([self._kept(changed), *_added(changed)]))
        return table

    def walks(self, origin: Anchor, most_ticks: int, *, first: int) -> Iterator[int]:
        """Give the packed walks (cost, then place) within so many ticks, nearest first.

        A place may come up to three times; the first time counts. `first` is how many different places are
        probably wanted: no more than needed is sorted, and what is asked for beyond is found as well.
        """
        done, more = -1, True
        while more:
            found, more = self.nearest(origin, most_ticks, first=first)
            yield from found if done < 0 else found[bisect_right(found, done) :]
            done, first = found[-1] if found else done, first * _MANY

    def nearest(self, origin: Anchor, most_ticks: int, *, first: int) -> tuple[list[int], bool]:
        """Return what `walks` begins with, and whether there may be more.

        It has each end's `first` that no walk left out is nearer than.
        """
        packed, starts = self._walks, self._first
        end = most = ((most_ticks + 1) * TICK) << PLACE_BITS
        found = self._direct(origin)
        for point, cost in self.graph.to_ends(origin):
            start, stop = starts[point], starts[point + 1]
            before = cost << PLACE_BITS
            if start + first < stop:
                stop = start + first
                end = min(end, packed[stop] + before)
            found += [before + walk for walk in packed[start:stop]]
        found.sort()
        if found and found[-1] >= end:
            del found[bisect_left(found, end) :]
        return found, end < most

    def _direct(self, origin: Anchor) -> list[int]:
        """Return the walks to places on the origin's own stretch that do not leave it."""
        here = self._on_edge.get(origin.edge)
        if here is None:
            return []
        anchors = self.anchors
        costs = self.graph.along(origin, [anchors[place] for place in here])
        return [(cost << PLACE_BITS) + place for cost, place in zip(costs, here, strict=True)]

    def _kept(self, changed: Mapping[int, Reach | None]) -> _Columns:
        """Return the present walks to places that have not changed."""
        points = np.repeat(np.arange(self._points, dtype=np.int32), np.diff(_seen(self._first, np.int32)))
        all_ = _Columns(points, _seen(self._walks, np.int64))
        if not len(points):
            return all_
        stay = np.isin(all_.walks & PLACE, np.fromiter(changed, dtype=np.int64), invert=True)
        return _Columns(all_.points[stay], all_.walks[stay])

    def _fill(self, columns: _Columns) -> None:
        order = np.lexsort((columns.walks, columns.points))
        counts = np.bincount(columns.points, minlength=self._points)
        self._first = array("i", np.concatenate([[0], np.cumsum(counts)]).astype(np.int32).tobytes())
        self._walks = array("q", columns.walks[order].tobytes())


def _added(changed: Mapping[int, Reach | None]) -> list[_Columns]:
    """Join the walks that are new; without an array for each place, as thousands would scatter the memory."""
    reaches = {place: reach for place, reach in changed.items() if reach is not None}
    if not reaches:
        return []
    counts = [len(reach.points) for reach in reaches.values()]
    costs = np.concatenate([reach.ticks for reach in reaches.values()]).astype(np.int64) * TICK
    costs += np.concatenate([reach.dm for reach in reaches.values()])
    costs <<= PLACE_BITS
    costs += np.repeat(np.fromiter(reaches, dtype=np.int64), counts)
    return [_Columns(np.concatenate([reach.points for reach in reaches.values()]), costs)]


def _joined(parts: list[_Columns]) -> _Columns:
    return _Columns(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _seen(packed: "array[int]", dtype: Any) -> Any:
    return np.frombuffer(packed, dtype=dtype) if packed else np.zeros(0, dtype=dtype)

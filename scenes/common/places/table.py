"""The stored walks turned round: for every point of the network the places around it, nearest first.

Asking is a look-up: an origin steps onto its nearest stretch, and the lists of that stretch's two ends are
merged. Kept as packed arrays, eight bytes for a place in a point's list.
"""

from array import array
from collections.abc import Iterator, Mapping
from heapq import merge
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scenes.common.places.graph import TICK, Anchor, Graph
from scenes.common.places.reckoning import Reach


class _Columns(NamedTuple):
    """Every stored walk, in no order: from which point, to which place, ticks and decimetres."""

    points: npt.NDArray[np.int32]
    places: npt.NDArray[np.uint32]
    ticks: npt.NDArray[np.uint16]
    dm: npt.NDArray[np.uint16]


class Table:
    """The walks of one pace; places are numbers here."""

    def __init__(self, graph: Graph, points: int) -> None:
        self.graph = graph
        self.anchors: dict[int, Anchor] = {}
        """Where places step onto the streets; those that are not near any are missing."""
        self._points = points
        self._first = array("i", bytes(4 * (points + 1)))
        self._places, self._ticks, self._dm = array("I"), array("H"), array("H")
        self._on_edge: dict[int, list[int]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def with_changes(self, changed: Mapping[int, Reach | None]) -> "Table":
        """Return the next table: places replaced or added, those without a reach gone."""
        table = Table(self.graph, self._points)
        table.anchors = {place: anchor for place, anchor in self.anchors.items() if place not in changed}
        table.anchors |= {place: r.anchor for place, r in changed.items() if r is not None and r.anchor}
        for place, anchor in sorted(table.anchors.items()):
            table._on_edge.setdefault(anchor.edge, []).append(place)
        table._fill(_joined([self._kept(changed), *_added(changed)]))
        return table

    def walks(self, origin: Anchor, most_ticks: int) -> Iterator[tuple[int, int]]:
        """Give (cost, place) for every place within so many ticks, nearest first.

        A place may come twice; the first time counts.
        """
        most = (most_ticks + 1) * TICK
        ends = self.graph.to_ends(origin)
        here = self._on_edge.get(origin.edge)
        if here is None:
            return self._around(*ends, most)
        direct = sorted((self.graph.between(origin, self.anchors[place]), place) for place in here)
        return merge(self._around(*ends, most), [each for each in direct if each[0] < most])

    def _around(self, a: tuple[int, int], b: tuple[int, int], most: int) -> Iterator[tuple[int, int]]:
        """Merge the lists of two points, each (point, cost to it); nearest first."""
        places, ticks, dm, first = self._places, self._ticks, self._dm, self._first
        (one, before), (other, its_before) = a, b
        entry, end = first[one], first[one + 1]
        its_entry, its_end = first[other], first[other + 1]
        cost = before + ticks[entry] * TICK + dm[entry] if entry < end else most
        its_cost = its_before + ticks[its_entry] * TICK + dm[its_entry] if its_entry < its_end else most
        while cost < most or its_cost < most:
            if cost <= its_cost:
                yield cost, places[entry]
                entry += 1
                cost = before + ticks[entry] * TICK + dm[entry] if entry < end else most
            else:
                yield its_cost, places[its_entry]
                its_entry += 1
                its_cost = (
                    its_before + ticks[its_entry] * TICK + dm[its_entry] if its_entry < its_end else most
                )

    def _kept(self, changed: Mapping[int, Reach | None]) -> _Columns:
        """Return the present walks to places that have not changed."""
        points = np.repeat(np.arange(self._points, dtype=np.int32), np.diff(_seen(self._first, np.int32)))
        all_ = _Columns(
            points, _seen(self._places, np.uint32), _seen(self._ticks, np.uint16), _seen(self._dm, np.uint16)
        )
        if not len(points):
            return all_
        stay = np.isin(all_.places, np.fromiter(changed, dtype=np.uint32), invert=True)
        return _Columns(all_.points[stay], all_.places[stay], all_.ticks[stay], all_.dm[stay])

    def _fill(self, columns: _Columns) -> None:
        order = np.lexsort((columns.places, columns.dm, columns.ticks, columns.points))
        counts = np.bincount(columns.points, minlength=self._points)
        self._first = array("i", np.concatenate([[0], np.cumsum(counts)]).astype(np.int32).tobytes())
        self._places = array("I", columns.places[order].tobytes())
        self._ticks = array("H", columns.ticks[order].tobytes())
        self._dm = array("H", columns.dm[order].tobytes())


def _added(changed: Mapping[int, Reach | None]) -> list[_Columns]:
    """Join the walks that are new; without an array for each place, as thousands would scatter the memory."""
    reaches = {place: reach for place, reach in changed.items() if reach is not None}
    if not reaches:
        return []
    counts = [len(reach.points) for reach in reaches.values()]
    return [
        _Columns(
            np.concatenate([reach.points for reach in reaches.values()]),
            np.repeat(np.fromiter(reaches, dtype=np.uint32), counts),
            np.concatenate([reach.ticks for reach in reaches.values()]),
            np.concatenate([reach.dm for reach in reaches.values()]),
        )
    ]


def _joined(parts: list[_Columns]) -> _Columns:
    return _Columns(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _seen(packed: "array[int]", dtype: Any) -> Any:
    return np.frombuffer(packed, dtype=dtype) if packed else np.zeros(0, dtype=dtype)

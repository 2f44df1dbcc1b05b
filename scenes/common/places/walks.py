"""The network and the stored walks as one process knows them, and the places paired with them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

from scenes.common.places.graph import Anchor
from scenes.common.places.mapping import PACES, Graphs, graphs_of
from scenes.common.places.network import StoredNetwork
from scenes.common.places.reckoning import REACH_TICKS, unpacked
from scenes.common.places.snapshot import Entry, Snapshot
from scenes.common.places.table import PLACE, PLACE_BITS, Table
from scenes.common.places.tables import WalkReachRow
from scenes.common.places.walking import Pace

FIRST: Final = 20
"""Places looked at before more are, unless the question says how many."""


class Known(NamedTuple):
    """Walks to a place as they were stored: from where they began, and the packed walks of every pace."""

    place_id: UUID
    lat: float
    lng: float
    reaches: Mapping[Pace, bytes]


class Walks:
    """The walks over one network; each change makes the next one."""

    def __init__(self, network: StoredNetwork) -> None:
        self.network = network
        self.graphs: Graphs = graphs_of(network.lines, network.weights)
        self._numbers: dict[UUID, int] = {}
        self._began: dict[UUID, tuple[float, float]] = {}
        self.tables: dict[Pace, Table] = {
            pace: Table(graph, len(network.lines.lat)) for pace, graph in self.graphs.items()
        }

    def with_changes(self, changed: Iterable[Known]) -> "Walks":
        """Return the walks with those to some places replaced or added."""
        walks = object.__new__(Walks)
        walks.network, walks.graphs = self.network, self.graphs
        walks._numbers, walks._began = self._numbers.copy(), self._began.copy()
        by_number: dict[int, Known] = {}
        for known in changed:
            number = walks._numbers.setdefault(known.place_id, len(walks._numbers))
            walks._began[known.place_id] = known.lat, known.lng
            by_number[number] = known
        walks.tables = {
            pace: table.with_changes({n: unpacked(known.reaches[pace]) for n, known in by_number.items()})
            for pace, table in self.tables.items()
        }
        return walks

    def number(self, entry: Entry) -> int | None:
        """Return a place's number in the tables; none while its walks are not reckoned from where it is."""
        place = entry.place
        if self._began.get(place.id) != (place.lat, place.lng):
            return None
        return self._numbers[place.id]

    def __len__(self) -> int:
        return len(self._numbers)


class Walkable:
    """The walks paired with the places of one snapshot; `pending` are places without walks, by pace."""

    def __init__(self, walks: Walks, snapshot: Snapshot) -> None:
        self.walks = walks
        self._entries: list[Entry | None] = [None] * len(walks)
        waiting: list[Entry] = []
        for entry in snapshot.entries.values():
            number = walks.number(entry)
            if number is None:
                waiting.append(entry)
            else:
                self._entries[number] = entry
        self.pending: dict[Pace, Snapshot] = {}
        for pace in PACES:
            anchors = walks.tables[pace].anchors
            far = [e for number, e in enumerate(self._entries) if e is not None and number not in anchors]
            self.pending[pace] = Snapshot([*waiting, *far], snapshot.counter)

    def origin(self, lat: float, lng: float, pace: Pace) -> Anchor | None:
        """Return where a WGS-84 point steps onto the streets; none where they are not near."""
        return self.walks.graphs[pace].anchor(lat, lng)

    def first(self, origin: Anchor, pace: Pace, most_ticks: int, count: int) -> list[tuple[Entry, int]]:
        """Return the first `count` of `found`, as nearly every question asks, with no iterator between."""
        entries, seen = self._entries, set[int]()
        stepped: list[tuple[Entry, int]] = []
        walks, more = self.walks.tables[pace].nearest(origin, min(most_ticks, REACH_TICKS), first=count)
        for walk in walks:
            number = walk & PLACE
            if number in seen:
                continue
            seen.add(number)
            entry = entries[number]
            if entry is not None:
                stepped.append((entry, walk >> PLACE_BITS))
                if len(stepped) == count:
                    return stepped
        return list(islice(self.found(origin, pace, most_ticks, first=count), count)) if more else stepped

    def found(
        self, origin: Anchor, pace: Pace, most_ticks: int, *, first: int = FIRST
    ) -> Iterator[tuple[Entry, int]]:
        """Give (place, cost) within so many ticks (at most those stored), each place once, nearest first.

        `first` is how many will probably be taken; of equally near places the lower number comes first.
        """
        entries, seen = self._entries, set[int]()
        for walk in self.walks.tables[pace].walks(origin, min(most_ticks, REACH_TICKS), first=first):
            number = walk & PLACE
            if number not in seen:
                seen.add(number)
                entry = entries[number]
                if entry is not None:
                    yield entry, walk >> PLACE_BITS


def known_of(row: WalkReachRow) -> Known:
    """Read stored walks."""
    packed: dict[Pace, bytes] = {
        "standard": row.standard, "elder": row.elder, "wheelchair": row.wheelchair
    }  # fmt: skip
    return Known(row.place_id, row.lat, row.lng, packed)

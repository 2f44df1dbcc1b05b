"""Making a walking network of ways and points, and telling what was left out and why."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from scenes.common.places import streets
from scenes.common.places.network import Edge, Lines, lines_of
from scenes.common.places.profiles import DM_PER_METRE, Trait
from scenes.common.places.streets import Dropped, Tags
from scenes.common.places.walking import great_circle_m

SMALLEST_SHARE: Final = 20
"""A part that hangs together with nothing else is kept from one twentieth of the largest one's points on."""

JUNCTION: Final = 3
"""Stretches that meet where a road is crossed, not just followed."""

_NO_TAGS: Final[Tags] = {}


class Spot(NamedTuple):
    """A point of the map in ten-millionths of WGS-84 degrees."""

    lat: int
    lng: int
    tags: Tags = _NO_TAGS


class Way(NamedTuple):
    """A way of the map through points, by their identifiers."""

    nodes: Sequence[int]
    tags: Tags


class Left(msgspec.Struct, frozen=True):
    """What was left out for one reason: ways (for islands: parts), and metres where they are known."""

    count: int
    metres: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a survey found: points, stretches, kilometres walked, shares of them, and what was left out."""

    nodes: int
    edges: int
    km: float
    steps_km: float
    wheelchair_km: float
    closed_gates: int
    dropped: dict[Dropped, Left]


class _Piece(NamedTuple):
    """A stretch between two points, before the traits of its ends are known; both are identifiers."""

    a: int
    b: int
    traits: int
    footpath: bool


class _Dropping:
    """Counts what is left out."""

    def __init__(self) -> None:
        self.counts: Counter[Dropped] = Counter()
        self.metres: Counter[Dropped] = Counter()

    def add(self, why: Dropped, metres: float = 0) -> None:
        self.counts[why] += 1
        self.metres[why] += round(metres)

    def report(self) -> dict[Dropped, Left]:
        return {why: Left(count, self.metres[why]) for why, count in sorted(self.counts.items())}


def survey(spots: Mapping[int, Spot], ways: Iterable[Way]) -> tuple[Lines, Report]:
    """Make the network of what can be walked; both are empty where nothing can."""
    dropping = _Dropping()
    pieces = list(_pieces(spots, ways, dropping))
    closed = {node for piece in pieces for node in piece[:2] if streets.blocks(spots[node].tags)}
    pieces = [piece for piece in pieces if piece.a not in closed and piece.b not in closed]
    pieces = _mainland(pieces, spots, dropping)
    degree = Counter(node for piece in pieces for node in piece[:2])
    on_path = {node for piece in pieces if piece.footpath for node in piece[:2]}

    def waits(node: int, piece: _Piece) -> bool:
        return piece.footpath or (node not in on_path and degree[node] >= JUNCTION)

    edges = [_edge(piece, spots, waits) for piece in pieces]
    order = sorted(degree)
    lines = lines_of([(spots[node].lat, spots[node].lng) for node in order], _numbered(edges, order))
    return lines, _report(lines, len(closed), dropping)


def _pieces(spots: Mapping[int, Spot], ways: Iterable[Way], dropping: _Dropping) -> Iterator[_Piece]:
    """Cut ways into stretches, leaving out what nobody walks and what has points that are not there."""
    seen: set[tuple[int, int, int]] = set()
    for way in ways:
        why = streets.why_not_walked(way.tags)
        if why is None and len(way.nodes) <= 1:
            why = "one_node"
        if why is not None:
            dropping.add(why, _metres(spots, way.nodes))
            continue
        if any(node not in spots for node in way.nodes):
            dropping.add("missing_nodes")
        for piece in _stretches(spots, way):
            key = (min(piece[:2]), max(piece[:2]), piece.traits)
            if piece.a != piece.b and key not in seen:
                seen.add(key)
                yield piece


def _stretches(spots: Mapping[int, Spot], way: Way) -> Iterator[_Piece]:
    tags = way.tags
    traits = Trait.STEPS * streets.is_steps(tags) | Trait.NO_WHEELS * streets.is_against_wheels(tags)
    footpath = streets.is_footpath(tags)
    known = [(a, b) for a, b in pairwise(way.nodes) if a in spots and b in spots]
    wait = streets.wait_at(tags) if streets.is_crossing_way(tags) else None
    told = any(streets.wait_at(spots[node].tags) for pair in known for node in pair)
    for number, (a, b) in enumerate(known):
        here = traits
        if wait and not told and number == 0:  # nobody tagged where one waits: once, at the first kerb
            here |= _BOTH_ENDS[wait]
        yield _Piece(a, b, here, footpath)


_BOTH_ENDS: Final = {
    "signal": Trait.SIGNAL_A | Trait.SIGNAL_B,
    "crossing": Trait.CROSSING_A | Trait.CROSSING_B,
}
_A_END: Final = {"signal": Trait.SIGNAL_A, "crossing": Trait.CROSSING_A, "gate": Trait.GATE_A}
_B_END: Final = {"signal": Trait.SIGNAL_B, "crossing": Trait.CROSSING_B, "gate": Trait.GATE_B}


def _mainland(pieces: list[_Piece], spots: Mapping[int, Spot], dropping: _Dropping) -> list[_Piece]:
    """Leave out parts that hang together with nothing else and are small beside the largest."""
    part = _parts(pieces)
    sizes = Counter(part.values())
    largest = max(sizes.values(), default=0)
    islands = {root for root, size in sizes.items() if size * SMALLEST_SHARE < largest}
    lengths: Counter[int] = Counter()
    for piece in pieces:
        if part[piece.a] in islands:
            lengths[part[piece.a]] += round(_metres(spots, piece[:2]))
    for root in sorted(islands):
        dropping.add("islands", lengths[root])
    return [piece for piece in pieces if part[piece.a] not in islands]


def _parts(pieces: Iterable[_Piece]) -> dict[int, int]:
    """Give every point the name of the connected part it is in."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while (above := parent.setdefault(node, node)) != node:
            parent[node] = node = parent[above]
        return node

    for piece in pieces:
        parent[root(piece.a)] = root(piece.b)
    return {node: root(node) for node in list(parent)}


def _edge(piece: _Piece, spots: Mapping[int, Spot], waits: Callable[[int, _Piece], bool]) -> Edge:
    """Give a stretch its length and what waits at its ends."""
    a, b = spots[piece.a], spots[piece.b]
    traits = piece.traits
    for node, spot, ends in ((piece.a, a, _A_END), (piece.b, b, _B_END)):
        wait = streets.wait_at(spot.tags)
        if wait and waits(node, piece):
            traits |= ends[wait]
        if streets.is_gate(spot.tags):
            traits |= ends["gate"]
        if streets.stops_wheels(spot.tags):
            traits |= Trait.NO_WHEELS
    return Edge(piece.a, piece.b, max(1, round(_metres(spots, (piece.a, piece.b)) * DM_PER_METRE)), traits)


def _numbered(edges: list[Edge], order: list[int]) -> list[Edge]:
    number = {node: position for position, node in enumerate(order)}
    return [Edge(number[edge.a], number[edge.b], edge.length_dm, edge.traits) for edge in edges]


def _metres(spots: Mapping[int, Spot], nodes: Sequence[int]) -> float:
    """Measure along those points that are known."""
    known = [spots[node] for node in nodes if node in spots]
    return sum(
        great_circle_m(a.lat / 1e7, a.lng / 1e7, to_lat=b.lat / 1e7, to_lng=b.lng / 1e7)
        for a, b in pairwise(known)
    )


def _report(lines: Lines, closed_gates: int, dropping: _Dropping) -> Report:
    def km(*, having: int = 0, lacking: int = 0) -> float:
        fits = ((lines.traits & having) == having) & ((lines.traits & lacking) == 0)
        return round(int(lines.length_dm[fits].sum()) / (1000 * DM_PER_METRE), 2)

    return Report(
        nodes=len(lines.lat),
        edges=len(lines.a),
        km=km(),
        steps_km=km(having=Trait.STEPS),
        wheelchair_km=km(lacking=Trait.STEPS | Trait.NO_WHEELS),
        closed_gates=closed_gates,
        dropped=dropping.report(),
    )

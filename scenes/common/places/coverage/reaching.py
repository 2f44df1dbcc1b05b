"""Which homes a spot reaches on foot: over the streets where there is a network, else by the straight line.

The other direction, from homes to what is there, is `reach.minutes_from`; both reckon alike.
"""

from collections.abc import Sequence

from scenes.common.places.coverage.tally import Cell
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.graph import Anchor, Graph, ticks_of
from scenes.common.places.grid import Grid, Point
from scenes.common.places.reckoning import REACH_MINUTES, REACH_TICKS
from scenes.common.places.walking import Pace

Spot = tuple[float, float]
"""WGS-84 lat, lng."""

MARGIN = 0.02
"""What flat streets may differ from the round earth, and a street from where it was drawn."""


class Reaching:
    """Tells for spots which cells are within the circle at one pace, remembering what it was asked."""

    def __init__(self, directory: PlaceDirectory, cells: Sequence[Cell], pace: Pace) -> None:
        walkable = directory.walkable
        self._graph: Graph | None = walkable.walks.graphs[pace] if walkable is not None else None
        self._walking = directory.walking
        self._pace: Pace = pace
        self._cells = cells
        self._everywhere = Grid([Point(cell.lat, cell.lng, number) for number, cell in enumerate(cells)])
        self._known: dict[Spot, frozenset[int]] = {}
        self._ends: dict[int, list[tuple[int, int]]] = {}
        self._on_edge: dict[int, list[tuple[Anchor, int]]] = {}
        self.far: set[int] = set(range(len(cells)))
        """The cells that no street is near, whose walks are estimated."""
        if self._graph is not None:
            self._anchor_all(self._graph)

    def bound(self, spot: Spot, people: Sequence[int]) -> int:
        """Return at least how many people a spot can reach: nobody walks faster than straight."""
        metres = REACH_MINUTES * 60 * self._speed() * (1 + MARGIN)
        found = self._everywhere.nearest(*spot, metres=metres, limit=len(self._cells) + 1)
        return sum(people[near.thing] for near in found)

    def cells(self, spot: Spot) -> frozenset[int]:
        """Return the numbers of the cells within the circle of a spot."""
        if spot not in self._known:
            self._known[spot] = frozenset(self._found(spot))
        return self._known[spot]

    def _speed(self) -> float:
        """Return the fastest that anybody is reckoned to move straight ahead, in metres a second."""
        profile = self._graph.profile if self._graph is not None else None
        streets = max(profile.speed, profile.steps_speed or 0) if profile is not None else 0
        return max(self._walking.paces[self._pace], streets)

    def _anchor_all(self, graph: Graph) -> None:
        for number, cell in enumerate(self._cells):
            anchor = graph.anchor(cell.lat, cell.lng)
            if anchor is None:
                continue
            self.far.discard(number)
            self._on_edge.setdefault(anchor.edge, []).append((anchor, number))
            for point, cost in graph.to_ends(anchor):
                self._ends.setdefault(point, []).append((cost, number))

    def _found(self, spot: Spot) -> set[int]:
        anchor = self._graph.anchor(*spot) if self._graph is not None else None
        if self._graph is None or anchor is None:
            return self._straight(spot)
        found = self._straight(spot) & self.far if self.far else set[int]()
        for other, number in self._on_edge.get(anchor.edge, ()):
            if ticks_of(self._graph.between(anchor, other)) <= REACH_TICKS:
                found.add(number)
        for point, cost in self._graph.spread(self._graph.to_ends(anchor), REACH_TICKS).items():
            for further, number in self._ends.get(point, ()):
                if ticks_of(cost + further) <= REACH_TICKS:
                    found.add(number)
        return found

    def _straight(self, spot: Spot) -> set[int]:
        metres = self._walking.reach(REACH_MINUTES, self._pace)
        return {
            near.thing for near in self._everywhere.nearest(*spot, metres=metres, limit=len(self._cells) + 1)
        }

"""The demo's walking network: a made-up pattern of streets, lanes, steps and gates inside the real outlines.

Made as OpenStreetMap would tell it, so that it takes the same way into the district as a real map. Streets
cross every hundred metres or so; every fourth is a main street with signals. Lanes (弄堂) lead through the
blocks, some behind gates, some of those locked, some over steps.
"""

from collections.abc import Iterator
from itertools import count
from math import ceil, floor
from random import Random
from typing import Final, NamedTuple

from scenes.common.places.survey import Spot, Way
from scenes.demo.rules.chance import stream
from scenes.demo.rules.outlines import (
    METRES_PER_DEGREE,
    METRES_PER_DEGREE_EAST,
    SUBDISTRICTS,
    Disc,
)

BLOCK: Final = 125.0
"""Metres between streets."""

JITTER: Final = 22.0
SPARE: Final = 30.0
"""Metres by which streets may leave the discs, which themselves keep as much from the outlines."""

MAIN_EVERY: Final = 4
SOUTH_WEST: Final = (31.215, 121.32)
MISSING, LANES, GATED, LOCKED, STEPS, HIGH_KERBS = 0.08, 0.4, 0.5, 0.2, 0.12, 0.15
FEWEST: Final = 8
"""Corners from which a part of the pattern is joined to the rest."""

Corner = tuple[int, int]
"""Counted in blocks east and north of the south-west."""

MAIN: Final = {"highway": "secondary"}
SIDE: Final = {"highway": "residential"}
LANE: Final = {"highway": "footway"}
FLIGHT: Final = {"highway": "steps"}


class Pattern(NamedTuple):
    """Points by made-up identifiers, and ways through them."""

    spots: dict[int, Spot]
    ways: list[Way]


def draw_streets(seed: int) -> Pattern:
    """Draw the whole network; the same seed draws the same one."""
    chance = stream(seed, "streets")
    drawing = _Drawing(chance)
    for corner in drawing.corners:
        for end in ((corner[0] + 1, corner[1]), (corner[0], corner[1] + 1)):
            drawing.add_street(corner, end)
    drawing.add_lanes()
    drawing.finish_streets()
    drawing.join_parts()
    return Pattern(drawing.spots, drawing.ways)


class _Drawing:
    """The pattern as it grows; points have numbers in the order in which they are drawn."""

    def __init__(self, chance: Random) -> None:
        self.spots: dict[int, Spot] = {}
        self.ways: list[Way] = []
        self._chance = chance
        self._streets: dict[tuple[Corner, Corner], int | None] = {}
        """Streets between corners, with the point in their middle where a lane begins."""
        self.corners = {corner: self._corner(corner) for corner in sorted(set(_corners()))}

    def add_street(self, corner: Corner, end: Corner) -> None:
        """Lead a street to the next corner, unless that is outside or the street is one of those missing."""
        if end in self.corners and (_is_main(corner, end) or self._chance.random() >= MISSING):
            self._streets[corner, end] = None

    def add_lanes(self) -> None:
        """Lead lanes from street to street through some blocks."""
        for corner in self.corners:
            south, north = _sides(corner)
            if south in self._streets and north in self._streets and self._chance.random() < LANES:
                self._lane(self._middle(south), self._middle(north))

    def finish_streets(self) -> None:
        """Turn streets into ways, through the points where lanes begin."""
        for (corner, end), middle in self._streets.items():
            through = [self.corners[corner], *([middle] if middle else []), self.corners[end]]
            self.ways.append(Way(through, MAIN if _is_main(corner, end) else SIDE))

    def join_parts(self) -> None:
        """Join the parts that the outlines keep apart: a road between their nearest corners."""
        first, *others = sorted(self._parts(), key=len, reverse=True)
        joined = set(first)
        for part in (part for part in others if len(part) >= FEWEST):
            one, other = _nearest_pair(part, joined)
            self.ways.append(Way([self.corners[one], self.corners[other]], MAIN))
            joined.update(part)

    def _corner(self, corner: Corner) -> int:
        crossing = corner[0] % MAIN_EVERY == 0 and corner[1] % MAIN_EVERY == 0
        tags = {"highway": "traffic_signals"} if crossing else {}
        return self._spot(
            *(BLOCK * step + self._chance.uniform(-JITTER, JITTER) for step in corner), tags=tags
        )

    def _spot(self, east: float, north: float, *, tags: dict[str, str]) -> int:
        lat, lng = SOUTH_WEST[0] + north / METRES_PER_DEGREE, SOUTH_WEST[1] + east / METRES_PER_DEGREE_EAST
        number = len(self.spots) + 1
        self.spots[number] = Spot(round(lat * 1e7), round(lng * 1e7), tags)
        return number

    def _between(self, one: int, other: int, share: float, **tags: str) -> int:
        a, b = self.spots[one], self.spots[other]
        number = len(self.spots) + 1
        lat, lng = (round(x + (y - x) * share) for x, y in ((a.lat, b.lat), (a.lng, b.lng)))
        self.spots[number] = Spot(lat, lng, tags)
        return number

    def _middle(self, street: tuple[Corner, Corner]) -> int:
        """Return the point in the middle of a street where lanes begin; across main streets one waits."""
        known = self._streets[street]
        if known is not None:
            return known
        tags = {"highway": "crossing"} if _is_main(*street) else {}
        share = self._chance.uniform(0.35, 0.65)
        one, other = (self.corners[corner] for corner in street)
        self._streets[street] = middle = self._between(one, other, share, **tags)
        return middle

    def _lane(self, south: int, north: int) -> None:
        chance = self._chance
        gate: dict[str, str] = {"barrier": "gate"} if chance.random() < GATED else {}
        if gate and chance.random() < LOCKED:
            gate |= {"access": "private"}
        kerb = {"kerb": "raised" if chance.random() < HIGH_KERBS else "lowered"}
        one = self._between(south, north, 0.2, **gate)
        two = self._between(south, north, 0.45)
        three = self._between(south, north, 0.55)
        four = self._between(south, north, 0.9, **kerb)
        flight = FLIGHT if chance.random() < STEPS else LANE
        self.ways += [
            Way([south, one, two], LANE),
            Way([two, three], flight),
            Way([three, four, north], LANE),
        ]

    def _parts(self) -> list[list[Corner]]:
        """List the corners that hang together."""
        left, parts = dict.fromkeys(self.corners), list[list[Corner]]()
        while left:
            part, edge = list[Corner](), [left.popitem()[0]]
            while edge:
                corner = edge.pop()
                part.append(corner)
                for end in self._neighbours(corner):
                    if end in left:
                        del left[end]
                        edge.append(end)
            parts.append(sorted(part))
        return parts

    def _neighbours(self, corner: Corner) -> Iterator[Corner]:
        for east, north in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            end = corner[0] + east, corner[1] + north
            if (min(corner, end), max(corner, end)) in self._streets:
                yield end


def _is_main(one: Corner, other: Corner) -> bool:
    """Tell whether a street between neighbouring corners belongs to a main one."""
    along = 0 if one[1] == other[1] else 1
    return one[1 - along] % MAIN_EVERY == 0


def _nearest_pair(part: list[Corner], joined: set[Corner]) -> tuple[Corner, Corner]:
    """Find a corner of a part and one of the rest with the fewest blocks between them."""
    for blocks in count(1):
        for corner in part:
            for east in range(-blocks, blocks + 1):
                north = blocks - abs(east)
                for end in ((corner[0] + east, corner[1] + north), (corner[0] + east, corner[1] - north)):
                    if end in joined:
                        return corner, end
    raise AssertionError


def _sides(corner: Corner) -> tuple[tuple[Corner, Corner], tuple[Corner, Corner]]:
    """Return the southern and the northern street of the block north-east of a corner."""
    east, north = corner
    return ((east, north), (east + 1, north)), ((east, north + 1), (east + 1, north + 1))


def _corners() -> Iterator[Corner]:
    """Give the corners inside the discs where people live."""
    for area in SUBDISTRICTS:
        for disc in area.discs:
            yield from _inside(disc)


def _inside(disc: Disc) -> Iterator[Corner]:
    x = (disc.lng - SOUTH_WEST[1]) * METRES_PER_DEGREE_EAST
    y = (disc.lat - SOUTH_WEST[0]) * METRES_PER_DEGREE
    room = disc.radius + SPARE - 2 * JITTER
    for east in range(ceil((x - room) / BLOCK), floor((x + room) / BLOCK) + 1):
        for north in range(ceil((y - room) / BLOCK), floor((y + room) / BLOCK) + 1):
            if (east * BLOCK - x) ** 2 + (north * BLOCK - y) ** 2 <= room**2:
                yield east, north

"""Walks on the real map of Huangpu equal those of a plain search that shares no code with the desk."""

import random
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from heapq import heappop, heappush
from itertools import pairwise
from math import asin, ceil, cos, radians, sin, sqrt
from typing import NamedTuple

import pytest
from rich.console import Console
from rich.progress import Progress

from api.importing_map import read_map
from scenes.common.kit.database import Database
from scenes.common.places import mapping
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.graph import dm_of, ticks_of
from scenes.common.places.nearness import Wanted
from scenes.common.places.profiles import Weights
from scenes.common.places.service import PlaceFacts, upsert_places
from scenes.common.places.walking import Pace
from tests.support.clock import AdjustableClock
from tests.support.places import a_place
from tests.support.streets import HUANGPU, with_huangpu

RADIUS = 6_371_008.8
WALKED = {
    "residential", "secondary", "primary", "tertiary", "primary_link", "living_street", "secondary_link",
    "tertiary_link", "unclassified",
}  # fmt: skip
SPEEDS: dict[Pace, float] = {"standard": 1.2, "elder": 0.8, "wheelchair": 0.8}
QUARTER = 9000


class Piece(NamedTuple):
    a: str
    b: str
    dm: int


class Raw:
    """The file as it is: points with tags, and the pieces of walkable ways."""

    def __init__(self) -> None:
        root = ET.parse(HUANGPU).getroot()  # noqa: S314 - a file of our own
        tags = {
            each.get("id", ""): {tag.get("k"): tag.get("v") for tag in each.findall("tag")}
            for each in (*root.findall("node"), *root.findall("way"))
        }
        degrees = {
            each.get("id", ""): (
                round(float(each.get("lat", "")) * 1e7),
                round(float(each.get("lon", "")) * 1e7),
            )
            for each in root.findall("node")
        }
        pairs: set[tuple[str, str]] = set()
        for way in root.findall("way"):
            told = tags[way.get("id", "")]
            if told.get("highway") not in WALKED or told.get("access") == "no":
                continue
            nodes = [nd.get("ref", "") for nd in way.findall("nd")]
            pairs |= {(min(a, b, key=int), max(a, b, key=int)) for a, b in pairwise(nodes) if a != b}
        kept = mainland(pairs)
        self.pieces = [Piece(a, b, max(1, round(haversine(degrees[a], degrees[b]) * 10))) for a, b in kept]
        points = sorted({node for pair in kept for node in pair}, key=int)
        lat0 = sum(degrees[p][0] for p in points) / len(points) / 1e7
        lng0 = sum(degrees[p][1] for p in points) / len(points) / 1e7
        self.north = radians(1) * RADIUS * 10
        self.east = self.north * cos(radians(lat0))
        self.middle = lat0, lng0
        self.xy = {
            p: tuple(round(each) for each in self.flat(*(d / 1e7 for d in degrees[p]))) for p in points
        }
        degree = Counter(node for piece in self.pieces for node in piece[:2])
        self.half_wait = {p: half_wait(tags[p]) if degree[p] >= 3 else 0 for p in points}
        self.around: dict[str, list[Piece]] = defaultdict(list)
        self.stepped: dict[tuple[float, float], tuple[float, Piece, int]] = {}
        for piece in self.pieces:
            self.around[piece.a].append(piece)
            self.around[piece.b].append(piece)

    def flat(self, lat: float, lng: float) -> tuple[float, float]:
        return (lng - self.middle[1]) * self.east, (lat - self.middle[0]) * self.north

    def step_on(self, lat: float, lng: float) -> tuple[float, Piece, int]:
        """Look at every piece: (squared distance, the nearest piece, decimetres along it)."""
        if (lat, lng) not in self.stepped:
            self.stepped[lat, lng] = self._step_on(lat, lng)
        return self.stepped[lat, lng]

    def _step_on(self, lat: float, lng: float) -> tuple[float, Piece, int]:
        x, y = self.flat(lat, lng)
        found: list[tuple[float, int, int]] = []
        for number, piece in enumerate(self.pieces):
            (ax, ay), (bx, by) = self.xy[piece.a], self.xy[piece.b]
            long = (bx - ax) ** 2 + (by - ay) ** 2
            share = min(1.0, max(0.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long if long else 0.0))
            square = (ax + share * (bx - ax) - x) ** 2 + (ay + share * (by - ay) - y) ** 2
            found.append((square, number, round(share * piece.dm)))
        square, number, along = min(found)
        return square, self.pieces[number], along

    def walks(self, lat: float, lng: float, speed: float) -> dict[str, tuple[int, int]]:
        """Search outwards over the whole map: (ticks, decimetres) to every point."""
        square, piece, along = self.step_on(lat, lng)
        off = round(sqrt(square))
        waiting: list[tuple[int, int, str]] = []
        for node, dm in ((piece.a, along), (piece.b, piece.dm - along)):
            ticks = round(off / speed) + round(dm / speed) + self.half_wait[node]
            heappush(waiting, (ticks, off + dm, node))
        done: dict[str, tuple[int, int]] = {}
        while waiting:
            ticks, dm, node = heappop(waiting)
            if node in done:
                continue
            done[node] = ticks, dm
            for further in self.around[node]:
                other = further.b if further.a == node else further.a
                cost = round(further.dm / speed) + self.half_wait[node] + self.half_wait[other]
                heappush(waiting, (ticks + cost, dm + further.dm, other))
        return done

    def walk(
        self, walks: dict[str, tuple[int, int]], origin: tuple[float, float], place: PlaceFacts, speed: float
    ) -> tuple[int, int]:
        """Finish a search at a place."""
        square, piece, along = self.step_on(place.lat, place.lng)
        off = round(sqrt(square))
        ways: list[tuple[int, int]] = []
        for node, dm in ((piece.a, along), (piece.b, piece.dm - along)):
            if node in walks:
                ticks = walks[node][0] + self.half_wait[node] + round(dm / speed) + round(off / speed)
                ways.append((ticks, walks[node][1] + dm + off))
        its_square, its_piece, its_along = self.step_on(*origin)
        if its_piece == piece:
            its_off, dm = round(sqrt(its_square)), abs(its_along - along)
            ticks = round(its_off / speed) + round(dm / speed) + round(off / speed)
            ways.append((ticks, its_off + dm + off))
        return min(ways, default=(10**9, 0))


def half_wait(tags: dict[str | None, str | None]) -> int:
    if tags.get("highway") == "traffic_signals" or "traffic_signals" in (tags.get("crossing") or ""):
        return 150
    return 25 if tags.get("highway") == "crossing" else 0


def mainland(pairs: set[tuple[str, str]]) -> list[tuple[str, str]]:
    neighbours: dict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        neighbours[a].add(b)
        neighbours[b].add(a)
    parts: list[set[str]] = []
    left = set(neighbours)
    while left:
        part, edge = set[str](), [left.pop()]
        while edge:
            node = edge.pop()
            part.add(node)
            edge += neighbours[node] - part
        left -= part
        parts.append(part)
    most = max(map(len, parts))
    kept = {node for part in parts if len(part) * 20 >= most for node in part}
    return [pair for pair in pairs if pair[0] in kept]


def haversine(a: tuple[int, int], b: tuple[int, int]) -> float:
    (lat, lng), (to_lat, to_lng) = ((d[0] / 1e7, d[1] / 1e7) for d in (a, b))
    phi, to_phi = radians(lat), radians(to_lat)
    across = sin(radians(to_lng - lng) / 2) ** 2
    square = sin((to_phi - phi) / 2) ** 2 + cos(phi) * cos(to_phi) * across
    return 2 * RADIUS * asin(min(1.0, sqrt(square)))


def somewhere(dice: random.Random) -> tuple[float, float]:
    return 31.2200 + dice.random() * 0.020, 121.4615 + dice.random() * 0.024


@pytest.fixture(scope="module")
def raw() -> Raw:
    return Raw()


@with_huangpu
async def test_every_walk_is_the_one_a_plain_search_finds(
    database: Database, clock: AdjustableClock, raw: Raw
) -> None:
    dice = random.Random(15)  # noqa: S311 - a test's own dice
    places = [a_place(lat=lat, lng=lng) for lat, lng in (somewhere(dice) for _ in range(80))]
    with Progress(console=Console(quiet=True)) as bars:
        new = read_map(HUANGPU, Weights(), bars)
    async with database.transaction() as session:
        await upsert_places(session, places, now=clock())
    async with database.transaction() as session:
        spots = await mapping.every_place(session)
        reaches = mapping.reckon_all(mapping.graphs_of(new.lines, new.weights), spots)
        await mapping.load(session, new, reaches, now=clock())
    directory = PlaceDirectory(database, clock=clock)
    await directory.refresh()
    walkable = directory.walkable
    assert walkable is not None
    assert len(raw.pieces) == len(new.lines.a)
    compared = 0
    near_places = [place for place in places if raw.step_on(place.lat, place.lng)[0] < 1500**2]
    for pace, speed in SPEEDS.items():
        for _ in range(25):
            origin = somewhere(dice)
            if raw.step_on(*origin)[0] >= 1500**2:
                continue
            walks = raw.walks(*origin, speed)
            expected = {place.id: raw.walk(walks, origin, place, speed) for place in near_places}
            expected = {key: walk for key, walk in expected.items() if walk[0] <= QUARTER}
            anchor = walkable.origin(*origin, pace)
            assert anchor is not None
            found = list(walkable.found(anchor, pace, QUARTER))
            assert {entry.place.id: (ticks_of(cost), dm_of(cost)) for entry, cost in found} == expected
            wanted = Wanted(*origin, 15, pace, None, open_now=False, limit=100, at=clock())
            _, told = directory.walked(wanted)
            by_streets = [each for each in told if each.method == "network"]
            assert {n.place.id: (n.walk_minutes, n.distance_m) for n in by_streets} == {
                key: (ceil(ticks / 600), round(dm / 10)) for key, (ticks, dm) in expected.items()
            }
            compared += len(expected)
    assert compared > 500

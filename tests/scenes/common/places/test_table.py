import random

from scenes.common.places.graph import TICK_BITS, Anchor
from scenes.common.places.mapping import graphs_of
from scenes.common.places.reckoning import REACH_TICKS, Reach, reckon, unpacked
from scenes.common.places.table import PLACE, PLACE_BITS, Table
from tests.support.streets import a_map, at

GRID = a_map(8)
GRAPH = graphs_of(GRID.lines, GRID.weights)["standard"]
POINTS = len(GRID.lines.lat)


def reach_at(east: float, north: float) -> Reach:
    return unpacked(reckon(GRAPH, *at(east, north)))


def origin_at(east: float, north: float) -> Anchor:
    anchor = GRAPH.anchor(*at(east, north))
    assert anchor is not None
    return anchor


def scattered(count: int) -> dict[int, Reach | None]:
    dice = random.Random(3)  # noqa: S311 - a test's own dice
    return {number: reach_at(dice.uniform(0, 700), dice.uniform(0, 700)) for number in range(count)}


def first_times(table: Table, origin: Anchor) -> dict[int, int]:
    walks: dict[int, int] = {}
    for walk in table.walks(origin, REACH_TICKS, first=3):
        walks.setdefault(walk & PLACE, walk >> PLACE_BITS)
    return walks


def test_changes_make_the_same_table_as_starting_anew() -> None:
    reaches = scattered(40)
    whole = Table(GRAPH, POINTS).with_changes(reaches)
    early: dict[int, Reach | None] = {number: reaches[(number + 7) % 40] for number in range(20)}
    changed = Table(GRAPH, POINTS).with_changes(early).with_changes(reaches)
    gone = whole.with_changes({3: None, 99: None}).with_changes({3: reaches[3]})
    for table in (changed, gone):
        assert (table._first, table._walks) == (whole._first, whole._walks)
        assert table.anchors == whole.anchors


def test_walks_come_nearest_first_and_end_with_the_time() -> None:
    table = Table(GRAPH, POINTS).with_changes(scattered(40))
    walks = list(table.walks(origin_at(333, 290), 3000, first=3))
    assert walks == sorted(walks)
    assert len({walk & PLACE for walk in table.walks(origin_at(333, 290), REACH_TICKS, first=3)}) == 40
    assert walks[-1] >> PLACE_BITS >> TICK_BITS <= 3000


def test_how_many_are_looked_at_first_changes_nothing() -> None:
    dice = random.Random(5)  # noqa: S311 - a test's own dice
    table = Table(GRAPH, POINTS).with_changes(scattered(40))
    for _ in range(30):
        origin = origin_at(dice.uniform(0, 700), dice.uniform(0, 700))
        whole = list(table.walks(origin, 6000, first=1000))
        assert [list(table.walks(origin, 6000, first=first)) for first in (1, 2, 5, 30)] == [whole] * 4


def test_walks_are_the_same_there_and_back() -> None:
    dice = random.Random(4)  # noqa: S311 - a test's own dice
    spots = [(dice.uniform(0, 700), dice.uniform(0, 700)) for _ in range(12)]
    table = Table(GRAPH, POINTS).with_changes({n: reach_at(*spot) for n, spot in enumerate(spots)})
    there = [[first_times(table, origin_at(*spot)).get(n) for n in range(12)] for spot in spots]
    assert there == [list(back) for back in zip(*there, strict=True)]


def test_a_place_far_from_streets_has_no_walks() -> None:
    table = Table(GRAPH, POINTS).with_changes({0: reach_at(-400, 0), 1: reach_at(10, 10)})
    assert list(table.anchors) == [1]
    assert list(first_times(table, origin_at(0, 0))) == [1]

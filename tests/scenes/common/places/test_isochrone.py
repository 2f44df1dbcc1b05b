import random
from types import SimpleNamespace
from typing import Any

import pytest
import shapely

from scenes.common.places.graph import dm_of
from scenes.common.places.isochrone import outline, reached
from scenes.common.places.mapping import Graphs, graphs_of
from scenes.common.places.profiles import TICKS_PER_MINUTE, Weights
from scenes.common.places.survey import Way, survey
from scenes.common.places.walking import Walking, great_circle_m
from tests.support.streets import STREET, a_map, at, grid_spots, grid_ways, spot

GRID = a_map(16)
GRAPHS = graphs_of(GRID.lines, GRID.weights)


def walks_over(graphs: Graphs) -> Any:
    """The two things an outline asks of the walks."""
    return SimpleNamespace(
        walks=SimpleNamespace(graphs=graphs), origin=lambda lat, lng, pace: graphs[pace].anchor(lat, lng)
    )


def drawn(graphs: Graphs, east: float, north: float, minutes: int, pace: Any = "standard") -> Any:
    """Draw an outline, as one shape in (lat, lng)."""
    found = outline(walks_over(graphs), Walking(), *at(east, north), minutes=minutes, pace=pace)
    assert found.method == "network"
    return shapely.multipolygons([shapely.Polygon(rings[0], rings[1:]) for rings in found.polygons])


def street_metres(spots: dict[int, Any], ways: list[Way], minutes: float) -> float:
    lines, _ = survey(spots, ways)
    graph = graphs_of(lines, Weights())["standard"]
    anchor = graph.anchor(*at(100, 0))
    assert anchor is not None
    pieces = reached(graph, anchor, round(minutes * TICKS_PER_MINUTE))
    lines_ = shapely.linestrings(pieces.reshape(-1, 2, 2))
    return float(shapely.union_all(lines_).length) / 10


@pytest.mark.parametrize(("minutes", "metres"), [(0.5, 72), (1, 144), (1.5, 208), (3, 316), (9, 400)])
def test_streets_are_reached_as_far_as_the_time_goes(minutes: float, metres: float) -> None:
    spots = {1: spot(0, 0), 2: spot(300, 0), 3: spot(300, 100)}
    found = street_metres(spots, [Way([1, 2, 3], STREET)], minutes)
    assert found == pytest.approx(metres, abs=1)


def test_every_point_reached_in_time_is_inside_and_ground_out_of_reach_is_not() -> None:
    graph, shape = GRAPHS["standard"], drawn(GRAPHS, 730, 710, 8)
    anchor = graph.anchor(*at(730, 710))
    assert anchor is not None
    in_time = graph.spread(graph.to_ends(anchor), 8 * TICKS_PER_MINUTE)
    dice = random.Random(2)  # noqa: S311 - a test's own dice
    for node in dice.sample(range(len(GRID.lines.lat)), 120):
        point = shapely.Point(GRID.lines.lat[node] / 1e7, GRID.lines.lng[node] / 1e7)
        if node in in_time:
            assert shape.covers(point)
            assert dm_of(in_time[node]) <= 8 * 60 * 12 + 10
    assert not shape.covers(shapely.Point(*at(730, 710 + 8 * 60 * 1.2 + 80)))


def test_more_time_reaches_more_and_elders_less() -> None:
    five, ten, elder = (drawn(GRAPHS, 730, 710, *asked) for asked in ((5,), (10,), (10, "elder")))
    assert five.difference(ten).area < five.area / 100  # outlines are smoothed by some metres
    assert elder.difference(ten).area < elder.area / 100
    assert five.area < elder.area < ten.area


def test_ground_without_streets_is_left_out() -> None:
    spots = {1: spot(0, 0), 2: spot(400, 0), 3: spot(400, 400), 4: spot(0, 400)}
    lines, _ = survey(spots, [Way([1, 2, 3, 4, 1], STREET)])
    shape = drawn(graphs_of(lines, Weights()), 10, 0, 15)
    assert shape.covers(shapely.Point(*at(200, 10)))
    assert not shape.covers(shapely.Point(*at(200, 200)))


def test_steps_end_the_ground_of_wheelchairs() -> None:
    spots = grid_spots(3) | {20: spot(200, 300), 21: spot(200, 400)}
    ways = [*grid_ways(3), Way([9, 20], {"highway": "steps"}), Way([20, 21], STREET)]
    lines, _ = survey(spots, ways)
    graphs = graphs_of(lines, Weights())
    beyond = shapely.Point(*at(200, 350))
    assert drawn(graphs, 100, 0, 15).covers(beyond)
    assert not drawn(graphs, 100, 0, 15, "wheelchair").covers(beyond)


def test_without_streets_near_it_is_the_estimates_circle() -> None:
    for walkable, north in ((None, 0), (walks_over(GRAPHS), -900)):
        found = outline(walkable, Walking(), *at(0, north), minutes=15, pace="standard")
        [[ring]] = found.polygons
        away = {round(great_circle_m(*at(0, north), to_lat=lat, to_lng=lng)) for lat, lng in ring}
        assert (found.method, found.street_m, ring[0] == ring[-1]) == ("estimate", 0, True)
        assert away <= {830, 831, 832}

from hypothesis import given
from hypothesis import strategies as st

from scenes.common.places.graph import NEAR_DM, Anchor, Graph, dm_of, ticks_of
from scenes.common.places.mapping import graphs_of
from scenes.common.places.profiles import Weights
from scenes.common.places.survey import Way, survey
from tests.support.streets import STREET, a_map, at, grid_spots, grid_ways, spot

GRID = a_map(6)
GRAPH = graphs_of(GRID.lines, GRID.weights)["standard"]
PATH = {"highway": "footway"}


def square_to(graph: Graph, edge: int, lat: float, lng: float) -> float:
    return graph.plane._away(edge, *graph.plane.flat(lat, lng))[0]


@given(st.floats(-300, 800), st.floats(-300, 800))
def test_the_nearest_stretch_is_found_as_by_looking_at_all(east: float, north: float) -> None:
    lat, lng = at(east, north)
    squares = [square_to(GRAPH, edge, lat, lng) for edge in range(len(GRID.lines.a))]
    anchor = GRAPH.anchor(lat, lng)
    if min(squares) >= NEAR_DM**2:
        assert anchor is None
    else:
        assert anchor is not None
        assert squares[anchor.edge] == min(squares)


def test_walking_along_a_street_is_counted_to_both_ends() -> None:
    anchor = GRAPH.anchor(*at(30, 12))
    assert anchor is not None
    (_, to_west), (_, to_east) = GRAPH.to_ends(anchor)
    assert (dm_of(to_west), dm_of(to_east)) == (300 + 120, 700 + 120)
    assert (ticks_of(to_west), ticks_of(to_east)) == (250 + 100, 583 + 100)


def test_two_points_of_one_stretch_are_walked_between_directly() -> None:
    one, other = GRAPH.anchor(*at(30, 12)), GRAPH.anchor(*at(80, -24))
    assert one is not None
    assert other is not None
    assert one.edge == other.edge
    assert dm_of(GRAPH.between(one, other)) == 120 + 500 + 240


def test_a_search_ends_where_the_time_does() -> None:
    found = GRAPH.spread([(0, 0)], ticks_of(2000) + 833 * 2)
    assert sorted(dm_of(cost) for cost in found.values()) == [0, 1000, 1000, 2000, 2000, 2000]


def test_wheelchairs_step_onto_the_next_street_and_go_round_steps() -> None:
    spots = grid_spots(2) | {9: spot(50, 50)}
    ways = [*grid_ways(2), Way([1, 9, 4], {"highway": "steps"})]
    lines, _ = survey(spots, ways)
    graphs = graphs_of(lines, Weights())
    far = {pace: graph.spread([(0, 0)], 9000) for pace, graph in graphs.items()}
    assert {pace: ticks_of(found[3]) for pace, found in far.items()} == {
        "standard": 833 * 2, "elder": 1250 * 2, "wheelchair": 1250 * 2
    }  # fmt: skip
    assert 4 not in far["wheelchair"]
    on_steps, beside = graphs["standard"].anchor(*at(40, 41)), graphs["wheelchair"].anchor(*at(40, 41))
    assert on_steps is not None
    assert beside is not None
    assert on_steps.off_dm < 10
    assert beside.off_dm == 400


def test_a_crossing_costs_its_wait_once_however_long_the_way() -> None:
    spots = {1: spot(0, 0), 2: spot(0, 8, highway="crossing", crossing="traffic_signals"), 3: spot(0, 16)}
    lines, _ = survey(spots, [Way([1, 2, 3], PATH)])
    found = graphs_of(lines, Weights())["standard"].spread([(0, 0)], 9000)
    assert ticks_of(found[2]) == 2 * 67 + 300


def test_nobody_is_near_a_street_a_hundred_and_sixty_metres_off() -> None:
    lines, _ = survey({1: spot(0, 0), 2: spot(100, 0)}, [Way([1, 2], STREET)])
    graph = graphs_of(lines, Weights())["elder"]
    assert graph.anchor(*at(50, 160)) is None
    assert graph.anchor(*at(50, 140)) == Anchor(0, 500, 1400)

"""Any points are drawn inside the map, north above south, east right of west, and never to the door."""

from hypothesis import given
from hypothesis import strategies as st

from scenes.eldercare.rules.desk_map import COARSE, HEIGHT, MARGIN, WIDTH, Point, Spot, coarse, drawn

POINTS = st.builds(Point, st.floats(31.1, 31.4), st.floats(121.2, 121.6))


@given(points=st.lists(POINTS, max_size=20))
def test_all_points_are_inside(points: list[Point]) -> None:
    spots = drawn(points)
    assert len(spots) == len(points)
    for spot in spots:
        assert MARGIN - 1 <= spot.x <= WIDTH - MARGIN + 1
        assert MARGIN - 1 <= spot.y <= HEIGHT - MARGIN + 1


@given(one=POINTS, other=POINTS)
def test_north_is_above_and_east_is_right(one: Point, other: Point) -> None:
    first, second = drawn([one, other])
    assert (one.lat - other.lat) * (second.y - first.y) >= 0
    assert (one.lng - other.lng) * (first.x - second.x) >= 0


def test_one_point_is_in_the_middle() -> None:
    assert drawn([Point(31.24, 121.4)]) == [Spot(WIDTH // 2, HEIGHT // 2)]
    assert drawn([]) == []


@given(point=POINTS)
def test_a_coarse_point_is_near_and_the_same_for_neighbours(point: Point) -> None:
    near = coarse(point)
    assert abs(near.lat - point.lat) <= COARSE / 2 + 1e-9
    assert abs(near.lng - point.lng) <= COARSE / 2 + 1e-9
    assert coarse(near) == near

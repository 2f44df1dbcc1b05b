import random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.common.places.grid import Grid, Point
from scenes.common.places.walking import great_circle_m


def brute(
    points: list[Point[int]], lat: float, lng: float, *, metres: float, even: bool
) -> list[tuple[float, int]]:
    far = [
        (great_circle_m(lat, lng, to_lat=point.lat, to_lng=point.lng), point.thing)
        for point in points
        if not even or point.thing % 2 == 0
    ]
    return sorted(pair for pair in far if pair[0] <= metres)


class Case(NamedTuple):
    """A scattering of points and a question about it."""

    seed: int
    count: int
    spread: float
    origin: tuple[float, float]
    metres: float
    limit: int
    even: bool

    def points(self) -> list[Point[int]]:
        dice = random.Random(self.seed)  # noqa: S311 - a test's own dice
        return [
            Point(31.2 + dice.random() * self.spread, 121.35 + dice.random() * self.spread, n)
            for n in range(self.count)
        ]


CASES = st.builds(
    Case,
    seed=st.integers(0, 10**6),
    count=st.integers(0, 400),
    spread=st.sampled_from([0.1, 0.01, 0.0001]),
    origin=st.tuples(st.floats(31.20, 31.30), st.floats(121.35, 121.45)),
    metres=st.floats(1, 8000),
    limit=st.integers(1, 100),
    even=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(CASES)
def test_nearest_finds_what_looking_at_every_point_finds(case: Case) -> None:
    accept = (lambda thing: thing % 2 == 0) if case.even else None
    grid = Grid(case.points())
    found = grid.nearest(*case.origin, metres=case.metres, limit=case.limit, accept=accept)
    wanted = brute(case.points(), *case.origin, metres=case.metres, even=case.even)[: case.limit]
    assert [(round(far, 3), thing) for far, thing in found] == [(round(far, 3), n) for far, n in wanted]


def test_the_search_does_not_end_a_ring_too_early() -> None:
    case = Case(seed=1, count=300, spread=0.05, origin=(0, 0), metres=8000, limit=1, even=False)
    points, dice = case.points(), random.Random(2)  # noqa: S311 - a test's own dice
    grid = Grid(points)
    for _ in range(1500):
        origin = 31.2 + dice.random() * 0.05, 121.35 + dice.random() * 0.05
        (first,) = grid.nearest(*origin, metres=8000, limit=1)
        assert first.thing == brute(points, *origin, metres=8000, even=False)[0][1]


def test_places_at_one_spot_keep_their_order() -> None:
    grid = Grid([Point(31.24, 121.40, thing) for thing in "abc"])
    assert [near.thing for near in grid.nearest(31.24, 121.40, metres=10, limit=2)] == ["a", "b"]


def test_an_empty_grid_has_nothing_near() -> None:
    assert Grid([]).nearest(31.24, 121.40, metres=1000, limit=5) == []

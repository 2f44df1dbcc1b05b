"""Streets as lines to be drawn."""

from scenes.common.places.streets_drawn import lines_around
from tests.support.places import CAOYANG
from tests.support.streets import a_map, at


def metres(line: list[tuple[float, float]]) -> list[tuple[int, int]]:
    (lat0, lng0), (lat1, lng1) = at(0, 0), at(100, 100)
    return [
        (round((lng - lng0) / (lng1 - lng0) * 100), round((lat - lat0) / (lat1 - lat0) * 100))
        for lat, lng in line
    ]


def test_a_street_that_goes_straight_on_is_one_line() -> None:
    drawn = lines_around(a_map(2).lines, *CAOYANG, metres=150)
    assert sorted(metres(drawn[0])) == [(0, 0), (0, 0), (0, 100), (100, 0), (100, 100)]
    assert len(drawn) == 1


def test_only_what_lies_within_is_drawn() -> None:
    lines = a_map(5).lines
    assert len(lines_around(lines, *at(0, 0), metres=250)) < len(
        lines_around(lines, *at(200, 200), metres=250)
    )
    assert lines_around(lines, *at(5000, 0), metres=250) == []

from itertools import combinations
from math import e

from hypothesis import given
from hypothesis import strategies as st

from scenes.common.places.coverage.spots import Pick, best_spots

CELLS = 8
REACHES = st.lists(st.frozensets(st.integers(0, CELLS - 1)), max_size=7)
PEOPLE = st.lists(st.integers(0, 20), min_size=CELLS, max_size=CELLS)
COVERED = st.frozensets(st.integers(0, CELLS - 1))
MOST = st.integers(0, 4)

Reaches = list[frozenset[int]]


def total(cells: frozenset[int], people: list[int]) -> int:
    return sum(people[cell] for cell in cells)


def picked(reaches: Reaches, people: list[int], covered: frozenset[int], most: int, slack: int) -> list[Pick]:
    bounds = [total(reach - covered, people) + slack for reach in reaches]
    return best_spots(bounds, lambda spot: reaches[spot], people, covered=covered, most=most)


def plainly(reaches: Reaches, people: list[int], covered: frozenset[int], most: int) -> list[Pick]:
    """Look at every spot every time."""
    picks: list[Pick] = []
    while len(picks) < most:
        gains = [total(reach - covered, people) for reach in reaches]
        if not gains or max(gains) == 0:
            break
        spot = gains.index(max(gains))
        picks.append(Pick(spot, gains[spot]))
        covered |= reaches[spot]
    return picks


@given(REACHES, PEOPLE, COVERED, MOST, st.integers(0, 30))
def test_looking_only_where_needed_chooses_the_same(
    reaches: Reaches, people: list[int], covered: frozenset[int], most: int, slack: int
) -> None:
    assert picked(reaches, people, covered, most, slack) == plainly(reaches, people, covered, most)


@given(REACHES, PEOPLE, COVERED, MOST)
def test_it_reaches_most_of_what_the_best_choice_would(
    reaches: Reaches, people: list[int], covered: frozenset[int], most: int
) -> None:
    best = max(
        total(frozenset().union(*chosen) - covered, people)
        for count in range(min(most, len(reaches)) + 1)
        for chosen in combinations(reaches, count)
    )
    gained = sum(pick.gain for pick in picked(reaches, people, covered, most, 0))
    assert (1 - 1 / e) * best - 1e-9 <= gained <= best


@given(REACHES, PEOPLE, COVERED)
def test_gains_fall_and_are_of_people_reached_anew(
    reaches: Reaches, people: list[int], covered: frozenset[int]
) -> None:
    gains = [pick.gain for pick in picked(reaches, people, covered, 9, 0)]
    reachable = frozenset[int]().union(*reaches) - covered
    assert (gains, sum(gains)) == (sorted(gains, reverse=True), total(reachable, people))

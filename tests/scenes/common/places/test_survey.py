from typing import Any

from scenes.common.places.network import digest_of, pack, unpack
from scenes.common.places.profiles import Trait, Weights
from scenes.common.places.survey import Left, Report, Spot, Way, survey
from tests.support.streets import STREET, grid_spots, grid_ways, spot

PATH = {"highway": "footway"}


def traits_of(spots: dict[int, Spot], *ways: Way) -> list[int]:
    lines, _ = survey(spots, ways)
    return lines.traits.tolist()


def test_a_grid_is_all_kept() -> None:
    _, report = survey(grid_spots(4), grid_ways(4))
    assert report == Report(
        nodes=16, edges=24, km=2.4, steps_km=0.0, wheelchair_km=2.4, closed_gates=0, dropped={}
    )


def test_what_is_left_out_is_told_with_its_reason() -> None:
    spots = grid_spots(7) | {900: spot(-500, 0), 901: spot(-600, 0)}
    ways = [
        *grid_ways(7),
        Way([1, 9], {"highway": "motorway"}),
        Way([1, 2], {"highway": "service", "access": "private"}),
        Way([1, 777], STREET),
        Way([1], STREET),
        Way([900, 901], STREET),
    ]
    lines, report = survey(spots, ways)
    assert len(lines.a) == 84
    assert report.dropped == {
        "islands": Left(1, 100),
        "missing_nodes": Left(1, 0),
        "not_walkable": Left(1, 141),
        "one_node": Left(1, 0),
        "private": Left(1, 100),
    }


def test_a_way_with_a_missing_point_keeps_its_other_stretches() -> None:
    lines, report = survey(grid_spots(3), [Way([1, 2, 777, 3, 6, 5, 2], STREET)])
    assert (len(lines.a), report.dropped) == (4, {"missing_nodes": Left(1, 0)})


def test_a_large_second_part_is_kept() -> None:
    far = {100 + number: Spot(each.lat + 10**6, each.lng) for number, each in grid_spots(2).items()}
    ways = [*grid_ways(3), Way([101, 102, 104, 103], STREET)]
    lines, report = survey(grid_spots(3) | far, ways)
    assert (len(lines.lat), report.dropped) == (13, {})


def test_a_locked_gate_closes_its_point_to_everybody() -> None:
    spots = grid_spots(3) | {5: spot(100, 100, barrier="gate", locked="yes")}
    lines, report = survey(spots, grid_ways(3))
    assert (len(lines.lat), len(lines.a), report.closed_gates) == (8, 8, 1)


def test_steps_kerbs_and_gates_are_traits_of_their_stretches() -> None:
    spots = {1: spot(0, 0), 2: spot(50, 0, barrier="gate"), 3: spot(90, 0, kerb="raised"), 4: spot(120, 0)}
    assert traits_of(spots, Way([1, 2], PATH), Way([2, 3], PATH), Way([3, 4], {"highway": "steps"})) == [
        Trait.GATE_B,
        Trait.GATE_A | Trait.NO_WHEELS,
        Trait.STEPS | Trait.NO_WHEELS,
    ]


def test_who_steps_across_waits_and_who_walks_along_does_not() -> None:
    spots = {
        1: spot(0, 0),
        2: spot(50, 0, highway="crossing"),
        3: spot(100, 0),
        4: spot(50, 10),
        5: spot(50, -10),
    }
    assert traits_of(spots, Way([1, 2, 3], STREET), Way([4, 2, 5], PATH)) == [
        0,
        0,
        Trait.CROSSING_B,
        Trait.CROSSING_A,
    ]


def test_a_signal_is_waited_for_where_streets_meet() -> None:
    spots = {1: spot(0, 0), 2: spot(50, 0, highway="traffic_signals"), 3: spot(100, 0), 4: spot(50, 50)}
    along = traits_of(spots, Way([1, 2, 3], STREET))
    meeting = traits_of(spots, Way([1, 2, 3], STREET), Way([2, 4], STREET))
    assert along == [0, 0]
    assert meeting == [Trait.SIGNAL_B, Trait.SIGNAL_A, Trait.SIGNAL_A]


def test_an_untagged_crossing_way_costs_one_wait() -> None:
    spots = {1: spot(0, 0), 2: spot(0, 8), 3: spot(0, 16)}
    crossing: dict[str, Any] = {"highway": "footway", "footway": "crossing"}
    assert traits_of(spots, Way([1, 2, 3], crossing)) == [Trait.CROSSING_A | Trait.CROSSING_B, 0]


def test_packing_keeps_everything_and_the_digest_tells_changes() -> None:
    lines, _ = survey(grid_spots(4), grid_ways(4))
    again = unpack(**pack(lines))
    assert [column.tolist() for column in again] == [column.tolist() for column in lines]
    other, _ = survey(grid_spots(4), [*grid_ways(4), Way([1, 6], STREET)])
    slow = Weights(standard=Weights().elder)
    assert digest_of(again, Weights()) == digest_of(lines, Weights())
    assert len({digest_of(lines, Weights()), digest_of(other, Weights()), digest_of(lines, slow)}) == 3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.places.walking import Walking, great_circle_m, needs_step_free

WALKING = Walking()


def test_great_circle_of_known_lengths() -> None:
    assert great_circle_m(31.0, 121.0, to_lat=32.0, to_lng=121.0) == pytest.approx(111_195, abs=1)
    assert great_circle_m(31.2418, 121.4004, to_lat=31.2418, to_lng=121.4004) == 0


def test_a_quarter_of_an_hour() -> None:
    assert WALKING.walked(WALKING.reach(15, "standard")) == pytest.approx(1080)
    assert WALKING.walked(WALKING.reach(15, "elder")) == pytest.approx(720)
    assert WALKING.reach(15, "wheelchair") == WALKING.reach(15, "elder")


def test_minutes_are_rounded_up() -> None:
    assert WALKING.minutes(0, "standard") == 0
    assert WALKING.minutes(1, "standard") == 1
    assert WALKING.minutes(72 / 1.3, "standard") == 1
    assert WALKING.minutes(73 / 1.3, "standard") == 2


@given(st.integers(1, 60), st.sampled_from(["standard", "elder", "wheelchair"]))
def test_the_edge_of_the_circle_is_within_it(minutes: int, pace: str) -> None:
    assert WALKING.minutes(WALKING.reach(minutes, pace), pace) == minutes


def test_a_district_sets_its_own_pace_and_detour() -> None:
    slow = Walking(paces={"standard": 1.0, "elder": 0.5, "wheelchair": 0.6}, detour=1.5)
    assert slow.minutes(400, "standard") == 10
    assert slow.reach(10, "elder") == 200


def test_only_wheels_need_places_without_steps() -> None:
    assert [needs_step_free(pace) for pace in ("standard", "elder", "wheelchair")] == [False, False, True]

"""Which carers an alarm calls."""

from datetime import time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.eldercare.rules.care import Candidate
from scenes.eldercare.rules.nearby import OnCall, at_work, nearest

NOON = time(12)
TIMES = st.times()


def carer(number: int, *, skills: frozenset[str] = frozenset({"urgent"}), **more: Any) -> OnCall:
    """A carer a hundredth of a degree of latitude further off for each number."""
    one = Candidate(
        id=UUID(int=number), sex="f", skills=skills, lat=31.2 + number / 100, lng=121.4,
        load=more.pop("load", 0),
    )  # fmt: skip
    return OnCall(candidate=one, person_id=UUID(int=100 + number), **more)


def called(*carers: OnCall, **more: Any) -> list[int]:
    facts: dict[str, Any] = {"at": NOON, "lat": 31.2, "lng": 121.4, "most": 3}
    found = nearest(carers, **(facts | more))
    return [each.int - 100 for each in found]


def test_the_nearest_able_ones_at_work_are_called() -> None:
    night = carer(1, on_from=time(20), on_until=time(6))
    unable = carer(2, skills=frozenset({"meal"}))
    assert called(carer(5), night, unable, carer(3), carer(4), carer(6)) == [3, 4, 5]
    assert called(carer(5), night, carer(3), at=time(23)) == [1, 3, 5]


def test_without_a_home_the_least_loaded_and_never_the_one_who_calls() -> None:
    assert called(carer(1, load=2), carer(2, load=1), lat=None, lng=None) == [2, 1]
    assert called(carer(1), carer(2), but=UUID(int=101)) == [2]
    assert called() == []


@pytest.mark.parametrize(("at", "there"), [(time(19, 59), False), (time(20), True), (time(5, 59), True),
                                           (time(6), False)])  # fmt: skip
def test_a_night_shift_goes_past_midnight(at: time, *, there: bool) -> None:
    assert at_work(carer(1, on_from=time(20), on_until=time(6)), at) is there


@given(st.lists(st.tuples(st.integers(1, 30), TIMES, TIMES), max_size=12), TIMES, st.integers(1, 5))
def test_nobody_twice_nobody_off_duty_and_never_too_many(
    drawn: list[tuple[int, time, time]], at: time, most: int
) -> None:
    carers = [carer(number, on_from=begins, on_until=ends) for number, begins, ends in drawn]
    found = nearest(carers, at=at, lat=31.2, lng=121.4, most=most)
    assert len(found) == len(set(found)) <= most
    awake = {
        each.person_id for each in {one.candidate.id: one for one in carers if at_work(one, at)}.values()
    }
    assert set(found) <= awake
    assert found == sorted(found)

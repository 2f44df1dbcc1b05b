"""Where a cart should be, where it goes next, and when its silence counts."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.breakfast.rules.timetable import Stop, now_and_next, state_of
from scenes.common.kit.clock import SHANGHAI, instant

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)


def stop(name: str = "曹杨路口", **facts: Any) -> Stop:
    values: dict[str, Any] = {
        "lat": 31.24, "lng": 121.4, "weekdays": (0, 1, 2, 3, 4), "begins": time(6, 30), "ends": time(8),
    }  # fmt: skip
    return Stop(name=name, **values | facts)


TIMETABLE = [stop(), stop("铜川路口", begins=time(8, 15), ends=time(9, 30)), stop("公园门口", weekdays=(5,))]


@pytest.mark.parametrize(
    ("day", "at", "here", "following"),
    [
        (MONDAY, time(6), None, "曹杨路口"),
        (MONDAY, time(6, 30), "曹杨路口", "铜川路口"),
        (MONDAY, time(8), None, "铜川路口"),
        (MONDAY, time(9), "铜川路口", "曹杨路口"),
        (SATURDAY, time(7), "公园门口", "曹杨路口"),
    ],
)
def test_a_cart_goes_from_stop_to_stop(day: date, at: time, here: str | None, following: str) -> None:
    found = [visit and visit.name for visit in now_and_next(TIMETABLE, instant(day, at))]
    assert found == [here, following]


def test_without_a_timetable_nothing_is_said() -> None:
    assert now_and_next([], instant(MONDAY, time(7))) == (None, None)


STOPS = st.lists(
    st.builds(
        stop,
        weekdays=st.sets(st.integers(0, 6), min_size=1).map(tuple),
        begins=st.times(time(5), time(7)).map(lambda at: at.replace(microsecond=0)),
        ends=st.times(time(8), time(10)).map(lambda at: at.replace(microsecond=0)),
    ),
    min_size=1,
    max_size=6,
)
MOMENTS = st.datetimes(
    datetime(2026, 11, 1),  # noqa: DTZ001 - the zone is given beside
    datetime(2027, 1, 31),  # noqa: DTZ001 - the zone is given beside
    timezones=st.just(SHANGHAI),
)


@given(stops=STOPS, now=MOMENTS)
def test_here_is_now_and_next_is_within_a_week(stops: list[Stop], now: datetime) -> None:
    here, following = now_and_next(stops, now)
    assert here is None or here.starts_at <= now < here.ends_at
    assert following is not None
    assert now < following.starts_at <= now + timedelta(days=8)


NOW = instant(MONDAY, time(7))


@pytest.mark.parametrize(
    ("heard", "out", "silent_minutes", "state"),
    [
        (NOW, None, 10, "running"),
        (NOW - timedelta(minutes=10), None, 10, "running"),
        (NOW - timedelta(minutes=10, seconds=1), None, 10, "unknown"),
        (None, None, 10, "unknown"),
        (NOW, None, None, "unknown"),
        (NOW, NOW, 10, "outOfOrder"),
        (NOW, NOW - timedelta(days=1), 10, "running"),
    ],
)
def test_a_silent_cart_is_unknown(
    heard: datetime | None, out: datetime | None, silent_minutes: int | None, state: str
) -> None:
    assert state_of(heard, out, silent_minutes=silent_minutes, now=NOW) == state

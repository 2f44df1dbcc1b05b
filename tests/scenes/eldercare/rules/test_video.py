"""Who lives in a home on a day, and when a room may be entered, for any day and minute."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.eldercare.errors_video import HomeResidentNotFound, TooEarlyToJoin, VisitOver
from scenes.eldercare.rules.video import check_lives_here, check_may_join, lives_here, room_hours
from tests.support.clock import MONDAY_NINE

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
HALF_HOUR = timedelta(minutes=30)


@given(since=DAYS, day=DAYS, stay=st.none() | st.integers(1, 400))
def test_one_lives_there_from_the_first_day_until_before_the_last(
    since: date, day: date, stay: int | None
) -> None:
    until = since + timedelta(days=stay) if stay is not None else None
    lives = lives_here(since, until, day)
    assert lives == (0 <= (day - since).days < (stay if stay is not None else 10_000))
    if not lives:
        with pytest.raises(HomeResidentNotFound):
            check_lives_here(since, until, day)


@given(minute=st.integers(-120, 120))
def test_the_room_is_open_from_ten_minutes_before_until_ten_minutes_after(minute: int) -> None:
    hours = room_hours(MONDAY_NINE, MONDAY_NINE + HALF_HOUR)
    now: datetime = MONDAY_NINE + timedelta(minutes=minute)
    if minute < -10:
        with pytest.raises(TooEarlyToJoin):
            check_may_join("confirmed", hours, now)
    elif minute >= 40:
        with pytest.raises(VisitOver):
            check_may_join("confirmed", hours, now)
    else:
        check_may_join("confirmed", hours, now)
        check_may_join("checked_in", hours, now)


@pytest.mark.parametrize("state", ["cancelled", "fulfilled", "no_show", "expired"])
def test_what_ended_is_not_entered(state: str) -> None:
    with pytest.raises(VisitOver):
        check_may_join(state, room_hours(MONDAY_NINE, MONDAY_NINE + HALF_HOUR), MONDAY_NINE)

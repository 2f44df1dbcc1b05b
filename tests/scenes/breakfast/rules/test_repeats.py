"""Which day of a weekly order comes next, and when it is ordered."""

from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.breakfast.errors import RepeatDayInvalid, RepeatPlaced
from scenes.breakfast.rules.repeats import Repeat, is_due, next_day, ordered_at, refuse_skip, with_skip
from scenes.common.kit.clock import SHANGHAI, instant, local_day

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NEXT, AFTER = TUESDAY + timedelta(days=7), TUESDAY + timedelta(days=14)
AHEAD = 14


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return instant(day, time(hour, minute))


def every_tuesday(**facts: Any) -> Repeat:
    values: dict[str, Any] = {"weekday": 1, "at": time(7, 30), "created_at": moment(date(2026, 11, 20), 9)}
    return Repeat(**values | facts)


DAYS = st.dates(MONDAY, MONDAY + timedelta(days=60))
REPEATS = st.builds(
    Repeat,
    weekday=st.integers(0, 6),
    at=st.times(time(5), time(10)).map(lambda at: at.replace(microsecond=0)),
    created_at=st.datetimes(
        datetime(2026, 11, 1),  # noqa: DTZ001 - the zone is given beside
        datetime(2026, 12, 31),  # noqa: DTZ001 - the zone is given beside
        timezones=st.just(SHANGHAI),
    ),
    skips=st.frozensets(DAYS, max_size=10),
    placed_until=st.none() | DAYS,
)
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 31), timezones=st.just(SHANGHAI))  # noqa: DTZ001 - given beside


def test_a_day_is_ordered_the_evening_before() -> None:
    assert ordered_at(TUESDAY, time(7, 30), AHEAD) == moment(MONDAY, 17, 30)
    repeat = every_tuesday()
    for now, due in ((moment(MONDAY, 17, 29), False), (moment(MONDAY, 17, 30), True)):
        assert next_day(repeat, now=now, ahead_hours=AHEAD) == TUESDAY
        assert is_due(repeat, TUESDAY, now=now, ahead_hours=AHEAD) is due


def test_a_day_done_or_left_out_or_over_is_followed_by_the_next_week() -> None:
    done, skipped = every_tuesday(placed_until=TUESDAY), every_tuesday(skips=frozenset({TUESDAY}))
    both = every_tuesday(placed_until=TUESDAY, skips=frozenset({NEXT}))
    following = [next_day(r, now=moment(MONDAY, 18), ahead_hours=AHEAD) for r in (done, skipped, both)]
    assert following == [NEXT, NEXT, AFTER]
    assert next_day(every_tuesday(), now=moment(TUESDAY, 7, 30), ahead_hours=AHEAD) == NEXT


def test_who_says_every_tuesday_after_the_hour_of_ordering_means_the_next_one() -> None:
    late = every_tuesday(created_at=moment(MONDAY, 17, 30))
    assert next_day(late, now=moment(MONDAY, 17, 31), ahead_hours=AHEAD) == NEXT


@given(repeat=REPEATS, now=MOMENTS, ahead=st.integers(0, 72))
def test_the_next_day_is_the_repeats_own_and_ahead(repeat: Repeat, now: datetime, ahead: int) -> None:
    day = next_day(repeat, now=now, ahead_hours=ahead)
    assert day.weekday() == repeat.weekday
    assert day not in repeat.skips
    assert repeat.placed_until is None or day > repeat.placed_until
    assert repeat.created_at < ordered_at(day, repeat.at, ahead)
    assert now < instant(day, repeat.at)


@given(repeat=REPEATS, now=MOMENTS, ahead=st.integers(0, 72))
def test_a_day_done_is_never_next_again(repeat: Repeat, now: datetime, ahead: int) -> None:
    day = next_day(repeat, now=now, ahead_hours=ahead)
    done = msgspec.structs.replace(repeat, placed_until=day)
    assert next_day(done, now=now, ahead_hours=ahead) > day


@given(repeat=REPEATS, now=MOMENTS)
def test_what_may_be_skipped_is_not_next(repeat: Repeat, now: datetime) -> None:
    day = next_day(repeat, now=now, ahead_hours=AHEAD)
    refuse_skip(repeat, day, now)
    skips = with_skip(repeat.skips, day, local_day(now))
    skipped = msgspec.structs.replace(repeat, skips=skips)
    assert next_day(skipped, now=now, ahead_hours=AHEAD) > day
    assert all(each >= local_day(now) for each in skips)


@pytest.mark.parametrize("day", [MONDAY, TUESDAY - timedelta(days=7), TUESDAY + timedelta(days=371)])
def test_another_day_cannot_be_left_out(day: date) -> None:
    with pytest.raises(RepeatDayInvalid):
        refuse_skip(every_tuesday(), day, moment(MONDAY, 9))


def test_a_day_that_is_ordered_cannot_be_left_out() -> None:
    with pytest.raises(RepeatPlaced):
        refuse_skip(every_tuesday(placed_until=TUESDAY), TUESDAY, moment(MONDAY, 18))

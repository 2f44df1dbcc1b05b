from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.clock import SHANGHAI
from scenes.eldercare.errors import HourNotServed, HourPast, HourTooFar, WindowNeeded
from scenes.eldercare.rules.care import CareTerms
from scenes.eldercare.rules.later import awaits_call, check_wished, come_by, ring_by

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
TERMS = CareTerms(accept_minutes=15, promise_minutes=60)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize("wished", [at(23, 9), at(23, 21), at(24, 7), at(30, 21)])
def test_an_hour_of_these_days_may_be_wished_for(wished: datetime) -> None:
    check_wished(TERMS, wished, by_window=False, now=NOW)


@pytest.mark.parametrize(
    ("wished", "why", "words"),
    [
        (at(23, 8, 59), HourPast, "这个时间已经过了。请选晚一点的时间。"),
        (at(22, 15), HourPast, "这个时间已经过了。请选晚一点的时间。"),
        (datetime(2026, 12, 1, 9, tzinfo=SHANGHAI), HourTooFar, "只能说7天以内的时间。"),
        (at(24, 6, 59), HourNotServed, "这个时间没有人来。请选7点到21点之间。"),
        (at(24, 21, 1), HourNotServed, "这个时间没有人来。请选7点到21点之间。"),
        (at(24, 3), HourNotServed, "这个时间没有人来。请选7点到21点之间。"),
    ],
)
def test_any_other_hour_is_refused_in_plain_words(wished: datetime, why: type[Exception], words: str) -> None:
    with pytest.raises(why, match=words):
        check_wished(TERMS, wished, by_window=False, now=NOW)


def test_what_has_bookable_times_or_costs_something_is_booked_instead() -> None:
    for terms, by_window in ((TERMS, True), (CareTerms(price_fen=100), False)):
        with pytest.raises(WindowNeeded):
            check_wished(terms, at(24, 15), by_window=by_window, now=NOW)


def test_terms_without_days_ahead_are_for_today() -> None:
    none = CareTerms(later_days=0)
    check_wished(none, at(23, 15), by_window=False, now=NOW)
    with pytest.raises(HourTooFar, match="马上来的"):
        check_wished(none, at(24, 15), by_window=False, now=NOW)


@given(st.integers(0, 7 * 24 * 60))
def test_nobody_is_promised_sooner_than_at_once(minutes: int) -> None:
    wished = NOW + timedelta(minutes=minutes)
    assert come_by(TERMS, wished, now=NOW) == max(wished, come_by(TERMS, None, now=NOW))


def test_a_wish_for_tomorrow_waits_behind_what_cannot() -> None:
    tomorrow = ring_by(TERMS, since=NOW, promised_at=at(24, 15), agreed_at=None)
    soon = ring_by(TERMS, since=NOW, promised_at=at(23, 10, 30), agreed_at=None)
    at_once = ring_by(TERMS, since=NOW, promised_at=at(23, 10), agreed_at=None)
    assert (at_once, soon, tomorrow) == (at(23, 9, 15), at(23, 9, 30), at(23, 11))
    assert ring_by(TERMS, since=NOW, promised_at=at(24, 15), agreed_at=NOW) == at(24, 14)


def test_who_accepted_has_settled_the_hour() -> None:
    states = ("requested", "assigned", "accepted", "arrived", "cancelled")
    assert [awaits_call(state, NOW, None) for state in states] == [True, True, False, False, False]
    assert not awaits_call("requested", NOW, NOW)
    assert not awaits_call("requested", None, None)

from collections import Counter
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scenes.clinic.errors import ShiftInvalid
from scenes.clinic.rules.rule import ClinicRule
from scenes.clinic.rules.windows import SHARES, hours_of, release_at, shares_of, spread, windows_for
from scenes.common.kit.clock import SHANGHAI
from tests.scenes.clinic.rules.samples import RULE, SHIFT, clinic_rules


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def test_a_morning_has_seven_half_hours_of_six_numbers_each() -> None:
    numbers = Counter[tuple[datetime, datetime]]()
    for window in windows_for(SHIFT, RULE):
        numbers[window.starts_at, window.ends_at] += window.capacity
    assert numbers == {
        (at(11, 30, 8) + timedelta(minutes=30 * i), at(11, 30, 8, 30) + timedelta(minutes=30 * i)): 6
        for i in range(7)
    }


def test_shares_are_those_of_the_rule() -> None:
    assert shares_of(42, RULE) == {"public": 20, "signed": 8, "elders": 6, "same_day": 8}


def test_each_share_opens_closes_and_falls_through_at_its_own_instant() -> None:
    hours = {
        (w.audience, w.opens_at, w.closes_at, w.falls_through_at)
        for w in windows_for(SHIFT, RULE)
        if w.starts_at == at(11, 30, 8)
    }
    assert hours == {
        ("public", at(11, 23, 7), at(11, 29, 17), None),
        ("signed", at(11, 18, 7), at(11, 29, 17), at(11, 29, 8)),
        ("elders", at(11, 23, 7), at(11, 29, 17), at(11, 29, 8)),
        ("public", at(11, 30, 7), at(11, 30, 8), None),
    }


def test_terms_promise_what_the_rule_says() -> None:
    terms = next(w.terms for w in windows_for(SHIFT, RULE) if w.falls_through_at is not None)
    assert (terms.cancel_until, terms.check_in_from, terms.check_in_until) == (
        at(11, 29, 17),
        at(11, 30, 7, 30),
        at(11, 30, 11, 20),
    )
    assert (terms.grace_minutes, terms.resale_delay, terms.offer_minutes) == (170, (60, 120), 30)


def test_a_same_day_number_can_be_cancelled_until_half_an_hour_before() -> None:
    same_day = [w for w in windows_for(SHIFT, RULE) if w.opens_at == at(11, 30, 7)]
    assert {w.terms.cancel_until for w in same_day} == {w.starts_at - timedelta(minutes=30) for w in same_day}


def test_a_shift_without_room_for_a_number_is_refused() -> None:
    with pytest.raises(ShiftInvalid):
        windows_for(replace(SHIFT, starts=time(11), ends=time(10)), RULE)


@given(clinic_rules())
def test_every_number_is_in_one_window_and_none_is_lost(rule: ClinicRule) -> None:
    start, end = hours_of(SHIFT, rule)
    slot, number = timedelta(minutes=rule.slot_minutes), timedelta(minutes=rule.minutes_per_number)
    expected, left = 0, end - start
    while left > timedelta():
        expected += min(slot, left) // number
        left -= slot
    assert sum(w.capacity for w in windows_for(SHIFT, rule)) == expected


@given(clinic_rules())
def test_windows_lie_within_the_shift_and_can_be_booked_before_they_begin(rule: ClinicRule) -> None:
    start, end = hours_of(SHIFT, rule)
    for w in windows_for(SHIFT, rule):
        assert start <= w.starts_at < w.ends_at <= end
        assert w.opens_at < w.closes_at <= w.starts_at
        assert w.falls_through_at is None or w.opens_at <= w.falls_through_at < w.closes_at


@given(clinic_rules())
def test_at_least_half_of_the_numbers_are_the_publics_in_the_end(rule: ClinicRule) -> None:
    windows = windows_for(SHIFT, rule)
    total = sum(w.capacity for w in windows)
    public = sum(w.capacity for w in windows if w.audience == "public" or w.falls_through_at is not None)
    assert 2 * public >= total


@given(clinic_rules())
def test_signed_residents_book_first_and_nobody_else_before_the_release(rule: ClinicRule) -> None:
    release = release_at(SHIFT.day, rule)
    for w in windows_for(SHIFT, rule):
        if w.audience == "signed":
            assert w.opens_at == release - timedelta(days=rule.signed_earlier_days)
        else:
            assert w.opens_at >= release


@given(clinic_rules())
def test_a_missed_number_is_not_counted_before_the_last_check_in(rule: ClinicRule) -> None:
    for w in windows_for(SHIFT, rule):
        assert w.terms.check_in_from <= w.starts_at <= w.terms.check_in_until
        assert w.ends_at + timedelta(minutes=w.terms.grace_minutes) >= w.terms.check_in_until


@given(st.fixed_dictionaries({share: st.integers(0, 40) for share in SHARES}))
def test_spreading_gives_each_share_all_of_its_numbers_evenly(shares: dict[str, int]) -> None:
    order = spread(shares)
    total = len(order)
    assert Counter(order) == Counter(shares) - Counter()
    for position in range(1, total + 1):
        for share, number in shares.items():
            given_so_far = order[:position].count(share)
            assert abs(given_so_far - number * position / total) < len(SHARES)

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.calendar import DayKind, day_kind


def test_the_published_year_knows_festivals_and_swaps() -> None:
    assert day_kind(date(2026, 2, 17)) == DayKind("holiday", "春节", certain=True)
    assert day_kind(date(2026, 2, 14)) == DayKind("swap_workday", "春节", certain=True)
    assert day_kind(date(2026, 2, 23)) == DayKind("holiday", "春节", certain=True)
    assert day_kind(date(2026, 3, 7)) == DayKind("weekend", "", certain=True)
    assert day_kind(date(2026, 3, 9)) == DayKind("workday", "", certain=True)


def test_the_year_without_a_notice_knows_festivals_and_says_it_guesses() -> None:
    assert day_kind(date(2027, 2, 6)) == DayKind("holiday", "春节", certain=False)
    assert day_kind(date(2027, 10, 1)) == DayKind("holiday", "国庆节", certain=False)
    assert day_kind(date(2027, 3, 8)) == DayKind("workday", "", certain=False)
    assert day_kind(date(2027, 3, 6)) == DayKind("weekend", "", certain=False)


def test_a_swapped_saturday_is_worked_and_a_festival_is_not() -> None:
    assert day_kind(date(2026, 2, 14)).works
    assert not day_kind(date(2026, 10, 1)).works


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_every_day_of_twenty_years_has_a_kind(day: date) -> None:
    found = day_kind(day)
    assert found.kind != "weekend" or day.weekday() >= 5
    assert found.kind != "swap_workday" or day.weekday() >= 5
    assert found.kind != "workday" or day.weekday() < 5
    assert bool(found.name) == (found.kind == "holiday") or found.kind == "swap_workday"


@given(st.dates())
def test_no_day_of_the_calendar_fails(day: date) -> None:
    assert day_kind(day).kind in {"workday", "weekend", "holiday", "swap_workday"}


@given(st.integers(2020, 2040))
def test_national_day_and_new_year_are_always_holidays(year: int) -> None:
    assert day_kind(date(year, 10, 1)).kind == day_kind(date(year, 1, 1)).kind == "holiday"

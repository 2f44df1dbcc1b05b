"""What readings mean: true or not, out of bounds or not, news or not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.dated_rules import DatedRule
from scenes.eldercare.errors_readings import DeviceClockWrong, ReadingInvalid
from scenes.eldercare.rules.readings import (
    AHEAD,
    OLDEST,
    Limits,
    check_clock,
    check_reading,
    is_fresh_fall,
    is_over,
    limits_of,
    news,
    side_of,
)

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
LIMITS = Limits()
BPM = st.floats(20, 260)
HISTORY = st.lists(BPM.map(lambda bpm: {"bpm": bpm}), max_size=8)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bp", {"systolic": 120}), ("bp", {"systolic": 80, "diastolic": 120}), ("bp", {"bpm": 70}),
        ("bp", {"systolic": 500, "diastolic": 80}), ("glucose", {"mmol": 0}), ("heart", {"bpm": 999}),
        ("heart", {"bpm": float("nan")}), ("fall", {"bpm": 70}), ("water", {"litres": -1}), ("heart", {}),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_refused(kind: str, values: dict[str, float]) -> None:
    with pytest.raises(ReadingInvalid):
        check_reading(kind, values)


def test_what_can_be_true_is_taken_and_sorted() -> None:
    check_reading("fall", {})
    check_reading("water", {"litres": 0})
    check_reading("bp", {"systolic": 180, "diastolic": 95})
    assert side_of({"systolic": 180, "diastolic": 95}, LIMITS) == "high"
    assert side_of({"systolic": 89, "diastolic": 110}, LIMITS) == "low"
    assert side_of({"systolic": 120, "diastolic": 80}, LIMITS) is None
    assert side_of({"mmol": 3.8}, LIMITS) == "low"


def test_clocks_may_be_a_little_wrong_and_readings_late_but_not_by_much() -> None:
    check_clock(NOW + AHEAD, NOW)
    check_clock(NOW - OLDEST, NOW)
    for at in (NOW + AHEAD + timedelta(seconds=1), NOW - OLDEST - timedelta(seconds=1)):
        with pytest.raises(DeviceClockWrong):
            check_clock(at, NOW)
    assert (is_fresh_fall(NOW - timedelta(hours=1), NOW), is_fresh_fall(NOW - timedelta(hours=2), NOW)) == (
        True, False,
    )  # fmt: skip


@given(HISTORY)
def test_one_odd_reading_is_no_news_and_news_is_about_the_newest(history: list[dict[str, float]]) -> None:
    side = news(history, LIMITS)
    odd = [side_of(values, LIMITS) for values in history[: LIMITS.of]]
    if side is None:
        assert not odd or odd[0] is None or odd.count(odd[0]) < LIMITS.need
    else:
        assert odd[0] == side
        assert odd.count(side) >= LIMITS.need
    assert not (side is not None and is_over(history, LIMITS))


@given(HISTORY, BPM)
def test_a_single_reading_out_of_bounds_amid_good_ones_never_alerts(
    history: list[dict[str, float]], bpm: float
) -> None:
    calm = [values for values in history if side_of(values, LIMITS) is None]
    assert news([{"bpm": bpm}, *calm], LIMITS) is None


def test_limits_are_the_district_s_of_the_day_with_the_person_s_own_on_top() -> None:
    day = date(2026, 11, 23)
    rows = [DatedRule(None, day, None, {"bpmHigh": 120, "bpmLow": 50})]
    assert limits_of(rows, {"bpmLow": 40}, day=day) == Limits(bpm_high=120, bpm_low=40)
    assert limits_of(rows, None, day=day - timedelta(days=1)) == LIMITS

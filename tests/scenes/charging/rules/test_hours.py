from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.rules.hours import ALWAYS, read_hours
from scenes.common.places.rules import WEEKDAYS, parse_weekly


@pytest.mark.parametrize(
    "text",
    [
        "00:00-24:00", "0:00-23:59", "24小时", "24小时营业", "全天", "全天24小时", "7*24小时",
        "周一至周日 00:00-24:00", "00\uff1a00\uff5e24\uff1a00", "每天全天",
    ],
)  # fmt: skip
def test_always_open_is_said_in_many_ways(text: str) -> None:
    assert read_hours(text) == ALWAYS


def on(days: Sequence[str], *spans: str) -> dict[str, list[str]]:
    return {day: list(spans) for day in days}


def test_days_have_their_own_hours() -> None:
    assert read_hours("周一至周五 08:00-20:00;周六、周日 09:00-11:30,13:00-18:00") == {
        **on(WEEKDAYS[:5], "08:00-20:00"),
        **on(WEEKDAYS[5:], "09:00-11:30", "13:00-18:00"),
    }
    assert read_hours("工作日:07:30-22:00") == {
        **on(WEEKDAYS[:5], "07:30-22:00"), "sat": [], "sun": [],
    }  # fmt: skip


def test_a_span_may_run_past_midnight_and_a_week_past_sunday() -> None:
    assert read_hours("22:00-06:00") == on(WEEKDAYS, "22:00-06:00")
    weekend = read_hours("星期六到星期一 10:00-12:00")
    assert weekend is not None
    assert [day for day in WEEKDAYS if weekend[day]] == ["mon", "sat", "sun"]


@pytest.mark.parametrize(
    "text",
    [
        "", "商场营业时间", "8点到20点", "25:00-26:00", "08:00-08:00", "08:00-20:00(冬季除外)",
        "09:00-12:00,10:00-13:00",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    assert read_hours(text) is None


@given(st.text(alphabet="周一二五六日天至-~:: 0123489;;,、24小时全天工作日每", max_size=30))
def test_any_text_gives_hours_that_the_places_desk_takes_or_nothing(text: str) -> None:
    hours = read_hours(text)
    assert hours is None or len(parse_weekly(hours)) == 7

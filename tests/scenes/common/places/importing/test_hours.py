from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.places.importing.hours import Holiday, read_days, read_holiday, read_spans, read_week
from scenes.common.places.rules import WEEKDAYS, parse_weekly

MORNING, BOTH = ["08:00-11:30"], ["08:00-11:30", "13:00-16:30"]
WORKDAYS = dict.fromkeys(WEEKDAYS[:5], BOTH)


def every(span: str, days: Sequence[str] = WEEKDAYS) -> dict[str, list[str]]:
    return {day: [span] for day in days}


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("周一至周五 08:00-11:30 13:00-16:30; 周六 08:00-11:30", WORKDAYS | {"sat": MORNING}),
        ("工作日8:00–11:30、13:00–16:30；周末休息", WORKDAYS),
        ("星期一到星期五8:00~11:30,13:00~16:30", WORKDAYS),
        ("mon-fri 8:00-11:30, 13:00-16:30", WORKDAYS),
        ("每天 6:30-9:30", every("06:30-09:30")),
        ("08:00-11:30", every("08:00-11:30")),
        ("24小时", every("00:00-24:00")),
        ("周一、周三 08:00—11:30", {"mon": MORNING, "wed": MORNING}),
        ("周六至周一 22:00-次日02:00", every("22:00-02:00", ("mon", "sat", "sun"))),
        ("每天休息", {}),
    ],
)
def test_a_week_as_people_write_it(text: str, week: dict[str, list[str]]) -> None:
    assert read_week(text) == week


@pytest.mark.parametrize(
    "text",
    ["随时", "周八 08:00-09:00", "周一 8点-9点", "周一 08:00-09:00; 周一 10:00-11:00", "周一 25:00-26:00",
     "周一 10:00-11:00 08:00-09:00", "周一"],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"看不懂|没有写|写了两次|not a|overlap"):
        read_week(text)


SPAN = st.tuples(st.integers(0, 1438), st.integers(1, 1439)).filter(lambda pair: pair[0] < pair[1])


def written(span: tuple[int, int]) -> str:
    return "-".join(f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in span)


@given(st.dictionaries(st.sampled_from(WEEKDAYS), SPAN.map(written)))
def test_a_cell_a_day_says_what_one_cell_says(cells: dict[str, str]) -> None:
    by_day = read_days(cells)
    assert by_day == {day: [cells[day]] for day in WEEKDAYS if day in cells}
    assert read_week("; ".join(f"{day} {hours}" for day, hours in cells.items())) == by_day
    assert parse_weekly(by_day)


def test_holidays() -> None:
    texts = ("休息", "照常", "8:00-11:30")
    assert [read_holiday(text) for text in texts] == [
        Holiday("closed", []), Holiday("usual", []), Holiday("hours", MORNING),
    ]  # fmt: skip


def test_one_day() -> None:
    assert [read_spans(text) for text in ("休息", "全天", "8:00-11:30 13:00-16:30")] == [
        [], ["00:00-24:00"], BOTH,
    ]  # fmt: skip

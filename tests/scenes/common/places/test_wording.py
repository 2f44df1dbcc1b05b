from datetime import date, datetime

import pytest

from scenes.common.kit.clock import SHANGHAI
from scenes.common.places.rules import Hours, parse_spans, parse_weekly
from scenes.common.places.wording import date_words, day_words, hours_lines, hours_note, spans_words

OFFICE = {day: ["08:00-11:30", "13:00-16:30"] for day in ("mon", "tue", "wed", "thu", "fri")}


def test_a_clinic_s_hours() -> None:
    hours = Hours(
        weekly=parse_weekly(OFFICE | {"sat": ["08:00-11:30"]}), holiday=parse_spans(["08:00-11:00"])
    )
    assert hours_lines(hours) == [
        "周一到周五 8:00–11:30、13:00–16:30",
        "周六 8:00–11:30",
        "周日休息",
        "法定节假日 8:00–11:00",
    ]


def test_a_charging_station_s_hours() -> None:
    assert hours_lines(Hours(weekly=(parse_spans(["00:00-24:00"]),) * 7, holiday=None)) == [
        "每天 全天",
        "法定节假日照常",
    ]


def test_days_of_rest() -> None:
    assert hours_lines(Hours(weekly=parse_weekly(OFFICE), holiday=())) == [
        "周一到周五 8:00–11:30、13:00–16:30",
        "周六、周日休息",
        "法定节假日休息",
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [([0, 2, 4], "周一、周三、周五"), ([0, 1, 2, 5, 6], "周一到周三、周六、周日"), (list(range(7)), "每天")],
)
def test_days_in_words(days: list[int], words: str) -> None:
    assert day_words(days) == words


def test_past_midnight() -> None:
    assert spans_words(parse_spans(["18:00-02:30"])) == "18:00–次日2:30"
    assert spans_words(parse_spans(["18:00-24:00"])) == "18:00–24:00"
    assert spans_words(()) == "休息"


def test_a_date_with_its_weekday() -> None:
    assert date_words(date(2026, 12, 3)) == "12月3日(周四)"


def test_an_unpublished_year_is_said_openly() -> None:
    assert hours_note(datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)) is None
    assert "还没有公布" in (hours_note(datetime(2026, 12, 20, 9, tzinfo=SHANGHAI)) or "")

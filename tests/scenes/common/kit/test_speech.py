import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.clock import SHANGHAI, local_day, shanghai
from scenes.common.kit.speech import desk_when, heard_when, spoken_day, spoken_time, spoken_when

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside


@pytest.mark.parametrize(
    ("at", "eye", "ear"),
    [
        (datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI), "明天(11月24日 星期二)上午9点半", "明天上午9点半"),
        (
            datetime(2026, 11, 23, 14, 5, tzinfo=SHANGHAI),
            "今天(11月23日 星期一)下午2点05分",
            "今天下午2点05分",
        ),
        (datetime(2026, 11, 25, 12, 0, tzinfo=SHANGHAI), "后天(11月25日 星期三)中午12点", "后天中午12点"),
        (
            datetime(2026, 11, 22, 6, 45, tzinfo=SHANGHAI),
            "昨天(11月22日 星期日)早上6点45分",
            "昨天早上6点45分",
        ),
        (datetime(2026, 11, 30, 20, 0, tzinfo=SHANGHAI), "11月30日 星期一 晚上8点", "11月30日星期一晚上8点"),
        (
            datetime(2027, 1, 4, 8, 0, tzinfo=SHANGHAI),
            "2027年1月4日 星期一 上午8点",
            "2027年1月4日星期一上午8点",
        ),
        (datetime(2026, 11, 24, 0, 30, tzinfo=SHANGHAI), "明天(11月24日 星期二)凌晨0点半", "明天凌晨0点半"),
    ],
)
def test_says_instants_as_people_do(at: datetime, eye: str, ear: str) -> None:
    assert (spoken_when(at, NOW), heard_when(at, NOW)) == (eye, ear)


def test_the_day_is_shanghais_even_when_the_instant_is_utc() -> None:
    late = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert spoken_when(late, NOW) == "明天(11月24日 星期二)凌晨1点"


@given(INSTANTS)
def test_a_spoken_time_can_be_heard_back(at: datetime) -> None:
    """Reading the words gives the very hour and minute: no two times sound alike."""
    said = re.fullmatch(r"(凌晨|早上|上午|中午|下午|晚上)(\d+)点(半|(\d\d)分)?", spoken_time(at))
    assert said is not None
    hour = int(said[2]) + (12 if said[1] in {"下午", "晚上"} else 0)
    minute = 30 if said[3] == "半" else int(said[4] or 0)
    assert (hour, minute) == (shanghai(at).hour, shanghai(at).minute)


@given(INSTANTS, INSTANTS)
def test_a_spoken_day_can_be_read_back(at: datetime, now: datetime) -> None:
    day, today = local_day(at), local_day(now)
    said = re.search(r"(?:(\d{4})年)?(\d+)月(\d+)日", spoken_day(day, today))
    assert said is not None
    assert date(int(said[1] or today.year), int(said[2]), int(said[3])) == day


@given(INSTANTS)
def test_near_words_follow_the_calendar_not_the_hours(now: datetime) -> None:
    tomorrow = now + timedelta(days=1)
    assert spoken_day(local_day(tomorrow), local_day(now)).startswith("明天(")


def test_a_table_at_a_desk_has_the_hour_today_and_the_day_otherwise() -> None:
    now = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
    said = [desk_when(at, now) for at in (now, now - timedelta(hours=20), now - timedelta(days=40))]
    assert said == ["09:05", "11-23 13:05", "10-15 09:05"]

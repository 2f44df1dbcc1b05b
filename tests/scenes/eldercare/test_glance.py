"""What an elder reads first of each kind of readings."""

from datetime import UTC, datetime, timedelta

from scenes.common.kit.pages import Mark
from scenes.eldercare.pages_readings import Glance, glance_of
from scenes.eldercare.rules.readings import Side
from scenes.eldercare.service.readings import SHOWN, Measured

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, ten in the morning in Shanghai."""


def measured(ago: timedelta, side: Side | None = None) -> Measured:
    values = {"systolic": 190.0 if side else 128.0, "diastolic": 82.0}
    return Measured(kind="bp", at=NOW - ago, values=values, side=side)


def test_the_last_one_and_the_week_in_plain_words() -> None:
    several = [measured(timedelta(hours=2)), measured(timedelta(days=1), "high"), measured(timedelta(days=9))]
    assert glance_of(several, NOW) == Glance(
        last="血压 128/82,没到提醒线",
        mark=Mark("ok", "没到提醒线"),
        when="今天上午8点量的",
        week="这七天量了2次,1次偏高。",
    )


def test_a_quiet_week_and_a_week_of_which_not_all_is_known() -> None:
    old = [measured(timedelta(days=9))]
    assert glance_of(old, NOW).week == "这七天没有量。"
    many = [measured(timedelta(hours=hour)) for hour in range(SHOWN)]
    assert glance_of(many, NOW).week == "最近30次,都没到提醒线。"

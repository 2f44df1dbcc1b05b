"""Why a forecast says what it says, in short sentences for the people who cook."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from scenes.breakfast.rules.forecast import WEATHERS, Forecast

WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
TENTHS: Final = ("", "一成", "两成", "三成", "四成", "五成", "六成", "七成", "八成", "九成", "一倍")
FEW_DAYS: Final = 14
"""Days below which a history is called short."""


def reasons(found: Forecast | None, day: date, weather: str | None) -> list[str]:
    """Explain a forecast; where there is none, say that there is no record yet."""
    if found is None:
        return ["还没有卖过,没法估。"]
    return list(_sentences(found, day, weather))


def _sentences(found: Forecast, day: date, weather: str | None) -> Iterator[str]:
    yield f"{_day_name(found, day)}平常要{round(found.usual)}份。"
    yield f"最近{more_or_less(found.trend) or '和平常差不多'}。"
    if weather is not None:
        yield f"{WEATHERS.get(weather, weather)}{more_or_less(found.weather_factor) or '影响不大'}。"
    if found.sold_out_days:
        yield f"有{found.sold_out_days}天卖完,真要的更多。"
    if found.days < FEW_DAYS:
        yield f"只有{found.days}天的记录,先参考。"
    if not found.kind.certain:
        yield "这一年的放假安排还没公布。"


def _day_name(found: Forecast, day: date) -> str:
    names = {"holiday": f"{found.kind.name or '节日'}这样的假日", "swap_workday": "调休上班的日子"}
    return names.get(found.kind.kind, WEEKDAYS[day.weekday()])


def more_or_less(factor: float) -> str:
    """Say a factor in tenths (多一成, 少两成); empty where it is less than half a tenth."""
    tenths = min(round(abs(factor - 1) * 10), len(TENTHS) - 1)
    if tenths == 0:
        return ""
    return f"{'多' if factor > 1 else '少'}{TENTHS[tenths]}"

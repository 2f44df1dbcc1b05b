"""Working days in Shanghai: what the State Council published, and an open guess beyond it.

The yearly notice on holidays (国务院办公厅节假日安排的通知) appears each November; it names the days
off and the weekend days worked in exchange (调休). Until a year's notice is in the installed data,
only the festivals themselves can be known (全国年节及纪念日放假办法), so the answer says `certain=False`.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, cast

import chinese_calendar
import holidays

Kind = Literal["workday", "weekend", "holiday", "swap_workday"]

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DayKind:
    """What a day is for working people.

    `name` is the festival behind a holiday or a swapped workday, empty otherwise; `certain` tells
    whether the year's official notice is known.
    """

    kind: Kind
    name: str
    certain: bool

    @property
    def works(self) -> bool:
        """Tell whether offices and clinics keep weekday hours."""
        return self.kind in {"workday", "swap_workday"}


@lru_cache(maxsize=4096)
def day_kind(day: date) -> DayKind:
    """Say what a day is; never fails, and says when it can only guess."""
    if _published(day.year):
        return _from_notice(day)
    return _from_festivals(day)


_PUBLISHED_DAYS_OFF = cast("dict[date, str]", chinese_calendar.holidays)
_PUBLISHED_SWAPS = cast("dict[date, str]", chinese_calendar.workdays)
_PUBLISHED_YEARS = frozenset(day.year for day in _PUBLISHED_DAYS_OFF)
_FESTIVALS = holidays.country_holidays("CN", language="zh_CN")


def _published(year: int) -> bool:
    return year in _PUBLISHED_YEARS


def _from_notice(day: date) -> DayKind:
    if day in _PUBLISHED_SWAPS:
        return DayKind("swap_workday", _chinese(_PUBLISHED_SWAPS[day]), certain=True)
    if day in _PUBLISHED_DAYS_OFF:
        return DayKind("holiday", _chinese(_PUBLISHED_DAYS_OFF[day]), certain=True)
    return DayKind(_plain(day), "", certain=True)


def _from_festivals(day: date) -> DayKind:
    """Take the festivals, and swaps where the second source already lists them."""
    name = _FESTIVALS.get(day)
    if name:
        return DayKind("holiday", name, certain=False)
    if day in _FESTIVALS.weekend_workdays:
        return DayKind("swap_workday", "", certain=False)
    return DayKind(_plain(day), "", certain=False)


def _plain(day: date) -> Kind:
    return "weekend" if day.weekday() >= SATURDAY else "workday"


def _chinese(english: str) -> str:
    """Give the festival's own name; a name the library does not translate stays as it is."""
    for festival in chinese_calendar.Holiday:
        if festival.value == english:
            return str(getattr(festival, "chinese", english))
    return english

"""Reading an operator's opening hours (BusineHours), a free text; what cannot be read is not guessed."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from scenes.common.places.rules import WEEKDAYS, parse_weekly

_NAMES: Final = "一二三四五六日"
_SIGNS: Final = str.maketrans({
    "\uff1a": ":", "\uff5e": "-", "~": "-", "\u2014": "-", "\u2013": "-", "\uff0d": "-", "至": "-", "到": "-",
    "\uff1b": ";", "。": ";", "\uff0c": ",", "、": ",", "天": "日",
})  # fmt: skip
"""Full-width signs and the words for "until", made plain."""

_SPAN: Final = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_DAY: Final = r"(?:(?:周|星期)[一二三四五六日](?:-(?:周|星期)?[一二三四五六日])?|工作日|周末|每日)"
_CLAUSE: Final = rf"({_DAY}(?:,?{_DAY})*)?:?({_SPAN}(?:,{_SPAN})*|全日)"
_WHOLE: Final = re.compile(rf"{_CLAUSE}(?:[;,]?{_CLAUSE})*[;,]?")
_ALWAYS: Final = re.compile(
    r"(?:7[*x]24|24[*x]7|24)(?:小时|h)?(?:营业|开放|服务)?|全日(?:24小时)?(?:营业|开放)?", re.IGNORECASE
)
_ALL_DAY: Final = "00:00-24:00"

ALWAYS: Final[Mapping[str, list[str]]] = {day: [_ALL_DAY] for day in WEEKDAYS}


def read_hours(text: str) -> dict[str, list[str]] | None:
    """Return weekly hours as the places desk takes them, or none when the text does not say them.

    A day that no clause names is closed; of two clauses on one day the later counts.
    """
    plain = re.sub(r"\s+", "", text).translate(_SIGNS)
    if _ALWAYS.fullmatch(plain):
        return dict(ALWAYS)
    if not _WHOLE.fullmatch(plain):
        return None
    weekly: dict[str, list[str]] = {day: [] for day in WEEKDAYS}
    for days, spans in re.findall(_CLAUSE, plain):
        for day in _days(days):
            weekly[day] = [_span(span) for span in spans.split(",")]
    try:
        parse_weekly(weekly)
    except ValueError:
        return None
    return weekly


def _days(text: str) -> Iterator[str]:
    if not text:
        yield from WEEKDAYS
    for part in re.findall(_DAY, text):
        yield from _some_days(part)


def _some_days(part: str) -> tuple[str, ...]:
    named = {"工作日": WEEKDAYS[:5], "周末": WEEKDAYS[5:], "每日": WEEKDAYS}.get(part)
    if named is not None:
        return tuple(named)
    first, *rest = (_NAMES.index(name) for name in part if name in _NAMES)
    last = rest[0] if rest else first
    return tuple(WEEKDAYS[first : last + 1]) if first <= last else (*WEEKDAYS[first:], *WEEKDAYS[: last + 1])


def _span(text: str) -> str:
    """Write a span as the places desk reads it; one minute before midnight means midnight."""
    if text == "全日":
        return _ALL_DAY
    start, _, end = text.partition("-")
    return f"{start:0>5}-{'24:00' if end == '23:59' else end.rjust(5, '0')}"

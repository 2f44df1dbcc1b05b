"""Opening hours as people write them in a list: "周一至周五 08:00-11:30 13:00-16:30; 周六 08:00-11:30"."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from scenes.common.places.importing.words import DAYS
from scenes.common.places.rules import HolidayRule, parse_holiday, parse_spans, parse_weekly

WeeklyHours = dict[str, list[str]]

_NAMES: Final = "一二三四五六日"
_CLOSED: Final = frozenset({"休息", "休", "不开", "关闭", "closed", "-", "off"})
_ROUND_THE_CLOCK: Final = frozenset({"24小时", "全天", "24h", "24hours", "全天开放"})
_EVERY_DAY: Final = frozenset({"每天", "每日", "全年", "天天", "daily", "everyday"})
_WORKDAYS: Final = frozenset({"工作日", "weekdays", "workdays"})
_WEEKEND: Final = frozenset({"周末", "双休日", "weekend", "weekends"})
_PARTS: Final = re.compile(r"[;\n]+")
_CLOCKS: Final = re.compile(r"\d{1,2}:\d{2}\s*[-~至到]\s*(?:次日\s*)?\d{1,2}:\d{2}")
_CLOCK: Final = re.compile(r"\d{1,2}:\d{2}")
_DAY: Final = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_ENGLISH: Final = re.compile(rf"\b({'|'.join(DAYS)})[a-z]*\b")


class Holiday(NamedTuple):
    """What public holidays do to the hours."""

    rule: HolidayRule
    hours: list[str]


def read_spans(text: str) -> list[str]:
    """Read one day's hours: "8:00-11:30、13:00-16:30", "全天", "休息". Raises ValueError."""
    said = _even(text)
    if said.replace(" ", "") in _CLOSED:
        return []
    if said.replace(" ", "") in _ROUND_THE_CLOCK:
        return ["00:00-24:00"]
    found = [_span(match.group()) for match in _CLOCKS.finditer(said)]
    rest = re.sub(r"[\s,、,/和及]", "", _CLOCKS.sub("", said))
    if not found or rest:
        raise ValueError(f"看不懂的时间:{text.strip()}(应像 08:00-11:30 13:00-16:30)")
    parse_spans(found)
    return found


def read_week(text: str) -> WeeklyHours:
    """Read a week in one cell, parts parted by semicolons; days not named are closed. Raises ValueError."""
    week: WeeklyHours = {}
    for part in filter(None, (each.strip() for each in _PARTS.split(_even(text)))):
        days, spans = _part(part)
        twice = [day for day in days if day in week]
        if twice:
            raise ValueError(f"同一天写了两次:{part}")
        week |= {day: list(spans) for day in days}
    parse_weekly(week)
    return {day: week[day] for day in DAYS if week.get(day)}


def read_days(cells: Mapping[str, str]) -> WeeklyHours:
    """Read a week from a cell a day, empty ones closed. Raises ValueError."""
    week = {day: read_spans(cells[day]) for day in DAYS if cells.get(day, "").strip()}
    return {day: spans for day, spans in week.items() if spans}


def read_holiday(text: str) -> Holiday:
    """Read what public holidays do: "休息", "照常", or hours of their own. Raises ValueError."""
    said = _even(text).replace(" ", "")
    if said in {"照常", "usual", "同平时", "不变"}:
        return Holiday("usual", [])
    hours = read_spans(text)
    rule: HolidayRule = "hours" if hours else "closed"
    parse_holiday(rule, hours)
    return Holiday(rule, hours)


def _part(part: str) -> tuple[Sequence[str], list[str]]:
    """Part days from hours, which begin at the first clock time, or at a word for all day or none."""
    words = part.split()
    tail = words[-1] if words else ""
    clock = _CLOCK.search(part)
    if clock is not None:
        head, hours = part[: clock.start()], part[clock.start() :]
    elif len(words) > 1 and (tail in _CLOSED or tail in _ROUND_THE_CLOCK):
        head, hours = part[: part.rindex(tail)], tail
    else:
        head, hours = _split_word(part)
    return _days(head), read_spans(hours)


def _split_word(part: str) -> tuple[str, str]:
    for word in sorted(_CLOSED | _ROUND_THE_CLOCK, key=len, reverse=True):
        if part.endswith(word):
            return part[: -len(word)], word
    raise ValueError(f"没有写几点到几点:{part}")


def _days(head: str) -> Sequence[str]:
    """Read which days: none named is every day; "周一至周五", "周六、周日", "mon-fri", "工作日"."""
    said = re.sub(r"[\s::,、,和及]+", "", head)
    if not said or said in _EVERY_DAY:
        return DAYS
    if said in _WORKDAYS:
        return DAYS[:5]
    if said in _WEEKEND:
        return DAYS[5:]
    named = _numbers(head)
    if named is None:
        raise ValueError(f"看不懂是星期几:{head.strip()}")
    return [DAYS[number] for number in named]


def _numbers(head: str) -> list[int] | None:
    """Turn named days into numbers, ranges filled in; none when there is anything else."""
    coded = _DAY.sub(lambda found: f"<{_NAMES.index(found[1].replace('天', '日'))}>", head)
    coded = _ENGLISH.sub(lambda found: f"<{DAYS.index(found[1])}>", coded)
    coded = re.sub(r"[\s::,、,和及]+", "", coded)
    if not re.fullmatch(r"(?:<\d>(?:[-~至到]<\d>)?)+", coded):
        return None
    numbers: list[int] = []
    for first, last in re.findall(r"<(\d)>(?:[-~至到]<(\d)>)?", coded):
        since, until = int(first), int(last or first)
        numbers += range(since, until + 1) if since <= until else [*range(since, 7), *range(until + 1)]
    return numbers


def _span(text: str) -> str:
    """Write a span as it is stored: "8:00~11:30" is "08:00-11:30"."""
    begin, end = _CLOCK.findall(text)
    return f"{begin:0>5}-{end:0>5}"


def _even(text: str) -> str:
    """Even out widths and dashes."""
    said = unicodedata.normalize("NFKC", text).casefold().replace("—", "-").replace("–", "-")
    return re.sub(r"-+", "-", said).strip()

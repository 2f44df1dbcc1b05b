"""A schedule as people write it: lines of words, in a form or a CSV file, read into shifts or named wrong."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final, Literal
from uuid import UUID

import msgspec

from scenes.clinic.errors import ScheduleUnreadable
from scenes.clinic.rules.windows import PeriodName, Share, Shift
from scenes.common.kit.money import yuan_text

MOST_LINES: Final = 500
MOST_NUMBERS: Final = 500
MOST_FEE_FEN: Final = 100_000
LONGEST: Final = 9
"""Digits of a count or an amount that are worth reading."""

HEAD: Final = ("日期", "时段", "科室", "医生", "挂号费(元)", "开始", "结束", "总号数", "给谁")
PERIODS: Final[Mapping[str, PeriodName]] = {"上午": "am", "下午": "pm", "am": "am", "pm": "pm"}
PERIOD_WORDS: Final = {"am": "上午", "pm": "下午"}
SHARE_WORDS: Final[Mapping[Share, str]] = {
    "public": "所有人",
    "signed": "签约居民",
    "elders": "老人",
    "same_day": "当日号",
}
WORDS_SHARE: Final[Mapping[str, Share]] = {words: share for share, words in SHARE_WORDS.items()}
USUAL: Final = frozenset({"", "按规则"})


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was typed: every cell is text, so that nothing typed is ever lost."""

    line: int
    day: str = ""
    period: str = ""
    department: str = ""
    doctor: str = ""
    fee: str = ""
    starts: str = ""
    ends: str = ""
    numbers: str = ""
    audience: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the cells in the order of HEAD."""
        return tuple(getattr(self, name) for name in CELLS)


CELLS: Final = tuple(name for name in DraftLine.__struct_fields__ if name != "line")

Doctors = Mapping[tuple[str, str], Sequence[UUID]]
"""Whom a department's and a doctor's name mean at this venue."""


class Hours(msgspec.Struct, frozen=True):
    """When a doctor sits: of a session there is, or of a shift to be published."""

    doctor_id: UUID
    day: date
    period: str
    starts_at: datetime
    ends_at: datetime


def read_shift(draft: DraftLine, place_id: UUID, doctors: Doctors, today: date) -> Shift | list[str]:
    """Read a line as a shift, or say everything that is wrong with it."""
    wrong: list[str] = []
    found = doctors.get((draft.department.strip(), draft.doctor.strip()), ())
    day, period = _day(draft.day), PERIODS.get(draft.period.strip())
    fee, numbers = _fee(draft.fee), _numbers(draft.numbers)
    starts, ends = _time(draft.starts), _time(draft.ends)
    only = WORDS_SHARE.get(draft.audience.strip())
    checks = [
        (day is None, f"日期「{draft.day}」看不懂,写成 {today}"),
        (day is not None and day < today, f"日期「{draft.day}」已经过去"),
        (period is None, f"时段「{draft.period}」只能是上午或下午"),
        (not found, f"没有「{draft.department} {draft.doctor}」这位医生"),
        (len(found) > 1, f"「{draft.department} {draft.doctor}」有几位同名,请联系管理员"),
        (fee is None, f"挂号费「{draft.fee}」要是 0 到 {MOST_FEE_FEN // 100} 元"),
        (starts is False, f"开始「{draft.starts}」要像 8:00"),
        (ends is False, f"结束「{draft.ends}」要像 11:30"),
        (numbers is False, f"总号数「{draft.numbers}」要是 1 到 {MOST_NUMBERS}"),
        (only is None and draft.audience.strip() not in USUAL, f"给谁「{draft.audience}」看不懂"),
    ]
    wrong = [words for bad, words in checks if bad]
    if wrong or day is None or period is None or fee is None:
        return wrong
    return Shift(
        place_id=place_id, doctor_id=found[0], day=day, period=period, fee_fen=fee, starts=starts or None,
        ends=ends or None, numbers=numbers or None, only=only,
    )  # fmt: skip


def overlapping(hours: Hours, others: Iterable[Hours]) -> bool:
    """Tell whether a doctor would sit twice at once; the same half-day is a shift known, not an overlap."""
    return any(
        other.doctor_id == hours.doctor_id
        and (other.day, other.period) != (hours.day, hours.period)
        and other.starts_at < hours.ends_at
        and hours.starts_at < other.ends_at
        for other in others
    )


def read_csv(text: str) -> list[DraftLine]:
    """Read a file of shifts, each with the number of its line (ScheduleUnreadable names what is missing)."""
    try:
        rows = list(enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1))
    except csv.Error as fault:
        raise ScheduleUnreadable("这个文件读不下去(引号没有成对?)。") from fault
    head = [cell.strip() for cell in rows[0][1]] if rows else []
    missing = [name for name in HEAD[:4] if name not in head]
    if missing:
        raise ScheduleUnreadable(f"第一行要写列名,还缺:{'、'.join(missing)}。")
    lines = [(number, row) for number, row in rows[1:] if any(map(str.strip, row))]
    if len(lines) > MOST_LINES:
        raise ScheduleUnreadable(f"一次最多 {MOST_LINES} 行,请分开导入。")
    return [_line(number, dict(zip(head, row, strict=False))) for number, row in lines]


def _line(number: int, cells: Mapping[str, str]) -> DraftLine:
    known = zip(CELLS, HEAD, strict=True)
    # A leading quote is what guards a cell against being run as a formula.
    return DraftLine(line=number, **{name: cells.get(head, "").strip().lstrip("'") for name, head in known})


def draft_of(shift: Shift, names: tuple[str, str], line: int) -> DraftLine:
    """Write a shift as a line; what follows the rule is left empty."""
    return DraftLine(
        line=line,
        day=str(shift.day),
        period=PERIOD_WORDS[shift.period],
        department=names[0],
        doctor=names[1],
        fee=yuan_text(shift.fee_fen).removesuffix("元").strip(),
        starts=f"{shift.starts:%-H:%M}" if shift.starts else "",
        ends=f"{shift.ends:%-H:%M}" if shift.ends else "",
        numbers=str(shift.numbers or ""),
        audience=SHARE_WORDS[shift.only] if shift.only else "",
    )


def _day(text: str) -> date | None:
    try:
        year, month, day = map(int, text.strip().replace("/", "-").split("-"))
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _time(text: str) -> time | Literal[False] | None:
    """Read a wall-clock time; None when left out, False when it is none."""
    if not text.strip():
        return None
    try:
        hour, minute = text.strip().replace(":", ":").split(":")[:2]
        return time(int(hour), int(minute))
    except (ValueError, OverflowError):
        return False


def _numbers(text: str) -> int | bool | None:
    if not text.strip():
        return None
    return text.strip().isdecimal() and len(text) <= LONGEST and 1 <= int(text) <= MOST_NUMBERS and int(text)


def _fee(text: str) -> int | None:
    """Read yuan as fen; left out is free of charge."""
    whole, _, part = (text.strip() or "0").partition(".")
    if (
        not whole.isdecimal()
        or len(whole) > LONGEST
        or (part and not part.isdecimal())
        or len(part) > len("00")
    ):
        return None
    fen = int(whole) * 100 + int(f"{part:0<2}")
    return fen if fen <= MOST_FEE_FEN else None

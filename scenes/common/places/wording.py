"""Opening hours in Chinese, as they stand on a door."""

from collections.abc import Sequence
from datetime import date, datetime

from scenes.common.places.rules import (
    DAY_MINUTES,
    HOUR_MINUTES,
    WEEKDAYS,
    Hours,
    Span,
    Spans,
    certain_ahead,
)

DAY_NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
REST = "休息"
SHORTEST_RUN = 3
"""Days in a row from which "周一到周三" reads better than a list."""


def hours_lines(hours: Hours) -> list[str]:
    """Say the hours, one line for each group of days that are alike, days of rest and holidays last."""
    groups: dict[Spans, list[int]] = {}
    for day, spans in enumerate(hours.weekly):
        groups.setdefault(spans, []).append(day)
    rest = groups.pop((), [])
    lines = [f"{day_words(days)} {spans_words(spans)}" for spans, days in groups.items()]
    if rest:
        lines.append(f"{day_words(rest)}{REST}")
    return [*lines, _holiday_line(hours.holiday)]


def spans_words(spans: Spans) -> str:
    """Say the spans of one day: 「8:00–11:30、13:00–16:30」, 「全天」, 「休息」."""
    if not spans:
        return REST
    return "、".join(_span_words(span) for span in spans)


def day_words(days: Sequence[int]) -> str:
    """Say days of the week, 0 for Monday: 「每天」, 「周一到周五」, 「周六、周日」."""
    if len(days) == len(WEEKDAYS):
        return "每天"
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "、".join(_run_words(run) for run in runs)


def date_words(day: date) -> str:
    """Say a date with its weekday: 「12月3日(周四)」."""
    return f"{day.month}月{day.day}日({DAY_NAMES[day.weekday()]})"


def hours_note(at: datetime) -> str | None:
    """Warn while the official holiday notice for the coming days is not known yet."""
    if certain_ahead(at):
        return None
    return "后面日子的放假安排还没有公布,节假日时间可能有变,出门前请先打电话问一问。"


def _holiday_line(holiday: Spans | None) -> str:
    if holiday is None:
        return "法定节假日照常"
    return f"法定节假日{REST}" if not holiday else f"法定节假日 {spans_words(holiday)}"


def _run_words(run: list[int]) -> str:
    if len(run) >= SHORTEST_RUN:
        return f"{DAY_NAMES[run[0]]}到{DAY_NAMES[run[-1]]}"
    return "、".join(DAY_NAMES[day] for day in run)


def _span_words(span: Span) -> str:
    if span == (0, DAY_MINUTES):
        return "全天"
    over = "次日" if span.end > DAY_MINUTES else ""
    end = span.end - DAY_MINUTES if over else span.end
    return f"{_clock_words(span.start)}–{over}{_clock_words(end)}"


def _clock_words(minutes: int) -> str:
    hour, minute = divmod(minutes, HOUR_MINUTES)
    return f"{hour}:{minute:02d}"

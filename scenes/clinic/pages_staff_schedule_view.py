"""What the schedule's pages say: a week of shifts, and a draft with what each of its lines would do."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from scenes.clinic.rules.drafts import CELLS, HEAD, PERIOD_WORDS, SHARE_WORDS, DraftLine
from scenes.clinic.rules.windows import WindowPlan
from scenes.clinic.service.planning import Plan, PlanLine
from scenes.clinic.service.schedule import SessionView
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import spoken_when

DAYS: Final = 7
WEEKDAYS: Final = "一二三四五六日"
SCHEDULE: Final = "/staff/schedule"
NEW: Final = Mark("ok", "新排")
KNOWN: Final = Mark("off", "已排过")
WRONG: Final = Mark("full", "要改")
MARKS: Final = {"new": NEW, "known": KNOWN, "wrong": WRONG}


class Half(msgspec.Struct, frozen=True, kw_only=True):
    """A half-day in the week's table."""

    words: str
    numbers: str
    stopped: bool


class WeekRow(msgspec.Struct, frozen=True, kw_only=True):
    """A doctor's week: the half-days of each day."""

    doctor: str
    department: str
    days: list[list[Half]]


class WeekPage(msgspec.Struct, frozen=True, kw_only=True):
    """A venue's week."""

    place_id: str
    place: str
    week: str
    words: str
    head: list[str]
    rows: list[WeekRow]
    earlier: str
    later: str
    board: str
    csv: str
    done: str
    problem: str


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a draft's line, as it was typed."""

    name: str
    label: str
    value: str


class DraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """A draft's line with what it would do."""

    line: int
    cells: list[Cell]
    mark: Mark
    notes: list[str]


class DraftPage(msgspec.Struct, frozen=True, kw_only=True):
    """A draft of a schedule: nothing of it is published yet."""

    place_id: str
    place: str
    week: str
    back: str
    head: list[str]
    shares: list[str]
    rows: list[DraftRow]
    token: str
    new: int
    numbers: int
    known: int
    wrong: int
    problem: str

    @property
    def may_publish(self) -> bool:
        """Tell whether there is something to publish and nothing to put right."""
        return bool(self.new) and not self.wrong


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def schedule_href(place_id: UUID, week: date) -> str:
    """Return the address of a venue's week."""
    return f"{SCHEDULE}?placeId={place_id}&week={week}"


def week_page(
    views: Sequence[SessionView],
    place_id: UUID,
    *,
    place: str,
    week: date,
    done: int | None = None,
    problem: str = "",
) -> WeekPage:
    """Show a week of shifts by doctor."""
    last = week + timedelta(days=DAYS - 1)
    return WeekPage(
        place_id=str(place_id),
        place=place,
        week=str(week),
        words=f"{week.month}月{week.day}日到{last.month}月{last.day}日",
        head=[_head(week + timedelta(days=each)) for each in range(DAYS)],
        rows=_week_rows(views, week),
        earlier=schedule_href(place_id, week - timedelta(days=DAYS)),
        later=schedule_href(place_id, week + timedelta(days=DAYS)),
        board=f"/staff/board?placeId={place_id}",
        csv=f"{SCHEDULE}.csv?placeId={place_id}&week={week}",
        done="" if done is None else f"已发布 {done} 个半天" if done else "没有新的半天要发布",
        problem=problem,
    )


def _head(day: date) -> str:
    return f"周{WEEKDAYS[day.weekday()]} {day.month}/{day.day}"


def _week_rows(views: Sequence[SessionView], week: date) -> list[WeekRow]:
    rows: dict[UUID, WeekRow] = {}
    ordered = sorted(views, key=lambda view: (view.department.code, view.doctor.name, view.row.period))
    for view in ordered:
        fresh = WeekRow(
            doctor=view.doctor.name, department=view.department.name, days=[[] for _ in range(DAYS)]
        )
        rows.setdefault(view.doctor.id, fresh).days[(view.row.day - week).days].append(_half(view))
    return list(rows.values())


def _half(view: SessionView) -> Half:
    capacity = sum(window.capacity for window in view.windows)
    taken = capacity - sum(window.free for window in view.windows)
    starts, ends = shanghai(view.row.starts_at), shanghai(view.row.ends_at)
    return Half(
        words=f"{PERIOD_WORDS[view.row.period]} {starts:%-H:%M}–{ends:%-H:%M}",
        numbers=f"约 {taken}/{capacity}",
        stopped=view.row.state == "stopped",
    )


def draft_page(
    shown: Plan, place_id: UUID, *, place: str, week: date, now: datetime, problem: str = ""
) -> DraftPage:
    """Show a draft with what each line would do."""
    return DraftPage(
        place_id=str(place_id),
        place=place,
        week=str(week),
        back=schedule_href(place_id, week),
        head=list(HEAD),
        shares=list(SHARE_WORDS.values()),
        rows=[_draft_row(line, now) for line in shown.lines],
        token=shown.token,
        new=len(shown.new),
        numbers=sum(_numbers(line.windows) for line in shown.lines),
        known=sum(line.outcome == "known" for line in shown.lines),
        wrong=sum(line.outcome == "wrong" for line in shown.lines),
        problem=problem,
    )


def _draft_row(line: PlanLine, now: datetime) -> DraftRow:
    number = line.draft.line
    cells = [
        Cell(name=f"{name}-{number}", label=f"第 {number} 行 {head}", value=value)
        for name, head, value in zip(CELLS, HEAD, line.draft.cells(), strict=True)
    ]
    notes = line.problems or _releases(line.windows, now)
    return DraftRow(line=number, cells=cells, mark=MARKS[line.outcome], notes=notes)


def _numbers(windows: Sequence[WindowPlan]) -> int:
    return sum(window.capacity for window in windows)


def _releases(windows: Sequence[WindowPlan], now: datetime) -> list[str]:
    """Say how many numbers are released when, and for whom."""
    counts: dict[tuple[datetime, str], int] = {}
    for window in windows:
        key = (window.opens_at, window.audience)
        counts[key] = counts.get(key, 0) + window.capacity
    words = {"public": "所有人", "signed": "签约居民", "elders": "老人"}
    return [
        f"{count} 个号给{words[audience]},{spoken_when(opens, now) + '放' if opens > now else '马上放'}"
        for (opens, audience), count in sorted(counts.items())
    ]


def this_week(now: datetime) -> date:
    """Return the Monday of the present week."""
    return week_of(local_day(now))


def empty_line(number: int, week: date) -> DraftLine:
    """Give a line to fill in."""
    return DraftLine(line=number, day=str(week), period="上午")

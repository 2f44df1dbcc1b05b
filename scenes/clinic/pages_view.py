"""What the clinic's pages for residents say: days to choose from, hours with free numbers, waitlist."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

import msgspec

from scenes.clinic.rules.sessions import WindowFacts
from scenes.clinic.service.schedule import SessionView
from scenes.clinic.tables import DepartmentRow
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import NEAR, WEEKDAYS, heard_when, spoken_day
from scenes.common.places.pages_view import PlaceLine

DAYS: Final = 8
"""Today and the seven days that are released."""

FEW_PERCENT: Final = 20
PERIODS: Final = {"am": "上午", "pm": "下午"}
AUDIENCES: Final = {"public": "", "signed": "签约居民", "elders": "60岁以上"}
FREE: Final = Mark("ok", "有号")
FEW: Final = Mark("few", "号不多")
FULL: Final = Mark("full", "约满")
STOPPED: Final = Mark("full", "停诊")
SOON: Final = Mark("off", "未放号")
OVER: Final = Mark("off", "已结束")
NONE: Final = Mark("off", "没有班")


class CentresView(msgspec.Struct, frozen=True, kw_only=True):
    """The health centres near by."""

    lines: list[PlaceLine]
    origin: str


class DepartmentLine(msgspec.Struct, frozen=True, kw_only=True):
    """A department and whether it has numbers in the next days."""

    href: str
    name: str
    about: str
    mark: Mark


class CentreView(msgspec.Struct, frozen=True, kw_only=True):
    """A health centre with its departments."""

    name: str
    back: str
    address: str
    phone: str | None
    place_href: str
    departments: list[DepartmentLine]


class DayTab(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the strip."""

    href: str
    word: str
    number: str
    mark: Mark
    chosen: bool


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """Half an hour of a doctor for one audience; without `href` it cannot be booked now."""

    href: str
    time: str
    whom: str
    about: str


class SessionCard(msgspec.Struct, frozen=True, kw_only=True):
    """A doctor's half-day."""

    id: str
    doctor: str
    title: str
    intro: str
    period: str
    fee: str
    mark: Mark
    slots: list[Slot]
    waitlist_href: str
    note: str


class DepartmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A department's sessions of one day."""

    place: str
    back: str
    department: str
    day: str
    days: list[DayTab]
    sessions: list[SessionCard]


class PatientChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Who can be booked for; `id` is empty for oneself."""

    id: str
    label: str
    chosen: bool


class ConfirmView(msgspec.Struct, frozen=True, kw_only=True):
    """A number about to be booked."""

    action: str
    back: str
    place: str
    day: str
    hours: str
    department: str
    doctor: str
    fee: str
    free: bool
    terms: list[str]
    patients: list[PatientChoice]
    add_patient: str
    reason: str
    problem: str = ""


class WaitlistView(msgspec.Struct, frozen=True, kw_only=True):
    """Waiting for a full session: the form, or the place on the list."""

    action: str
    back: str
    place: str
    when: str
    department: str
    doctor: str
    until: str
    group: str
    patients: list[PatientChoice]
    waiting: list[tuple[str, str, int]]
    problem: str = ""


def free_of(view: SessionView, now: datetime) -> int:
    """Count the numbers of a session that somebody can book now."""
    if view.row.state == "stopped":
        return 0
    return sum(window.free_at(now) for window in view.windows)


def mark_of(views: Sequence[SessionView], now: datetime) -> Mark:
    """Say how several sessions stand together."""
    if not views:
        return NONE
    free = sum(free_of(view, now) for view in views)
    if free:
        capacity = sum(w.capacity for view in views for w in view.windows if w.is_open(now))
        return FEW if free * 100 <= capacity * FEW_PERCENT else FREE
    states = {view.state(now) for view in views}
    for state, mark in (("full", FULL), ("upcoming", SOON), ("over", OVER)):
        if state in states:
            return mark
    return STOPPED


def department_line(
    row: DepartmentRow, views: Iterable[SessionView], now: datetime, *, href: str
) -> DepartmentLine:
    """Show a department with what is free in the next days."""
    own = [view for view in views if view.department.id == row.id]
    free = sum(free_of(view, now) for view in own)
    return DepartmentLine(
        href=href,
        name=row.name,
        about=f"{DAYS} 天内还有 {free} 个号" if free else "",
        mark=mark_of(own, now),
    )


def day_tabs(
    views: Sequence[SessionView],
    *,
    base: str,
    first: date,
    chosen: date,
    now: datetime,
    along: Callable[[str], str],
) -> list[DayTab]:
    """Lay out the days to choose from; `along` adds to a path what somebody came with."""
    tabs: list[DayTab] = []
    for day in (first + timedelta(days=ahead) for ahead in range(DAYS)):
        near = NEAR.get((day - first).days)
        tabs.append(
            DayTab(
                href=along(f"{base}?date={day}"),
                word=near or f"周{WEEKDAYS[day.weekday()]}",
                number=f"{day.month}/{day.day}",
                mark=mark_of([view for view in views if view.row.day == day], now),
                chosen=day == chosen,
            )
        )
    return tabs


def first_free_day(views: Sequence[SessionView], *, first: date, now: datetime) -> date:
    """Choose the first day with a free number, or today."""
    days = [view.row.day for view in views if free_of(view, now)]
    return min(days, default=first)


def session_card(view: SessionView, now: datetime, *, along: Callable[[str], str]) -> SessionCard:
    """Show a doctor's half-day with its hours; `along` adds to a path what somebody came with."""
    row, state = view.row, view.state(now)
    may_wait = state == "full" and now < row.waitlist_until
    return SessionCard(
        id=str(row.id),
        doctor=view.doctor.name,
        title=view.doctor.title,
        intro=view.doctor.intro,
        period=PERIODS[row.period],
        fee=yuan_text(row.fee_fen) if row.fee_fen else "不收费",
        mark=mark_of([view], now),
        slots=[_along(slot, along) for slot in _slots(view, now)]
        if state in {"open", "full", "upcoming"}
        else [],
        waitlist_href=f"/clinic/sessions/{row.id}/waitlist" if may_wait else "",
        note=_note(view, state, now),
    )


def _along(slot: Slot, along: Callable[[str], str]) -> Slot:
    return msgspec.structs.replace(slot, href=along(slot.href)) if slot.href else slot


def _note(view: SessionView, state: str, now: datetime) -> str:
    if state == "upcoming" and now < view.row.release_at:
        return f"{heard_when(view.row.release_at, now)}放号。"
    if state == "upcoming":
        later = min((w.opens_at for w in view.windows if w.opens_at > now), default=None)
        return f"{heard_when(later, now)}放当日号。" if later else ""
    return "这一场停诊了,请选别的医生或时间。" if state == "stopped" else ""


def _slots(view: SessionView, now: datetime) -> list[Slot]:
    alive = sorted(
        (window for window in view.windows if window.state == "open" and window.ends_at > now),
        key=lambda window: (window.starts_at, window.audience_at(now) != "public"),
    )
    slots: list[Slot] = []
    for _, group in groupby(alive, key=lambda window: (window.starts_at, window.audience_at(now))):
        slots.append(_slot(list(group), now))
    return slots


def _slot(windows: Sequence[WindowFacts], now: datetime) -> Slot:
    """Show the windows of one half hour and audience as one choice; the fullest are filled up first."""
    free = [window for window in windows if window.free_at(now) > 0]
    count = sum(window.free_at(now) for window in free)
    whom = AUDIENCES.get(windows[0].audience_at(now), "")
    about = f"剩 {count} 个" if count else _closed_word(windows, now)
    return Slot(
        href=f"/clinic/windows/{free[0].id}" if free else "",
        time=f"{shanghai(windows[0].starts_at):%-H:%M}",
        whom=whom,
        about=about,
    )


def _closed_word(windows: Sequence[WindowFacts], now: datetime) -> str:
    if any(window.opens_at > now for window in windows):
        opens = min(window.opens_at for window in windows if window.opens_at > now)
        same = local_day(opens) == local_day(now)
        return f"{shanghai(opens):%-H:%M} 放号" if same else "未放号"
    return "约满" if any(window.is_open(now) for window in windows) else "已截止"


def session_words(view: SessionView, now: datetime) -> tuple[str, str, str]:
    """Say when a session is, its department and its doctor."""
    when = f"{spoken_day(view.row.day, local_day(now))}{PERIODS[view.row.period]}"
    return when, view.department.name, f"{view.doctor.name} {view.doctor.title}"

"""The half-days of a department as answers: with numbers, full, or not released yet. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final, Literal
from uuid import UUID

import msgspec

from accessibility.flows.rules import Option
from scenes.clinic.pages_view import FEW_PERCENT, PERIODS
from scenes.clinic.rules.sessions import WindowFacts, free_for_public
from scenes.clinic.service.schedule import SessionView
from scenes.common.booking.rules import ELDER_AGE, age_on
from scenes.common.kit.clock import local_day
from scenes.common.kit.speech import NEAR, WEEKDAYS, heard_when, spoken_time

State = Literal["open", "full", "soon"]

RANK: Final[dict[State, int]] = {"open": 0, "full": 1, "soon": 2}
MOST_NAMED: Final = 2
"""Doctors named in one line."""


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """For whom numbers are kept: how old, and whether they have a family doctor at the venue."""

    birth_date: date
    signed: bool

    def may_take(self, window: WindowFacts, now: datetime) -> bool:
        """Tell whether a window's numbers are for this person now."""
        audience = window.audience_at(now)
        if audience == "elders":
            return age_on(self.birth_date, local_day(window.starts_at)) >= ELDER_AGE
        return audience == "public" or self.signed


class HalfDay(msgspec.Struct, frozen=True, kw_only=True):
    """The sessions of one half-day, and how they stand for a patient."""

    day: date
    period: str
    views: tuple[SessionView, ...]
    state: State
    free: int
    few: bool
    since: datetime | None = None

    @property
    def value(self) -> str:
        """Return what the run keeps: the half-day as it stood when it was chosen."""
        return f"{self.state}~{self.day}~{self.period}"


def half_label(day: date, period: str, today: date) -> str:
    """Say a half-day: 明天上午, 11月30日上午."""
    near = NEAR.get((day - today).days)
    return f"{near or f'{day.month}月{day.day}日'}{PERIODS[period]}"


def half_days(views: Sequence[SessionView], patient: Patient, now: datetime) -> list[HalfDay]:
    """Gather sessions into half-days: those with numbers first, then full ones, then those to come."""
    ordered = sorted(views, key=lambda view: (view.row.day, view.row.period))
    found: list[HalfDay] = []
    for (day, period), group in groupby(ordered, key=lambda view: (view.row.day, view.row.period)):
        half = _half_day(day, period, tuple(group), patient, now=now)
        if half is not None:
            found.append(half)
    return sorted(found, key=lambda half: (RANK[half.state], half.day, half.period))


def _half_day(
    day: date, period: str, views: tuple[SessionView, ...], patient: Patient, *, now: datetime
) -> HalfDay | None:
    mine = [
        w for view in views if view.row.state != "stopped" for w in view.windows if patient.may_take(w, now)
    ]
    free = sum(window.free_at(now) for window in mine)
    room = sum(window.capacity for window in mine if window.is_open(now))
    states = {view.state(now) for view in views}
    waits = any(can_wait(view, now) for view in views)
    state: State | None = "open" if free else "full" if waits else "soon" if "upcoming" in states else None
    if state is None:
        return None
    few = free * 100 <= room * FEW_PERCENT
    return HalfDay(
        day=day, period=period, views=views, state=state, free=free, few=few, since=_released(views, now)
    )


def can_wait(view: SessionView, now: datetime) -> bool:
    """Tell whether somebody can wait for a number of a session: open, and nothing left for everybody."""
    open_now = view.state(now) in {"full", "open"}
    return open_now and now < view.row.waitlist_until and free_for_public(view.windows, now) == 0


def _released(views: Iterable[SessionView], now: datetime) -> datetime | None:
    """Return when the next numbers of some sessions can be booked."""
    opens = [w.opens_at for view in views for w in view.windows if w.state == "open" and w.opens_at > now]
    return min(opens, default=None)


def day_option(half: HalfDay, now: datetime) -> Option:
    """Show a half-day as an answer."""
    calendar = f"{half.day.month}月{half.day.day}日 星期{WEEKDAYS[half.day.weekday()]}"
    label = half_label(half.day, half.period, local_day(now))
    return Option(
        value=half.value,
        label=label,
        about=f"{calendar} · {doctors_of(half.views)}",
        speak=f"{label},{MARKS[_mark(half)][1]}",
        mark=MARKS[_mark(half)],
    )


MARKS: Final = {
    "open": ("ok", "有号"), "few": ("few", "号不多"), "full": ("full", "约满了"), "soon": ("off", "还没放号"),
}  # fmt: skip


def _mark(half: HalfDay) -> str:
    return "few" if half.state == "open" and half.few else half.state


def doctors_of(views: Iterable[SessionView]) -> str:
    """Name the doctors of some sessions."""
    names = list(dict.fromkeys(view.doctor.name for view in views))
    return "、".join(names[:MOST_NAMED]) + ("等医生" if len(names) > MOST_NAMED else "医生")


def released_words(half: HalfDay, now: datetime) -> str:
    """Say from when a half-day can be booked."""
    return f"{heard_when(half.since, now)}放号。" if half.since is not None else "放号时间还没有定。"


def time_options(half: HalfDay, patient: Patient, now: datetime) -> list[Option]:
    """List the half hours with free numbers, earliest first, each with the doctor who has most of them.

    Other doctors at the same times come after; of one doctor's numbers the public's are used last.
    """
    found: dict[tuple[datetime, UUID], list[WindowFacts]] = {}
    names = {view.doctor.id: view.doctor.name for view in half.views}
    for view in half.views:
        for window in view.windows if view.row.state != "stopped" else ():
            if window.free_at(now) > 0 and patient.may_take(window, now):
                found.setdefault((window.starts_at, view.doctor.id), []).append(window)
    ranked: list[tuple[int, datetime, Option]] = []
    for starts_at, group in groupby(sorted(found, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        times = [_time_option(found[pair], names[pair[1]], now) for pair in group]
        times.sort(key=lambda option: -option[0])
        ranked += [(rank, starts_at, option) for rank, (_, option) in enumerate(times)]
    return [option for _, _, option in sorted(ranked, key=lambda each: each[:2])]


def _time_option(windows: Sequence[WindowFacts], doctor: str, now: datetime) -> tuple[int, Option]:
    """Show one doctor's half hour, with how many numbers it has."""
    count = sum(window.free_at(now) for window in windows)
    kept = min(windows, key=lambda window: window.audience_at(now) == "public")
    label = spoken_time(kept.starts_at)
    return count, Option(
        value=str(kept.id), label=label, about=f"{doctor}医生 · 剩{count}个号", speak=f"{label},{doctor}医生"
    )

"""Planning a venue's schedule: what lines would publish, shown under a token, then exactly that published."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import store_schedule as store
from scenes.clinic.errors import RuleMissing, ScheduleChanged, ScheduleOverlaps, ScheduleWrong, ShiftInvalid
from scenes.clinic.rules.drafts import DraftLine, Hours, draft_of, overlapping, read_shift
from scenes.clinic.rules.rule import DatedRule, rule_for
from scenes.clinic.rules.windows import PeriodName, Shift, WindowPlan, hours_of, windows_for
from scenes.clinic.service.desk import check_scope
from scenes.clinic.service.schedule import (
    Published,
    SessionView,
    publish_schedule,
    rules_in_force,
    sessions_of,
)
from scenes.clinic.tables import ClinicSessionRow
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.wire import fingerprint

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
PERIODS: Final[dict[str, PeriodName]] = {"am": "am", "pm": "pm"}

Outcome = Literal["new", "known", "wrong"]


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a line would do: publish a shift with these windows, nothing since it is there, or it is wrong."""

    draft: DraftLine
    outcome: Outcome
    problems: list[str] = []
    shift: Shift | None = None
    windows: list[WindowPlan] = []


class Plan(msgspec.Struct, frozen=True):
    """What lines would do; the token stands for exactly these shifts and windows."""

    lines: list[PlanLine]
    token: str

    @property
    def new(self) -> list[Shift]:
        """List the shifts that would be published."""
        return [line.shift for line in self.lines if line.outcome == "new" and line.shift]

    @property
    def is_wrong(self) -> bool:
        """Tell whether any line is wrong."""
        return any(line.outcome == "wrong" for line in self.lines)


async def plan(
    session: AsyncSession, staff: Staff, place_id: UUID, drafts: Sequence[DraftLine], *, now: datetime
) -> Plan:
    """Say what lines would publish at a venue, and change nothing (ClinicNotFound outside the scope)."""
    check_scope(staff, place_id)
    names = await _doctors(session, place_id)
    rules, today = await rules_in_force(session), local_day(now)
    read = [(draft, read_shift(draft, place_id, names, today)) for draft in drafts]
    days = [shift.day for _, shift in read if isinstance(shift, Shift)]
    there = await _hours_there(session, place_id, days)
    lines: list[PlanLine] = []
    taken = list(there)
    for draft, shift in read:
        lines.append(_planned(draft, shift, rules, there=there, taken=taken))
    token = fingerprint(
        str(place_id), [(line.shift, line.windows) for line in lines if line.outcome == "new"]
    )
    return Plan(lines, token.hex())


def _planned(
    draft: DraftLine,
    shift: Shift | list[str],
    rules: Sequence[DatedRule],
    *,
    there: Sequence[Hours],
    taken: list[Hours],
) -> PlanLine:
    """Judge one line beside what is there and the lines before it, which `taken` gathers."""
    if isinstance(shift, list):
        return PlanLine(draft=draft, outcome="wrong", problems=shift)
    same = [each for each in taken if _shift_key(each) == (shift.doctor_id, shift.day, shift.period)]
    if same:
        if same[0] in there:
            return PlanLine(draft=draft, outcome="known", shift=shift)
        return PlanLine(draft=draft, outcome="wrong", problems=["和前面一行是同一位医生的同一个半天"])
    try:
        rule = rule_for(shift.place_id, shift.day, rules)
        hours = Hours(shift.doctor_id, shift.day, shift.period, *hours_of(shift, rule))
        windows = windows_for(shift, rule)
    except (RuleMissing, ShiftInvalid) as refused:
        return PlanLine(draft=draft, outcome="wrong", problems=[refused.detail])
    if overlapping(hours, taken):
        return PlanLine(draft=draft, outcome="wrong", problems=[ScheduleOverlaps.zh])
    taken.append(hours)
    return PlanLine(draft=draft, outcome="new", shift=shift, windows=windows)


async def publish(  # noqa: PLR0913 - who publishes which lines where, as shown under which token
    session: AsyncSession,
    staff: Staff,
    place_id: UUID,
    drafts: Sequence[DraftLine],
    *,
    token: str,
    now: datetime,
) -> Published:
    """Publish what was shown under a token, all of it or nothing.

    Refuses with ScheduleWrong, and with ScheduleChanged when lines, rules or sessions changed since.
    """
    check_scope(staff, place_id)
    await store.lock_schedule(session, place_id)
    present = await plan(session, staff, place_id, drafts, now=now)
    if present.is_wrong:
        raise ScheduleWrong
    if present.token != token:
        raise ScheduleChanged
    return await publish_schedule(session, present.new)


async def refuse_overlaps(session: AsyncSession, place_id: UUID, shifts: Sequence[Shift]) -> None:
    """Keep a doctor from sitting in two sessions at once (ScheduleOverlaps)."""
    await store.lock_schedule(session, place_id)
    rules = await rules_in_force(session)
    taken = await _hours_there(session, place_id, [shift.day for shift in shifts])
    for shift in shifts:
        rule = rule_for(shift.place_id, shift.day, rules)
        hours = Hours(shift.doctor_id, shift.day, shift.period, *hours_of(shift, rule))
        if overlapping(hours, taken):
            raise ScheduleOverlaps
        taken.append(hours)


async def copied(
    session: AsyncSession, staff: Staff, place_id: UUID, *, week: date, now: datetime
) -> list[DraftLine]:
    """Write the lines for the week that begins on `week` as the week before it was published."""
    check_scope(staff, place_id)
    before = await sessions_of(session, place_id, first=week - WEEK, last=week - DAY, now=now)
    rules = await rules_in_force(session)
    return [_copy(view, WEEK, rules, line) for line, view in enumerate(_running(before), start=1)]


async def written(
    session: AsyncSession, staff: Staff, place_id: UUID, *, week: date, now: datetime
) -> list[DraftLine]:
    """Write a week's sessions as lines, for a file."""
    check_scope(staff, place_id)
    views = await sessions_of(session, place_id, first=week, last=week + WEEK - DAY, now=now)
    rules = await rules_in_force(session)
    return [_copy(view, timedelta(), rules, line) for line, view in enumerate(_running(views), start=1)]


def _running(views: Sequence[SessionView]) -> list[SessionView]:
    return [view for view in views if view.row.state == "open"]


def _copy(view: SessionView, later: timedelta, rules: Sequence[DatedRule], line: int) -> DraftLine:
    """Write a session as a line some days later; only what differs from the rule is written out."""
    row, day = view.row, view.row.day + later
    usual = Shift(
        place_id=row.place_id, doctor_id=row.doctor_id, day=day, period=PERIODS[row.period],
        fee_fen=row.fee_fen, starts=shanghai(row.starts_at).time(), ends=shanghai(row.ends_at).time(),
    )  # fmt: skip
    numbers = sum(window.capacity for window in view.windows)
    try:
        planned = sum(window.capacity for window in windows_for(usual, rule_for(row.place_id, day, rules)))
    except (RuleMissing, ShiftInvalid):
        planned = 0
    shift = msgspec.structs.replace(usual, numbers=numbers if numbers != planned else None)
    return draft_of(shift, (view.department.name, view.doctor.name), line)


async def _doctors(session: AsyncSession, place_id: UUID) -> dict[tuple[str, str], list[UUID]]:
    found: dict[tuple[str, str], list[UUID]] = {}
    for doctor, department in await store.doctors_of(session, place_id):
        found.setdefault((department.name, doctor.name), []).append(doctor.id)
    return found


async def _hours_there(session: AsyncSession, place_id: UUID, days: Sequence[date]) -> list[Hours]:
    if not days:
        return []
    rows = await store.sessions_between(session, place_id, first=min(days), last=max(days))
    return [_hours(row) for row in rows]


def _hours(row: ClinicSessionRow) -> Hours:
    return Hours(row.doctor_id, row.day, row.period, row.starts_at, row.ends_at)


def _shift_key(hours: Hours) -> tuple[UUID, date, str]:
    return hours.doctor_id, hours.day, hours.period

"""Publishing a month of sessions at once, as clinic.service.publish_schedule would, but copied in bulk.

The clinic's own rules cut the half-days into windows; a test holds the result against its own publishing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.rules.rule import ClinicRule, rule_for
from scenes.clinic.rules.windows import Shift, WindowPlan, day_before, hours_of, release_at, windows_for
from scenes.clinic.service.schedule import SCENE, rules_in_force
from scenes.clinic.tables import ClinicSessionRow
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import local_day
from scenes.demo import store
from scenes.demo.rules.chance import drawn_id, moment_of, stream
from scenes.demo.rules.staffing import Department, Duty, duties
from scenes.demo.rules.visits import Slot
from scenes.demo.service.clinics import Clinics

Record = tuple[Any, ...]

SESSION_COLUMNS: Final = (
    "id", "place_id", "department_id", "doctor_id", "day", "period", "starts_at", "ends_at", "fee_fen",
    "grade", "release_at", "waitlist_until", "state",
)  # fmt: skip
WINDOW_COLUMNS: Final = (
    "id", "scene", "place_id", "group_id", "title", "resource", "starts_at", "ends_at", "capacity", "taken",
    "opens_at", "closes_at", "audience", "falls_through_at", "state", "price_fen", "hold_seconds", "terms",
)  # fmt: skip


async def add_sessions(
    session: AsyncSession, clinics: Clinics, *, seed: int, days: int, now: datetime
) -> list[Slot]:
    """Add the sessions of so many days back and ahead that are not there; return their windows to be.

    The windows are not written yet: who has booked them decides how many units are taken.
    """
    today, span = local_day(now), timedelta(days=days)
    known = await store.shifts_known(session, first=today - span, last=today + span)
    rules = await rules_in_force(session)
    departments = {each.id: each for each in clinics.departments}
    records: list[Record] = []
    slots: list[Slot] = []
    for duty in duties(clinics.doctors, first=today - span, last=today + span):
        if (duty.doctor.id, duty.day, duty.period) not in known:
            rule = rule_for(duty.doctor.site_id, duty.day, rules)
            planned = planned_session(seed, duty, departments[duty.doctor.department_id], rule)
            records.append(planned[0])
            slots += planned[1]
    await store.load(session, ClinicSessionRow, columns=SESSION_COLUMNS, records=records)
    return slots


async def add_windows(session: AsyncSession, slots: Sequence[Slot], taken: Mapping[UUID, int]) -> None:
    """Write windows with what is taken of them."""
    records = (window_record(slot, taken.get(slot.id, 0)) for slot in slots)
    await store.load(session, BookingWindowRow, columns=WINDOW_COLUMNS, records=records)


def planned_session(
    seed: int, duty: Duty, department: Department, rule: ClinicRule
) -> tuple[Record, list[Slot]]:
    """Make a session's record, in the order of SESSION_COLUMNS, and its windows."""
    doctor, shift = duty.doctor, _shift(duty)
    chance = stream(seed, "session", doctor.id, duty.day, duty.period)
    released = release_at(duty.day, rule)
    starts_at, ends_at = hours_of(shift, rule)
    session_id = drawn_id(chance, moment_of(released))
    record = (
        session_id,
        doctor.site_id,
        department.id,
        doctor.id,
        duty.day,
        duty.period,
        starts_at,
        ends_at,
        doctor.fee_fen,
        doctor.grade,
        released,
        day_before(duty.day, rule.waitlist_until),
        "open",
    )
    plans = windows_for(shift, rule)
    return record, [_slot(chance, session_id, duty, department=department, plan=plan) for plan in plans]


def window_record(slot: Slot, taken: int) -> Record:
    """Make a window's record in the order of WINDOW_COLUMNS."""
    return (
        slot.id,
        SCENE,
        slot.place_id,
        slot.group_id,
        slot.title,
        slot.resource,
        slot.starts_at,
        slot.ends_at,
        slot.capacity,
        taken,
        slot.opens_at,
        slot.closes_at,
        slot.audience,
        slot.falls_through_at,
        "open",
        slot.price_fen,
        slot.hold_seconds,
        slot.terms,
    )


def _shift(duty: Duty) -> Shift:
    doctor = duty.doctor
    return Shift(
        place_id=doctor.site_id,
        doctor_id=doctor.id,
        day=duty.day,
        period=duty.period,
        fee_fen=doctor.fee_fen,
    )


def _slot(chance: Random, session_id: UUID, duty: Duty, *, department: Department, plan: WindowPlan) -> Slot:
    doctor = duty.doctor
    return Slot(
        id=drawn_id(chance, moment_of(plan.opens_at)),
        group_id=session_id,
        place_id=doctor.site_id,
        code=department.code,
        title=f"{department.name} {doctor.name} {doctor.grade}",
        resource=doctor.name,
        day=duty.day,
        period=duty.period,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        over_at=plan.ends_at + timedelta(minutes=plan.terms.grace_minutes),
        capacity=plan.capacity,
        audience=plan.audience,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        falls_through_at=plan.falls_through_at,
        price_fen=doctor.fee_fen,
        hold_seconds=plan.hold_seconds,
        terms=msgspec.json.encode(plan.terms).decode(),
    )

"""The desk's side of the daily sign: who has not been seen today, and the visits; scoped by role, audited."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import instant, local_day, shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.people import service as people
from scenes.eldercare.errors_wellbeing import VisitOver, VisitTaken
from scenes.eldercare.service.desk import check_desk
from scenes.eldercare.service.wellbeing import sign_for
from scenes.eldercare.store import requests as care_store
from scenes.eldercare.store import wellbeing as store
from scenes.eldercare.tables.wellbeing import WellbeingMissRow

Result = Literal["fine", "helped", "hospital", "away"]


class Unseen(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose hour is over without a sign: how far it has come, and a visit's clock."""

    person_id: UUID
    name: str
    area: str
    since: datetime
    step: int
    visit_id: UUID | None = None
    visit_due: datetime | None = None
    taken_by: UUID | None = None


class VisitDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as whoever goes sees it: the name, the number, who has it in hand."""

    row: WellbeingMissRow
    name: str
    area: str
    phone: str | None
    taken_name: str


async def unseen(session: AsyncSession, staff: Staff, *, now: datetime) -> list[Unseen]:
    """List who has not been seen: open visits first, what is due first, then the rest of today."""
    check_desk(staff)
    day = local_day(now)
    found = [_visit(row, name, area) for row, name, area in await store.visits(session)]
    known = {each.person_id for each in found}
    for plan, missed, name, area in await store.unseen(session, day, hour=shanghai(now).time()):
        if plan.person_id not in known and (missed is None or missed.closed_at is None):
            since = instant(day, plan.by_hour)
            step = missed.step if missed else 0
            found.append(Unseen(person_id=plan.person_id, name=name, area=area, since=since, step=step))
    return found


def _visit(row: WellbeingMissRow, name: str, area: str) -> Unseen:
    return Unseen(
        person_id=row.person_id, name=name, area=area, since=row.reminded_at, step=row.step,
        visit_id=row.id, visit_due=row.visit_due, taken_by=row.taken_by,
    )  # fmt: skip


async def detail(
    session: AsyncSession, staff: Staff, visit_id: UUID, *, cipher: FieldCipher, now: datetime
) -> VisitDetail:
    """Open a visit with its number (NotTheCareDesk, VisitOver); who looked is written down."""
    row = await _visited(session, staff, visit_id)
    person = await store.person(session, row.person_id)
    phone = await people.phone_of(session, row.person_id, cipher=cipher)
    taken = await care_store.staff_name(session, row.taken_by) if row.taken_by else ""
    await _audit(session, staff, row, "read", now=now)
    return VisitDetail(
        row=row, name=person.name if person else "", area=person.area if person else "", phone=phone,
        taken_name=taken,
    )  # fmt: skip


async def take(session: AsyncSession, staff: Staff, visit_id: UUID, *, now: datetime) -> WellbeingMissRow:
    """Set out for a visit (NotTheCareDesk, VisitOver, VisitTaken); taking it again changes nothing."""
    row = await _visited(session, staff, visit_id, opened=True)
    if row.taken_by not in {None, staff.staff_id}:
        raise VisitTaken
    if row.taken_by is None:
        row.taken_by, row.taken_at = staff.staff_id, now
        await _audit(session, staff, row, "take", now=now)
    return row


async def close(
    session: AsyncSession, staff: Staff, visit_id: UUID, *, result: Result, now: datetime
) -> WellbeingMissRow:
    """Write down what came of a visit (NotTheCareDesk, VisitOver); found well, the day counts as seen."""
    row = await _visited(session, staff, visit_id, opened=True)
    row.closed_at, row.closed_by, row.result = now, staff.staff_id, result
    if result in {"fine", "helped"}:
        await sign_for(session, row.person_id, how="staff", now=now)
    await _audit(session, staff, row, f"close.{result}", now=now)
    return row


async def _visited(
    session: AsyncSession, staff: Staff, visit_id: UUID, *, opened: bool = False
) -> WellbeingMissRow:
    check_desk(staff)
    row = await store.miss(session, visit_id)
    if row is not None and opened:
        await store.plan(session, row.person_id, lock=True)  # first the plan, then the day, as everywhere
        row = await store.miss(session, visit_id, lock=True)
    if row is None or row.visit_due is None or (opened and row.closed_at is not None):
        raise VisitOver
    return row


async def _audit(
    session: AsyncSession, staff: Staff, row: WellbeingMissRow, what: str, *, now: datetime
) -> None:
    action = f"staff.wellbeing.{what}"
    await people.append_audit(session, staff.staff_id, action=action, subject_ids=[row.person_id], now=now)


async def note_read(session: AsyncSession, staff: Staff, shown: Sequence[Unseen], *, now: datetime) -> None:
    """Write down whose absence the desk looked at."""
    subjects = sorted({each.person_id for each in shown})
    await people.append_audit(
        session, staff.staff_id, action="staff.wellbeing.list", subject_ids=subjects, now=now
    )

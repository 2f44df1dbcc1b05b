"""From one shift to the next: the notes left, and what a day came to."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import day_span
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.eldercare.errors import NotTheCareDesk
from scenes.eldercare.service.desk import check_desk
from scenes.eldercare.store import requests as store
from scenes.eldercare.tables.requests import CareHandoverRow, CareRequestRow, CareStepRow

LISTED = 10


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-over note: who left it, when, and the words."""

    at: datetime
    by: str
    words: str


class ReportLine(msgspec.Struct, frozen=True, kw_only=True):
    """A request in the day's report, without names; how often somebody was sent, and when each step was."""

    id: UUID
    service: str
    state: str
    requested_at: datetime
    promised_at: datetime
    sent: int
    accepted_at: datetime | None
    arrived_at: datetime | None
    arrived_by: str | None
    done_at: datetime | None
    stars: int | None

    @property
    def kept(self) -> bool | None:
        """Tell whether somebody was there by the time promised; none while nobody has come."""
        return self.arrived_at <= self.promised_at if self.arrived_at else None


async def leave_note(  # noqa: PLR0913 - one fact each
    session: AsyncSession, staff: Staff, place_id: UUID, *, words: str, cipher: FieldCipher, now: datetime
) -> None:
    """Leave a note to the next shift of a venue (NotTheCareDesk for a carer or another's venue)."""
    await _check(session, staff)
    if not staff.may_work_at(place_id):
        raise NotTheCareDesk
    note_id = new_id()
    sealed = cipher.seal(words, context=_context(note_id))
    session.add(
        CareHandoverRow(id=note_id, place_id=place_id, note_sealed=sealed, written_by=staff.staff_id, at=now)
    )
    await session.flush()


async def notes(session: AsyncSession, staff: Staff, *, cipher: FieldCipher) -> list[Note]:
    """Read the last notes of one's venues, newest first (NotTheCareDesk)."""
    await _check(session, staff)
    found = await store.handovers(session, _scope(staff), limit=LISTED)
    return [
        Note(at=row.at, by=name, words=cipher.open(row.note_sealed, context=_context(row.id)))
        for row, name in found
    ]


async def report(session: AsyncSession, staff: Staff, day: date) -> list[ReportLine]:
    """List a day's requests at one's venues with the time of each step (NotTheCareDesk)."""
    await _check(session, staff)
    begin, end = day_span(day)
    rows = await store.requests_between(session, begin, end, place_ids=_scope(staff))
    log = await store.steps_of(session, [row.id for row in rows])
    names = {row.id: row.name for row in await store.services(session)}
    return [
        _line(row, names.get(row.service_id, ""), [s for s in log if s.request_id == row.id]) for row in rows
    ]


def _line(row: CareRequestRow, service: str, steps: Sequence[CareStepRow]) -> ReportLine:
    accepted = [step.at for step in steps if step.kind == "accept"]
    return ReportLine(
        id=row.id, service=service, state=row.state, requested_at=row.requested_at,
        promised_at=row.promised_at, sent=sum(step.kind == "assign" for step in steps),
        accepted_at=accepted[-1] if accepted else None, arrived_at=row.arrived_at, arrived_by=row.arrived_by,
        done_at=row.done_at, stars=row.stars,
    )  # fmt: skip


async def works_at_desk(session: AsyncSession, staff: Staff) -> bool:
    """Tell whether somebody is of the desk, and not a carer who only sees their own visits."""
    check_desk(staff)
    return await store.carer(session, staff.staff_id) is None


async def _check(session: AsyncSession, staff: Staff) -> None:
    if not await works_at_desk(session, staff):
        raise NotTheCareDesk


def _scope(staff: Staff) -> frozenset[UUID] | None:
    return None if staff.role == "district" else staff.place_ids


def _context(note_id: UUID) -> str:
    return f"care_handover.note:{note_id}"

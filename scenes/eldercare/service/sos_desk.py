"""What the desk does about alarms: see them, answer, attend, close with a result, practise; all audited."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import instant
from scenes.common.kit.crypto import FieldCipher
from scenes.common.people import service as people
from scenes.common.people.service import append_audit
from scenes.eldercare.errors_sos import AlarmNotFound, ClosingInvalid, NotTheAlarmDesk, PersonNotFound
from scenes.eldercare.rules.figures import Figures, Timed, figures_of
from scenes.eldercare.service import sos
from scenes.eldercare.service.alarm_log import record
from scenes.eldercare.service.on_ladder import tell_all
from scenes.eldercare.store import sos as store
from scenes.eldercare.tables.sos import SosAlarmRow, result_context

Result = Literal["helped", "hospital", "no_need", "drill"]
ROLES: Final = frozenset({"eldercare", "district"})
LISTED: Final = 20


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """The alarms that are open, real ones first, and those closed last."""

    open: Sequence[sos.AlarmView]
    closed: Sequence[sos.AlarmView]


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """All that the desk needs to help: the alarm, the place, what was said, and the number to ring back.

    `home` is where the person lives, wherever their phone is.
    """

    view: sos.AlarmView
    spot: sos.Spot | None
    home: str
    note: str
    phone: str | None


def check_desk(staff: Staff) -> None:
    """Refuse whoever does not work on alarms (NotTheAlarmDesk)."""
    if staff.role not in ROLES:
        raise NotTheAlarmDesk


async def desk(session: AsyncSession, staff: Staff) -> Desk:
    """Read the alarms for the desk's page (NotTheAlarmDesk); no place and no number is on it."""
    check_desk(staff)
    return Desk(
        open=[await sos.view_of(session, row) for row in await store.open_alarms(session)],
        closed=[await sos.view_of(session, row) for row in await store.closed_alarms(session, limit=LISTED)],
    )


async def detail(
    session: AsyncSession, staff: Staff, alarm_id: UUID, *, cipher: FieldCipher, now: datetime
) -> Detail:
    """Open an alarm with its place and number (NotTheAlarmDesk, AlarmNotFound); written down each time.

    While the tap can still be taken back, nobody is on the ladder yet, and there is nothing to see.
    """
    check_desk(staff)
    row = await _called(session, alarm_id)
    if not await _has_seen(session, row, staff):
        await record(session, row, "seen", actor="staff", actor_id=staff.staff_id, now=now)
    view = await sos.view_of(session, row)
    phone = await people.phone_of(session, row.person_id, cipher=cipher)
    await _audit(session, staff, row, "read", now=now)
    return Detail(
        view=view, spot=sos.spot_of(row, cipher), home=sos.home_of(view, cipher),
        note=sos.note_of(row, cipher), phone=phone,
    )  # fmt: skip


async def open_phone(
    session: AsyncSession, staff: Staff, alarm_id: UUID, *, cipher: FieldCipher, now: datetime
) -> Detail:
    """Open an alarm to ring its person (NotTheAlarmDesk, AlarmNotFound); that is written down too."""
    found = await detail(session, staff, alarm_id, cipher=cipher, now=now)
    await _audit(session, staff, found.view.row, "phone", now=now)
    return found


async def answer(session: AsyncSession, staff: Staff, alarm_id: UUID, *, now: datetime) -> SosAlarmRow:
    """Say 「我来处理」 at the desk (NotTheAlarmDesk, AlarmNotFound, AlarmOver)."""
    check_desk(staff)
    await _called(session, alarm_id)
    row = await sos.answer(session, alarm_id, actor="staff", actor_id=staff.staff_id, now=now)
    await _audit(session, staff, row, "answer", now=now)
    return row


async def attend(session: AsyncSession, staff: Staff, alarm_id: UUID, *, now: datetime) -> SosAlarmRow:
    """Note at the desk that somebody is with the person (NotTheAlarmDesk, AlarmNotFound, AlarmOver)."""
    check_desk(staff)
    await _called(session, alarm_id)
    row = await sos.attend(session, alarm_id, actor="staff", actor_id=staff.staff_id, now=now)
    await _audit(session, staff, row, "attend", now=now)
    return row


async def close(  # noqa: PLR0913 - each is one fact of the closing
    session: AsyncSession,
    staff: Staff,
    alarm_id: UUID,
    *,
    result: Result,
    note: str,
    cipher: FieldCipher,
    now: datetime,
) -> SosAlarmRow:
    """Close an alarm with what came of it (NotTheAlarmDesk, AlarmNotAnswered, AlarmOver, ClosingInvalid)."""
    check_desk(staff)
    row = await _called(session, alarm_id)
    if (result == "drill") != row.drill:
        raise ClosingInvalid
    at = await record(session, row, "closed", actor="staff", actor_id=staff.staff_id, now=now)
    row.closed_at, row.closed_by, row.result = at, staff.staff_id, result
    if note:
        row.result_note_sealed = cipher.seal(note[: sos.LONGEST_NOTE], context=result_context(row.id))
    await tell_all(session, row, "sos_closed", now=at)
    await _audit(session, staff, row, f"close.{result}", now=now)
    return row


async def start_drill(
    session: AsyncSession, staff: Staff, person_id: UUID, *, cipher: FieldCipher, now: datetime
) -> SosAlarmRow:
    """Practise the ladder with a resident who agreed to it (NotTheAlarmDesk, PersonNotFound)."""
    check_desk(staff)
    person = await store.person(session, person_id)
    if person is None or person.erased_at is not None:
        raise PersonNotFound
    plea = sos.Plea(person_id=person_id, raised_by=staff.staff_id, drill=True)
    row, _ = await sos.raise_alarm(session, plea, cipher=cipher, now=now)
    await _audit(session, staff, row, "drill", now=now)
    return row


async def start_drill_by_phone(
    session: AsyncSession, staff: Staff, phone: str, *, cipher: FieldCipher, now: datetime
) -> SosAlarmRow:
    """Practise with the resident who has this number (NotTheAlarmDesk, PersonNotFound)."""
    check_desk(staff)
    digits = "".join(filter(str.isdigit, phone))
    person_id = await store.person_by_phone(session, cipher.index(digits))
    if person_id is None:
        raise PersonNotFound
    return await start_drill(session, staff, person_id, cipher=cipher, now=now)


async def figures(
    session: AsyncSession, staff: Staff, *, since: date, until: date, drill: bool = False
) -> tuple[Figures, Sequence[SosAlarmRow]]:
    """Reckon the shares of a span of days, real alarms and drills apart (NotTheAlarmDesk)."""
    check_desk(staff)
    begin, end = instant(since, time()), instant(until + timedelta(days=1), time())
    rows = [row for row in await store.alarms_between(session, begin, end) if row.drill is drill]
    timed = [
        Timed(raised_at=row.raised_at, answered_at=row.answered_at, attended_at=row.attended_at)
        for row in rows
    ]
    return figures_of(timed), rows


async def _called(session: AsyncSession, alarm_id: UUID) -> SosAlarmRow:
    """Read an alarm for a change, once the desk is on its ladder (AlarmNotFound before)."""
    row = await sos.locked(session, alarm_id)
    if row.state in {"pending", "cancelled"}:
        raise AlarmNotFound
    return row


async def _has_seen(session: AsyncSession, row: SosAlarmRow, staff: Staff) -> bool:
    if row.state == "closed":
        return True
    return any(s.kind == "seen" and s.actor_id == staff.staff_id for s in await store.steps(session, row.id))


async def _audit(session: AsyncSession, staff: Staff, row: SosAlarmRow, what: str, *, now: datetime) -> None:
    action = f"staff.sos.{what}"
    await append_audit(session, staff.staff_id, action=action, subject_ids=[row.person_id], now=now)

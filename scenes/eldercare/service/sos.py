"""Calling for help, taking it back, and what those on the ladder do about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.notices import service as notices
from scenes.common.people import service as people
from scenes.eldercare.errors_sos import AlarmNotFound, AlarmOver, TooLateToUndo
from scenes.eldercare.rules import sos
from scenes.eldercare.service.alarm_log import Actor, record, standing, waits_at, waits_of
from scenes.eldercare.service.on_ladder import tell_all
from scenes.eldercare.store import sos as store
from scenes.eldercare.tables.sos import SosAlarmRow, SosCallRow, SosStepRow, note_context, place_context

Source = Literal["tap", "fall"]
LONGEST_NOTE: Final = 200


class Spot(msgspec.Struct, frozen=True):
    """Where help is needed, WGS-84: told by the phone, or the home where it told nothing."""

    lat: float
    lng: float
    source: Literal["phone", "home"] = "phone"


class Plea(msgspec.Struct, frozen=True, kw_only=True):
    """A call for help: nothing but the person has to be known."""

    person_id: UUID
    raised_by: UUID
    spot: Spot | None = None
    note: str = ""
    source: Source = "tap"
    drill: bool = False


class AlarmView(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm with its log, whom it called, and what became of each notice."""

    row: SosAlarmRow
    steps: Sequence[SosStepRow]
    calls: Sequence[SosCallRow]
    receipts: Sequence[notices.Receipt] = ()
    name: str = ""
    address_sealed: bytes | None = None


async def raise_alarm(
    session: AsyncSession, plea: Plea, *, cipher: FieldCipher, now: datetime
) -> tuple[SosAlarmRow, bool]:
    """Raise an alarm, or return the one that is open; tell whether it is new.

    A tap long after, on an alarm that somebody takes care of already, calls everybody again.
    """
    waits = await waits_at(session, now)
    new = await store.add_alarm(session, await _row(session, plea, waits, cipher=cipher, now=now))
    row = await store.open_alarm(session, plea.person_id, drill=plea.drill)
    if row is None:  # it was closed between the two statements
        return await raise_alarm(session, plea, cipher=cipher, now=now)
    if new:
        _first_step(session, row, plea)
    elif sos.is_new_call(standing(row), now, waits_of(row)):
        await record(session, row, "again", actor=_actor(plea), actor_id=plea.raised_by, now=now)
    if plea.spot is not None:
        _seal_spot(row, plea.spot, cipher)
    await session.flush()
    return row, new


async def cancel(
    session: AsyncSession, resident: Resident, alarm_id: UUID, *, now: datetime
) -> tuple[SosAlarmRow, bool]:
    """Take a tap back, or, too late for that, say that one is fine; tell whether it was taken back.

    Later only a person at the desk closes the alarm: whoever says so may be confused, or not alone.
    """
    row = await _own(session, resident, alarm_id)
    try:
        await record(session, row, "cancelled", actor="elder", actor_id=resident.person_id, now=now)
    except TooLateToUndo:
        await record(session, row, "fine", actor="elder", actor_id=resident.person_id, now=now)
        return row, False
    except AlarmOver:
        return row, row.state == "cancelled"
    return row, True


async def own_alarm(session: AsyncSession, resident: Resident) -> AlarmView | None:
    """Show a person's open alarm, or the last one."""
    row = await store.latest_of(session, resident.subject_id)
    return await view_of(session, row) if row is not None else None


async def alarm_for(session: AsyncSession, resident: Resident, alarm_id: UUID) -> tuple[AlarmView, bool]:
    """Show an alarm to the person it is about, or to somebody it called (AlarmNotFound for all others).

    Tell whether the reader is one who was called: only they are shown the place.
    """
    row = await store.alarm(session, alarm_id)
    if row is None:
        raise AlarmNotFound
    if row.person_id == resident.subject_id:
        return await view_of(session, row), False
    if not await store.calls_to(session, alarm_id, resident.person_id):
        raise AlarmNotFound
    return await view_of(session, row), True


async def note_seen(session: AsyncSession, resident: Resident, alarm_id: UUID, *, now: datetime) -> None:
    """Write into the log, once, that somebody who was called has opened the alarm: the surest receipt."""
    actor = await called_as(session, resident.person_id, alarm_id)
    for step in await store.steps(session, alarm_id):
        if step.kind == "seen" and step.actor_id == resident.person_id:
            return
    row = await store.alarm(session, alarm_id, lock=True)
    if row is not None and row.state not in sos.OVER:
        await record(session, row, "seen", actor=actor, actor_id=resident.person_id, now=now)


async def called_as(session: AsyncSession, person_id: UUID, alarm_id: UUID) -> Actor:
    """Say as what a person was called last (AlarmNotFound when they were not)."""
    calls = [call for call in await store.calls_to(session, alarm_id, person_id) if call.target != "elder"]
    if not calls:
        raise AlarmNotFound
    return calls[-1].target  # pyright: ignore[reportReturnType] - a target of the ladder


async def answer_called(
    session: AsyncSession, resident: Resident, alarm_id: UUID, *, now: datetime
) -> SosAlarmRow:
    """Let somebody who was called say 「我来处理」 (AlarmNotFound, AlarmOver)."""
    actor = await called_as(session, resident.person_id, alarm_id)
    return await answer(session, alarm_id, actor=actor, actor_id=resident.person_id, now=now)


async def answer(
    session: AsyncSession, alarm_id: UUID, *, actor: Actor, actor_id: UUID, now: datetime
) -> SosAlarmRow:
    """Stop the climbing; the alarm stays open (AlarmNotFound, AlarmOver, AlarmNotAnswered while undoable)."""
    row = await locked(session, alarm_id)
    first = row.state == "calling"
    at = await record(session, row, "answered", actor=actor, actor_id=actor_id, now=now)
    if first:
        if row.answered_at is None:
            row.answered_at, row.answered_by, row.answered_rung = at, actor_id, row.rung
        await tell_all(session, row, "sos_answered", now=at, but=actor_id)
    return row


async def attend_called(
    session: AsyncSession, resident: Resident, alarm_id: UUID, *, now: datetime
) -> SosAlarmRow:
    """Let somebody who was called say that they are with the person (AlarmNotFound, AlarmOver)."""
    actor = await called_as(session, resident.person_id, alarm_id)
    return await attend(session, alarm_id, actor=actor, actor_id=resident.person_id, now=now)


async def attend(
    session: AsyncSession, alarm_id: UUID, *, actor: Actor, actor_id: UUID, now: datetime
) -> SosAlarmRow:
    """Note that somebody is with the person (AlarmNotFound, AlarmOver, AlarmNotAnswered while undoable)."""
    row = await locked(session, alarm_id)
    at = await record(session, row, "attended", actor=actor, actor_id=actor_id, now=now)
    if row.answered_at is None:
        row.answered_at, row.answered_by, row.answered_rung = at, actor_id, row.rung
    if row.attended_at is None:
        row.attended_at, row.attended_by = at, actor_id
    return row


async def calling_me(session: AsyncSession, resident: Resident) -> Sequence[SosAlarmRow]:
    """List the open alarms that called somebody."""
    rows = await store.called_by(session, resident.person_id)
    return [row for row in rows if row.person_id != resident.person_id]


async def view_of(session: AsyncSession, row: SosAlarmRow) -> AlarmView:
    """Read all that belongs to an alarm."""
    person = await store.person(session, row.person_id)
    return AlarmView(
        row=row,
        steps=await store.steps(session, row.id),
        calls=await store.calls(session, row.id),
        receipts=await notices.receipts(session, dedupe_prefix=f"sos:{row.id}:"),
        name=person.name if person is not None else "",
        address_sealed=person.address_sealed if person is not None else None,
    )


def spot_of(row: SosAlarmRow, cipher: FieldCipher) -> Spot | None:
    """Open an alarm's sealed place; only for those on its ladder."""
    if row.place_sealed is None:
        return None
    lat, lng = cipher.open(row.place_sealed, context=place_context(row.id)).split(",")
    return Spot(float(lat), float(lng), "home" if row.place_source == "home" else "phone")


def home_of(view: AlarmView, cipher: FieldCipher) -> str:
    """Open where the person lives, street and door, empty where it was never written; for the desk."""
    return people.open_address(view.row.person_id, view.address_sealed, cipher)


def address_of(view: AlarmView, cipher: FieldCipher) -> str:
    """Open where the person lives for who was called, unless their phone told that they are elsewhere."""
    return "" if view.row.place_source == "phone" else home_of(view, cipher)


def note_of(row: SosAlarmRow, cipher: FieldCipher) -> str:
    """Open what the person said."""
    return cipher.open(row.note_sealed, context=note_context(row.id)) if row.note_sealed else ""


async def locked(session: AsyncSession, alarm_id: UUID) -> SosAlarmRow:
    """Read an alarm for a change (AlarmNotFound)."""
    row = await store.alarm(session, alarm_id, lock=True)
    if row is None:
        raise AlarmNotFound
    return row


async def _own(session: AsyncSession, resident: Resident, alarm_id: UUID) -> SosAlarmRow:
    row = await store.alarm(session, alarm_id, lock=True)
    if row is None or row.person_id != resident.subject_id:
        raise AlarmNotFound
    return row


async def _row(
    session: AsyncSession, plea: Plea, waits: sos.Waits, *, cipher: FieldCipher, now: datetime
) -> SosAlarmRow:
    undo = waits.fall_undo_seconds if plea.source == "fall" else waits.undo_seconds
    alarm = sos.raised(now, undo)
    row = SosAlarmRow(
        id=new_id(), person_id=plea.person_id, raised_by=plea.raised_by, source=plea.source,
        drill=plea.drill, state=alarm.state, round=alarm.round, rung=alarm.rung, due_at=alarm.due_at,
        called_at=now, undo_until=now + timedelta(seconds=undo), waits=msgspec.to_builtins(waits),
        raised_at=now, last_seq=1, last_at=now,
    )  # fmt: skip
    if plea.note:
        row.note_sealed = cipher.seal(plea.note[:LONGEST_NOTE], context=note_context(row.id))
    home = await _home(session, plea.person_id)
    if home is not None:
        _seal_spot(row, home, cipher)
    return row


async def _home(session: AsyncSession, person_id: UUID) -> Spot | None:
    person = await store.person(session, person_id)
    if person is None or person.lat is None or person.lng is None:
        return None
    return Spot(person.lat, person.lng, "home")


def _seal_spot(row: SosAlarmRow, spot: Spot, cipher: FieldCipher) -> None:
    row.place_sealed = cipher.seal(f"{spot.lat},{spot.lng}", context=place_context(row.id))
    row.place_source = spot.source


def _first_step(session: AsyncSession, row: SosAlarmRow, plea: Plea) -> None:
    session.add(
        SosStepRow(
            alarm_id=row.id, seq=1, kind="raised", at=row.raised_at, round=1, rung=0, actor=_actor(plea),
            actor_id=plea.raised_by,
        )
    )  # fmt: skip


def _actor(plea: Plea) -> Actor:
    if plea.drill:
        return "staff"
    return "elder" if plea.raised_by == plea.person_id else "kin"

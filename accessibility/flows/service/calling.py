"""Being called back: an elder asks, the desk sees whom, since when, and what they were about to do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows import store
from accessibility.flows.errors import CallBackNotFound
from accessibility.flows.flow import Flows
from accessibility.flows.service.looking import draft_of
from accessibility.flows.tables import CallbackRequestRow, ElderRunRow
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.kit.masking import mask_name
from scenes.common.kit.refusals import Forbidden
from scenes.common.notices.calling import Hands, check_free, check_mine, in_hands
from scenes.common.people import service as people

MAY_CALL: Final = frozenset({"district", "eldercare", "clinic"})
"""Roles that call back: who calls residents anyway, and the clinic's desk, which most drafts are for."""

TAKE_MINUTES: Final = 15
"""After so many minutes without a result a call is free for colleagues again."""


class CallCard(msgspec.Struct, frozen=True, kw_only=True):
    """One person to be called back; name and number are whole only for the one who has it in hand.

    `lines` are what they had chosen so far, empty where they asked from the home page.
    """

    row: CallbackRequestRow
    hands: Hands
    name: str
    phone: str | None
    flow: str
    lines: Sequence[str]


async def ask_for_call(
    session: AsyncSession, resident: Resident, *, run_id: UUID | None, now: datetime
) -> CallbackRequestRow:
    """Ask to be called back; asking again only brings the newer draft along."""
    waiting = await store.open_call(session, resident.subject_id)
    if waiting is not None:
        waiting.run_id = run_id or waiting.run_id
        return waiting
    row = CallbackRequestRow(
        id=new_id(), person_id=resident.subject_id, requested_by=resident.person_id, run_id=run_id,
        asked_at=now,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same person, at the same moment, in another request
        found = await store.open_call(session, resident.subject_id)
        if found is None:
            raise
        return found
    return row


async def calls_waiting(  # noqa: PLR0913 - one fact each
    session: AsyncSession, staff: Staff, flows: Flows, *, cipher: FieldCipher, now: datetime, limit: int = 50
) -> list[CallCard]:
    """List who wants to be called, the longest waiting first (Forbidden); who looked is written down."""
    _check_role(staff)
    rows = await store.open_calls(session, limit=limit)
    cards = [await _card(session, row, staff, flows=flows, cipher=cipher, now=now) for row in rows]
    await people.append_audit(
        session,
        staff.staff_id,
        action="staff.callbacks.read",
        subject_ids=sorted({row.person_id for row in rows}),
        now=now,
    )
    return cards


async def count_calls(session: AsyncSession) -> int:
    """Count who wants to be called, for all who may call at once."""
    return await store.count_open_calls(session)


async def take_call(session: AsyncSession, staff: Staff, call_id: UUID, *, now: datetime) -> None:
    """Take a call in hand (Forbidden, CallBackNotFound, CallTaken); taking it again changes nothing."""
    row = await _open(session, staff, call_id)
    hands = _hands(row, staff, now)
    check_free(hands)
    if hands == "free":
        row.state, row.taken_by, row.taken_at = "taken", staff.staff_id, now
        await _note(session, staff, row, act="take", now=now)


async def call_settled(session: AsyncSession, staff: Staff, call_id: UUID, *, now: datetime) -> None:
    """Note that the person was called (Forbidden, CallBackNotFound, CallNotYours)."""
    row = await _open(session, staff, call_id)
    check_mine(_hands(row, staff, now))
    row.state, row.done_at = "done", now
    await _note(session, staff, row, act="done", now=now)


def _check_role(staff: Staff) -> None:
    if staff.role not in MAY_CALL:
        raise Forbidden


async def _open(session: AsyncSession, staff: Staff, call_id: UUID) -> CallbackRequestRow:
    _check_role(staff)
    row = await store.call(session, call_id)
    if row is None or row.state not in store.OPEN_CALLS:
        raise CallBackNotFound
    return row


def _hands(row: CallbackRequestRow, staff: Staff, now: datetime) -> Hands:
    return in_hands(row.taken_by, row.taken_at, staff_id=staff.staff_id, now=now, minutes=TAKE_MINUTES)


async def _note(
    session: AsyncSession, staff: Staff, row: CallbackRequestRow, *, act: str, now: datetime
) -> None:
    await session.flush()
    await people.append_audit(
        session, staff.staff_id, action=f"staff.callback.{act}", subject_ids=[row.person_id], now=now
    )


async def _card(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    row: CallbackRequestRow,
    staff: Staff,
    *,
    flows: Flows,
    cipher: FieldCipher,
    now: datetime,
) -> CallCard:
    hands = _hands(row, staff, now)
    contact = await people.contact_of(session, row.person_id)
    name = contact.name if contact is not None else ""
    run = await store.run(session, row.run_id) if row.run_id is not None else None
    return CallCard(
        row=row,
        hands=hands,
        name=name if hands == "mine" else mask_name(name),
        phone=await people.phone_of(session, row.person_id, cipher=cipher) if hands == "mine" else None,
        flow=flows.get(run.flow).label if run is not None else "",
        lines=_lines(run, flows),
    )


def _lines(run: ElderRunRow | None, flows: Flows) -> list[str]:
    """Say what the person had chosen: 「看什么:全科」."""
    if run is None:
        return []
    topics = {question.id: question.topic for question in flows.get(run.flow).questions}
    lines = [f"{topics.get(each.question, '')}:{each.label}" for each in draft_of(run).answers]
    return [*lines, {"done": "已经办好了", "undone": "办好后又撤销了"}.get(run.state, "还没有办完")]

"""Whom each rung of the ladder calls, and in which words; a drill says so in every one of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.clock import local_day
from scenes.common.kit.ids import new_id
from scenes.common.notices import service as notices
from scenes.common.notices.rules import Facts
from scenes.common.people import service as people
from scenes.eldercare.rules.sos import RUNGS, Target
from scenes.eldercare.service.alarm_log import record, waits_of
from scenes.eldercare.service.carers_near import carers_near
from scenes.eldercare.store import sos as store
from scenes.eldercare.tables.sos import SosAlarmRow, SosCallRow

log: Final = structlog.stdlib.get_logger(__name__)
HELP: Final = ("sos_help", "sos_help_drill")
ADVICE: Final = ("sos_120", "sos_120_drill")
ANSWERED: Final = "answered"
"""Why a notice was taken back: somebody takes care of the alarm, so nobody else has to be reached."""


async def call_rung(session: AsyncSession, row: SosAlarmRow, *, now: datetime) -> None:
    """Call everybody on the rung an alarm has just reached; with nobody there the ladder goes on at once.

    Only the desk's live page needs nobody to be told.
    """
    target = RUNGS[row.rung]
    if target == "desk":
        _note(session, row, target=target, person_id=None, state="told", now=now)
        return
    told = 0
    for person_id in await _called(session, row, target, now=now):
        if person_id == row.person_id and target != "elder":
            continue  # who is on duty and calls for help cannot help themselves
        told += await _call(session, row, target, person_id=person_id, now=now)
    if told == 0 and target != "elder":
        _note(session, row, target=target, person_id=None, state="nobody", now=now)
        await record(session, row, "nobody", actor="time", now=now)


async def tell_all(
    session: AsyncSession, row: SosAlarmRow, template: str, *, now: datetime, but: UUID | None = None
) -> None:
    """Tell everybody who was called so far what became of the alarm, `but` who knows it best.

    Whoever has not been reached by the call itself need not be rung about it any more.
    """
    await notices.withdraw(session, f"sos:{row.id}:", why=ANSWERED, now=now)
    if row.drill:
        template = f"{template}_drill"
    facts = await _facts(session, row)
    called = {call.person_id for call in await store.calls(session, row.id)}
    for person_id in called - {None, row.person_id, but}:
        if person_id is not None:
            await _tell(session, person_id, row, template=template, facts=facts, now=now)


async def _called(
    session: AsyncSession, row: SosAlarmRow, target: Target, *, now: datetime
) -> Sequence[UUID]:
    if target == "kin":
        return await people.kin_of(session, row.person_id, now=now)
    person = await store.person(session, row.person_id)
    if target == "duty":
        return await store.on_duty(session, person.area if person else "", local_day(now))
    if target == "carer":
        most = waits_of(row).carers
        return await carers_near(session, person, most=most, now=now) if person else []
    return [row.person_id]


async def _call(
    session: AsyncSession, row: SosAlarmRow, target: Target, *, person_id: UUID, now: datetime
) -> bool:
    """Tell one person; one who cannot be told holds up nobody else."""
    template = (ADVICE if target == "elder" else HELP)[row.drill]
    try:
        async with session.begin_nested():
            facts = await _facts(session, row)
            await _tell(session, person_id, row, template=template, facts=facts, now=now)
    except Exception as error:  # noqa: BLE001 - the receipt says so, and the ladder goes on
        log.warning("sos_call_failed", alarm=str(row.id), rung=row.rung, error=repr(error))
        _note(session, row, target=target, person_id=person_id, state="failed", now=now)
        return False
    _note(session, row, target=target, person_id=person_id, state="told", now=now)
    return True


async def _tell(  # noqa: PLR0913 - each is one fact of the notice
    session: AsyncSession,
    person_id: UUID,
    row: SosAlarmRow,
    *,
    template: str,
    facts: Facts,
    now: datetime,
) -> None:
    dedupe = f"sos:{row.id}:{row.round}:{row.rung}:{template}"
    await notices.tell(
        session, person_id, dedupe=dedupe, template=template, facts=facts, now=now, urgent=True
    )


async def _facts(session: AsyncSession, row: SosAlarmRow) -> Facts:
    person = await store.person(session, row.person_id)
    name = person.name if person is not None else "有位老人"
    return Facts(title=f"{name}可能摔倒了" if row.source == "fall" else f"{name}在呼救")


def _note(  # noqa: PLR0913 - each is one fact of the call
    session: AsyncSession,
    row: SosAlarmRow,
    *,
    target: Target,
    person_id: UUID | None,
    state: str,
    now: datetime,
) -> None:
    session.add(
        SosCallRow(
            id=new_id(), alarm_id=row.id, round=row.round, rung=row.rung, target=target,
            person_id=person_id, state=state, at=max(now, row.last_at),
        )
    )  # fmt: skip

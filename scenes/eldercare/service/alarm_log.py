"""Keeping an alarm and its log in step: every change of the row is a line of the log."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Final, Literal, cast
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.clock import local_day
from scenes.common.kit.database import Database
from scenes.common.kit.dated_rules import DatedRule
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.ids import new_id
from scenes.eldercare.rules import sos
from scenes.eldercare.store import sos as store
from scenes.eldercare.tables.sos import SosAlarmRow, SosRuleRow, SosStepRow

Actor = Literal["elder", "kin", "carer", "duty", "staff", "time"]
TOPIC: Final = "sos"
"""What the desk's live page listens to; each alarm has a topic of its own below it."""


def topic_of(alarm_id: UUID) -> str:
    """Name the topic of one alarm."""
    return f"{TOPIC}:{alarm_id}"


async def publish(fanout: Fanout, alarm_id: UUID) -> None:
    """Tell the desk's page and the person's own that an alarm moved; call it after the commit."""
    await fanout.publish_all([TOPIC, topic_of(alarm_id)], b"changed")


@asynccontextmanager
async def moving(database: Database, fanout: Fanout, alarm_id: UUID) -> AsyncGenerator[AsyncSession]:
    """Open the transaction that moves an alarm; once it is committed, whoever follows the alarm is told."""
    async with database.transaction() as session:
        yield session
    await publish(fanout, alarm_id)


async def set_waits(
    session: AsyncSession, waits: sos.Waits, *, since: date, until: date | None = None
) -> None:
    """Put waits in force from a day on (SosRuleInvalid); open alarms keep those they were raised under."""
    sos.check_waits(waits)
    session.add(SosRuleRow(id=new_id(), since=since, until=until, values=msgspec.to_builtins(waits)))
    await session.flush()


async def waits_at(session: AsyncSession, now: datetime) -> sos.Waits:
    """Read the waits in force."""
    rows = [DatedRule(None, r.since, r.until, r.values) for r in await store.rules(session)]
    return sos.waits_on(local_day(now), rows)


def waits_of(row: SosAlarmRow) -> sos.Waits:
    """Return the waits an alarm was raised under."""
    return msgspec.convert(row.waits, sos.Waits)


def standing(row: SosAlarmRow) -> sos.Alarm:
    """Read the row as the machine does."""
    return sos.Alarm(
        state=cast("sos.State", row.state), round=row.round, rung=row.rung, due_at=row.due_at,
        called_at=row.called_at,
    )  # fmt: skip


async def record(  # noqa: PLR0913 - each is one fact of the step
    session: AsyncSession,
    row: SosAlarmRow,
    kind: sos.Kind,
    *,
    actor: Actor,
    actor_id: UUID | None = None,
    now: datetime,
) -> datetime:
    """Append a step and move the row as it says (AlarmOver, TooLateToUndo, AlarmNotAnswered).

    Several processes write; one whose clock is behind writes at the instant of the step before. Return
    the instant written.
    """
    at = max(now, row.last_at)
    alarm = sos.after(standing(row), kind, at=at, waits=waits_of(row))
    row.state, row.round, row.rung = alarm.state, alarm.round, alarm.rung
    row.due_at, row.called_at = alarm.due_at, alarm.called_at
    row.last_seq, row.last_at = row.last_seq + 1, at
    session.add(
        SosStepRow(
            alarm_id=row.id, seq=row.last_seq, kind=kind, at=at, round=row.round, rung=row.rung,
            actor=actor, actor_id=actor_id,
        )
    )  # fmt: skip
    await session.flush()
    return at

"""The statements about alarms."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.people.tables import PersonRow
from scenes.eldercare.rules.sos import OVER
from scenes.eldercare.tables.sos import SosAlarmRow, SosCallRow, SosDutyRow, SosRuleRow, SosStepRow

LISTED: Final = ("calling", "answered", "attended")
"""States in which the desk lists an alarm as open: before them it can still be taken back."""


async def rules(session: AsyncSession) -> Sequence[SosRuleRow]:
    """Read every rule; there are few."""
    return (await session.scalars(select(SosRuleRow))).all()


async def add_alarm(session: AsyncSession, row: SosAlarmRow) -> bool:
    """Write an alarm unless the person has an open one of its sort; tell whether it is new."""
    written = await session.execute(
        insert(SosAlarmRow).values(**row.model_dump()).on_conflict_do_nothing().returning(col(SosAlarmRow.id))
    )
    return written.first() is not None


async def open_alarm(session: AsyncSession, person_id: UUID, *, drill: bool) -> SosAlarmRow | None:
    """Read a person's open alarm or drill, for a change."""
    found = await session.scalars(
        select(SosAlarmRow)
        .where(
            col(SosAlarmRow.person_id) == person_id,
            col(SosAlarmRow.drill).is_(drill),
            col(SosAlarmRow.state).not_in(OVER),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one_or_none()


async def alarm(session: AsyncSession, alarm_id: UUID, *, lock: bool = False) -> SosAlarmRow | None:
    """Read an alarm, for a change if asked."""
    return await session.get(SosAlarmRow, alarm_id, with_for_update=lock or None, populate_existing=lock)


async def latest_of(session: AsyncSession, person_id: UUID) -> SosAlarmRow | None:
    """Read a person's latest alarm, an open one first, real before practised."""
    found = await session.scalars(
        select(SosAlarmRow)
        .where(col(SosAlarmRow.person_id) == person_id)
        .order_by(col(SosAlarmRow.state).in_(OVER), col(SosAlarmRow.drill), col(SosAlarmRow.id).desc())
        .limit(1)
    )
    return found.one_or_none()


async def due_alarm(session: AsyncSession, now: datetime, *, but: Collection[UUID]) -> SosAlarmRow | None:
    """Lock the alarm that has been due the longest and that nobody else is working on."""
    found = await session.scalars(
        select(SosAlarmRow)
        .where(col(SosAlarmRow.due_at) <= now, col(SosAlarmRow.id).not_in(but))
        .order_by(col(SosAlarmRow.due_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return found.one_or_none()


async def open_alarms(session: AsyncSession) -> Sequence[SosAlarmRow]:
    """List the alarms that call somebody or wait for a result, the oldest first."""
    found = await session.scalars(
        select(SosAlarmRow)
        .where(col(SosAlarmRow.state).in_(LISTED))
        .order_by(col(SosAlarmRow.drill), col(SosAlarmRow.raised_at))
    )
    return found.all()


async def count_open_alarms(session: AsyncSession) -> int:
    """Count the alarms that call somebody or wait for a result."""
    counted = select(func.count()).where(col(SosAlarmRow.state).in_(LISTED))
    return (await session.execute(counted)).scalar_one()


async def closed_alarms(session: AsyncSession, *, limit: int) -> Sequence[SosAlarmRow]:
    """List the alarms that were closed last."""
    found = await session.scalars(
        select(SosAlarmRow)
        .where(col(SosAlarmRow.state) == "closed")
        .order_by(col(SosAlarmRow.closed_at).desc())
        .limit(limit)
    )
    return found.all()


async def alarms_between(session: AsyncSession, since: datetime, until: datetime) -> Sequence[SosAlarmRow]:
    """List the alarms raised in a span that were not taken back."""
    found = await session.scalars(
        select(SosAlarmRow)
        .where(
            col(SosAlarmRow.raised_at) >= since,
            col(SosAlarmRow.raised_at) < until,
            col(SosAlarmRow.state).not_in(("cancelled", "pending")),
        )
        .order_by(col(SosAlarmRow.raised_at))
    )
    return found.all()


async def steps(session: AsyncSession, alarm_id: UUID) -> Sequence[SosStepRow]:
    """Read an alarm's log."""
    found = await session.scalars(
        select(SosStepRow).where(col(SosStepRow.alarm_id) == alarm_id).order_by(col(SosStepRow.seq))
    )
    return found.all()


async def calls(session: AsyncSession, alarm_id: UUID) -> Sequence[SosCallRow]:
    """Read whom an alarm's rungs called, in order."""
    found = await session.scalars(
        select(SosCallRow).where(col(SosCallRow.alarm_id) == alarm_id).order_by(col(SosCallRow.id))
    )
    return found.all()


async def calls_to(session: AsyncSession, alarm_id: UUID, person_id: UUID) -> Sequence[SosCallRow]:
    """Read on which rungs an alarm called a person."""
    found = await session.scalars(
        select(SosCallRow)
        .where(col(SosCallRow.alarm_id) == alarm_id, col(SosCallRow.person_id) == person_id)
        .order_by(col(SosCallRow.id))
    )
    return found.all()


async def called_by(session: AsyncSession, person_id: UUID) -> Sequence[SosAlarmRow]:
    """List the open alarms that called a person."""
    found = await session.scalars(
        select(SosAlarmRow)
        .where(
            col(SosAlarmRow.id).in_(
                select(col(SosCallRow.alarm_id)).where(col(SosCallRow.person_id) == person_id)
            ),
            col(SosAlarmRow.state).not_in(OVER),
        )
        .order_by(col(SosAlarmRow.raised_at))
    )
    return found.all()


async def on_duty(session: AsyncSession, area: str, day: date) -> Sequence[UUID]:
    """Name who is on duty in a subdistrict on a day, those for the whole district last."""
    found = await session.scalars(
        select(SosDutyRow)
        .where(
            col(SosDutyRow.area).in_((area, "")),
            col(SosDutyRow.since) <= day,
            or_(col(SosDutyRow.until).is_(None), col(SosDutyRow.until) > day),
        )
        .order_by(col(SosDutyRow.area).desc(), col(SosDutyRow.id))
    )
    return list(dict.fromkeys(row.person_id for row in found.all()))


async def person(session: AsyncSession, person_id: UUID) -> PersonRow | None:
    """Read the person an alarm is about."""
    return await session.get(PersonRow, person_id)


async def person_by_phone(session: AsyncSession, phone_index: bytes) -> UUID | None:
    """Name the first resident who has a number, by its index."""
    found = await session.scalars(
        select(col(PersonRow.id))
        .where(col(PersonRow.phone_index) == phone_index, col(PersonRow.erased_at).is_(None))
        .order_by(col(PersonRow.id))
        .limit(1)
    )
    return found.one_or_none()

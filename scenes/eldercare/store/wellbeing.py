"""The statements about the daily sign."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.people.tables import PersonRow
from scenes.eldercare.tables.wellbeing import (
    WellbeingMissRow,
    WellbeingPlanRow,
    WellbeingRuleRow,
    WellbeingSignRow,
)


async def rules(session: AsyncSession) -> Sequence[WellbeingRuleRow]:
    """Read every rule; there are few."""
    return (await session.scalars(select(WellbeingRuleRow))).all()


async def person(session: AsyncSession, person_id: UUID) -> PersonRow | None:
    """Read a person."""
    return await session.get(PersonRow, person_id)


async def plan(session: AsyncSession, person_id: UUID, *, lock: bool = False) -> WellbeingPlanRow | None:
    """Read a person's plan, for a change if asked."""
    return await session.get(
        WellbeingPlanRow, person_id, with_for_update=lock or None, populate_existing=lock
    )


async def add_sign(session: AsyncSession, row: WellbeingSignRow) -> bool:
    """Write the sign of a day unless there is one; tell whether it is the first."""
    written = await session.execute(
        insert(WellbeingSignRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing()
        .returning(col(WellbeingSignRow.day))
    )
    return written.first() is not None


async def signs(
    session: AsyncSession, person_id: UUID, *, since: date, until: date
) -> Sequence[WellbeingSignRow]:
    """Read a person's signs of some days, newest first."""
    found = (
        select(WellbeingSignRow)
        .where(
            col(WellbeingSignRow.person_id) == person_id,
            col(WellbeingSignRow.day) >= since,
            col(WellbeingSignRow.day) <= until,
        )
        .order_by(col(WellbeingSignRow.day).desc())
    )
    return (await session.scalars(found)).all()


async def miss_on(
    session: AsyncSession, person_id: UUID, day: date, *, lock: bool = False
) -> WellbeingMissRow | None:
    """Read a person's missed day, for a change if asked."""
    found = select(WellbeingMissRow).where(
        col(WellbeingMissRow.person_id) == person_id, col(WellbeingMissRow.day) == day
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(found)


async def miss(session: AsyncSession, miss_id: UUID, *, lock: bool = False) -> WellbeingMissRow | None:
    """Read a missed day by its id, for a change if asked."""
    return await session.get(WellbeingMissRow, miss_id, with_for_update=lock or None, populate_existing=lock)


async def misses(
    session: AsyncSession, person_id: UUID, *, since: date, until: date
) -> Sequence[WellbeingMissRow]:
    """Read a person's missed days in a span."""
    found = select(WellbeingMissRow).where(
        col(WellbeingMissRow.person_id) == person_id,
        col(WellbeingMissRow.day) >= since,
        col(WellbeingMissRow.day) <= until,
    )
    return (await session.scalars(found)).all()


async def open_visits(session: AsyncSession, person_id: UUID) -> Sequence[WellbeingMissRow]:
    """Lock the visits to a person that nobody has closed."""
    found = (
        select(WellbeingMissRow)
        .where(
            col(WellbeingMissRow.person_id) == person_id,
            col(WellbeingMissRow.visit_due).is_not(None),
            col(WellbeingMissRow.closed_at).is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(found)).all()


async def due_plan(session: AsyncSession, now: datetime, *, day: date, hour: time) -> WellbeingPlanRow | None:
    """Lock a plan whose hour is over without a sign today and whose next step is due."""
    today = and_(
        col(WellbeingMissRow.person_id) == col(WellbeingPlanRow.person_id), col(WellbeingMissRow.day) == day
    )
    signed = exists().where(
        col(WellbeingSignRow.person_id) == col(WellbeingPlanRow.person_id), col(WellbeingSignRow.day) == day
    )
    found = (
        select(WellbeingPlanRow)
        .join(PersonRow, col(PersonRow.id) == col(WellbeingPlanRow.person_id))
        .outerjoin(WellbeingMissRow, today)
        .where(
            col(WellbeingPlanRow.active),
            col(WellbeingPlanRow.by_hour) <= hour,
            col(WellbeingPlanRow.since) <= day,
            or_(
                col(WellbeingPlanRow.paused_from).is_(None),
                col(WellbeingPlanRow.paused_from) > day,
                col(WellbeingPlanRow.paused_until) <= day,
            ),
            col(PersonRow.erased_at).is_(None),
            ~signed,
            or_(col(WellbeingMissRow.id).is_(None), col(WellbeingMissRow.due_at) <= now),
        )
        .order_by(col(WellbeingPlanRow.by_hour), col(WellbeingPlanRow.person_id))
        .limit(1)
        .with_for_update(of=WellbeingPlanRow, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return await session.scalar(found)


async def unseen(
    session: AsyncSession, day: date, *, hour: time
) -> Sequence[tuple[WellbeingPlanRow, WellbeingMissRow | None, str, str]]:
    """List who should have been seen by now today, with the missed day, the name and the subdistrict."""
    signed = exists().where(
        col(WellbeingSignRow.person_id) == col(WellbeingPlanRow.person_id), col(WellbeingSignRow.day) == day
    )
    today = and_(
        col(WellbeingMissRow.person_id) == col(WellbeingPlanRow.person_id), col(WellbeingMissRow.day) == day
    )
    found = (
        select(WellbeingPlanRow, WellbeingMissRow, col(PersonRow.name), col(PersonRow.area))
        .join(PersonRow, col(PersonRow.id) == col(WellbeingPlanRow.person_id))
        .outerjoin(WellbeingMissRow, today)
        .where(
            col(WellbeingPlanRow.active),
            col(WellbeingPlanRow.by_hour) <= hour,
            col(WellbeingPlanRow.since) <= day,
            or_(
                col(WellbeingPlanRow.paused_from).is_(None),
                col(WellbeingPlanRow.paused_from) > day,
                col(WellbeingPlanRow.paused_until) <= day,
            ),
            col(PersonRow.erased_at).is_(None),
            ~signed,
        )
        .order_by(col(WellbeingPlanRow.by_hour), col(WellbeingPlanRow.person_id))
        .limit(500)
    )
    rows: Any = (await session.execute(found)).all()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def visits(session: AsyncSession) -> Sequence[tuple[WellbeingMissRow, str, str]]:
    """List the visits that nobody has closed, what is due first, with name and subdistrict."""
    found = (
        select(WellbeingMissRow, col(PersonRow.name), col(PersonRow.area))
        .join(PersonRow, col(PersonRow.id) == col(WellbeingMissRow.person_id))
        .where(col(WellbeingMissRow.visit_due).is_not(None), col(WellbeingMissRow.closed_at).is_(None))
        .order_by(col(WellbeingMissRow.visit_due), col(WellbeingMissRow.id))
        .limit(500)
    )
    rows: Any = (await session.execute(found)).all()
    return [(row[0], row[1], row[2]) for row in rows]

"""The statements about help at a counter: codes, and running assistance."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.people.tables import AssistCodeRow, AssistRow


async def put_code(session: AsyncSession, row: AssistCodeRow) -> None:
    """Write a person's code over the one before."""
    values = row.model_dump()
    await session.execute(
        upsert(AssistCodeRow)
        .values(**values)
        .on_conflict_do_update(index_elements=[col(AssistCodeRow.person_id)], set_=values)
    )


async def locked_code(session: AsyncSession, person_id: UUID) -> AssistCodeRow | None:
    """Read a person's code afresh and keep other tries waiting."""
    return await session.get(AssistCodeRow, person_id, with_for_update=True, populate_existing=True)


async def runs(session: AsyncSession, staff_id: UUID, person_id: UUID, *, now: datetime) -> bool:
    """Tell whether a member of staff assists a person at this moment."""
    found = await session.scalar(
        select(col(AssistRow.id)).where(
            col(AssistRow.staff_id) == staff_id,
            col(AssistRow.person_id) == person_id,
            col(AssistRow.ended_at).is_(None),
            col(AssistRow.expires_at) > now,
        )
    )
    return found is not None


async def running_by(session: AsyncSession, staff_id: UUID, *, now: datetime) -> AssistRow | None:
    """Read whom a member of staff assists at this moment."""
    return await session.scalar(
        select(AssistRow).where(
            col(AssistRow.staff_id) == staff_id,
            col(AssistRow.ended_at).is_(None),
            col(AssistRow.expires_at) > now,
        )
    )


async def running_for(session: AsyncSession, person_id: UUID, *, now: datetime) -> list[AssistRow]:
    """Read by whom a person is assisted at this moment."""
    found = await session.scalars(
        select(AssistRow)
        .where(
            col(AssistRow.person_id) == person_id,
            col(AssistRow.ended_at).is_(None),
            col(AssistRow.expires_at) > now,
        )
        .order_by(col(AssistRow.started_at))
    )
    return list(found.all())


async def end_by_staff(session: AsyncSession, staff_id: UUID, *, now: datetime) -> None:
    """End whatever assistance of a member of staff has no end yet."""
    await session.execute(
        update(AssistRow)
        .where(col(AssistRow.staff_id) == staff_id, col(AssistRow.ended_at).is_(None))
        .values(ended_at=now, ended_by="staff")
    )


async def end_for_person(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """End every assistance of a person at once."""
    await session.execute(
        update(AssistRow)
        .where(col(AssistRow.person_id) == person_id, col(AssistRow.ended_at).is_(None))
        .values(ended_at=now, ended_by="person")
    )

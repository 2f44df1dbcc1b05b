"""The statements about consents."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.people.tables import ConsentRow


async def consents(session: AsyncSession, person_id: UUID) -> Sequence[ConsentRow]:
    """Read every consent a person ever gave, the latest first."""
    found = await session.scalars(
        select(ConsentRow)
        .where(col(ConsentRow.person_id) == person_id)
        .order_by(col(ConsentRow.given_at).desc(), col(ConsentRow.id).desc())
        .execution_options(populate_existing=True)
    )
    return found.all()


async def stands(session: AsyncSession, person_id: UUID, subject: str) -> bool:
    """Tell whether a consent is given and was not withdrawn."""
    found = await session.scalar(
        select(col(ConsentRow.id)).where(
            col(ConsentRow.person_id) == person_id,
            col(ConsentRow.subject) == subject,
            col(ConsentRow.withdrawn_at).is_(None),
        )
    )
    return found is not None


async def give(session: AsyncSession, row: ConsentRow) -> None:
    """Write a consent unless it stands already."""
    await session.execute(upsert(ConsentRow).values(**row.model_dump()).on_conflict_do_nothing())


async def withdraw(session: AsyncSession, person_id: UUID, subject: str, *, now: datetime) -> None:
    """Date the end of a consent that stands; its row stays."""
    await session.execute(
        update(ConsentRow)
        .where(
            col(ConsentRow.person_id) == person_id,
            col(ConsentRow.subject) == subject,
            col(ConsentRow.withdrawn_at).is_(None),
        )
        .values(withdrawn_at=now)
    )

"""Reading and writing weekly orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.breakfast.tables import BreakfastItemRow, BreakfastRepeatRow
from scenes.common.people.tables import PersonRow

_LOCK_ACCOUNT: Final = text("SELECT id FROM person WHERE id = :id FOR UPDATE")


async def running(
    session: AsyncSession, *, weekdays: Sequence[int], after: UUID | None, limit: int
) -> Sequence[BreakfastRepeatRow]:
    """Read a batch of running repeats of some weekdays, by id."""
    wanted = select(BreakfastRepeatRow).where(
        col(BreakfastRepeatRow.ended_at).is_(None), col(BreakfastRepeatRow.weekday).in_(weekdays)
    )
    if after is not None:
        wanted = wanted.where(col(BreakfastRepeatRow.id) > after)
    return (await session.scalars(wanted.order_by(col(BreakfastRepeatRow.id)).limit(limit))).all()


async def repeats_of(
    session: AsyncSession, person_id: UUID
) -> Sequence[tuple[BreakfastRepeatRow, PersonRow]]:
    """Read the running repeats by or for a person, with whom each is for."""
    found = await session.execute(
        select(BreakfastRepeatRow, PersonRow)
        .join(PersonRow, col(PersonRow.id) == col(BreakfastRepeatRow.person_id))
        .where(
            col(BreakfastRepeatRow.ended_at).is_(None),
            or_(
                col(BreakfastRepeatRow.booked_by) == person_id, col(BreakfastRepeatRow.person_id) == person_id
            ),
        )
        .order_by(col(BreakfastRepeatRow.weekday), col(BreakfastRepeatRow.at), col(BreakfastRepeatRow.id))
    )
    return [(repeat, person) for repeat, person in found.all()]


async def of_account(session: AsyncSession, account_id: UUID) -> Sequence[BreakfastRepeatRow]:
    """Read an account's running repeats, holding the account so that no other is added meanwhile."""
    await session.execute(_LOCK_ACCOUNT, {"id": account_id})
    found = await session.scalars(
        select(BreakfastRepeatRow).where(
            col(BreakfastRepeatRow.booked_by) == account_id, col(BreakfastRepeatRow.ended_at).is_(None)
        )
    )
    return found.all()


async def locked(session: AsyncSession, repeat_id: UUID) -> BreakfastRepeatRow | None:
    """Read one repeat, held until the transaction ends."""
    return await session.get(BreakfastRepeatRow, repeat_id, with_for_update=True, populate_existing=True)


async def add(session: AsyncSession, row: BreakfastRepeatRow) -> None:
    """Write a repeat."""
    session.add(row)
    await session.flush()


async def end(session: AsyncSession, row: BreakfastRepeatRow, now: datetime) -> None:
    """End a repeat."""
    row.ended_at = now
    await session.flush()


async def items_named(session: AsyncSession, item_ids: Sequence[UUID]) -> Sequence[BreakfastItemRow]:
    """Read things that are or were sold."""
    return (
        await session.scalars(select(BreakfastItemRow).where(col(BreakfastItemRow.id).in_(item_ids)))
    ).all()

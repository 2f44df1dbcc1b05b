"""Statements about the list of people to be called, one each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.notices.states import LISTED
from scenes.common.notices.tables import InboxMessageRow, NoticeDeliveryRow

CALL = "call"


async def listed(
    session: AsyncSession, *, staff_id: UUID, now: datetime, after: UUID | None, limit: int
) -> Sequence[tuple[NoticeDeliveryRow, InboxMessageRow]]:
    """Read who is to be called now, and whom one has in hand: urgent first, then the longest waiting."""
    place = tuple_(col(NoticeDeliveryRow.urgent).is_(False), col(NoticeDeliveryRow.id))
    chosen = (
        select(NoticeDeliveryRow, InboxMessageRow)
        .join(InboxMessageRow, col(InboxMessageRow.id) == col(NoticeDeliveryRow.message_id))
        .where(
            col(NoticeDeliveryRow.state) == LISTED,
            or_(col(NoticeDeliveryRow.next_try_at) <= now, col(NoticeDeliveryRow.taken_by) == staff_id),
        )
    )
    if after is not None:
        last = await session.get(NoticeDeliveryRow, after)
        chosen = chosen.where(place > tuple_(literal(last is None or not last.urgent), literal(after)))
    found = await session.execute(
        chosen.order_by(place).limit(limit).execution_options(populate_existing=True)
    )
    return [(row, message) for row, message in found]


async def count_listed(session: AsyncSession, *, now: datetime) -> tuple[int, dict[UUID, int]]:
    """Count who is to be called now, and beside them whom each member of staff has in hand for later."""
    due, taken_by = col(NoticeDeliveryRow.next_try_at) <= now, col(NoticeDeliveryRow.taken_by)
    counted = (
        select(due, taken_by, func.count())
        .where(col(NoticeDeliveryRow.state) == LISTED, or_(due, taken_by.is_not(None)))
        .group_by(due, taken_by)
    )
    found: Any = (await session.execute(counted)).all()
    return sum(count for is_due, _, count in found if is_due), {
        staff_id: count for is_due, staff_id, count in found if not is_due
    }


async def locked(session: AsyncSession, call_id: UUID) -> NoticeDeliveryRow | None:
    """Read a call afresh and keep other changes to it waiting until the transaction ends."""
    row = await session.get(NoticeDeliveryRow, call_id, with_for_update=True, populate_existing=True)
    return row if row is not None and row.channel == CALL else None

"""Statements about inboxes, one each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.notices.tables import InboxMessageRow, NoticeDeliveryRow


async def add(session: AsyncSession, row: InboxMessageRow) -> bool:
    """Put a message into an inbox unless it is there already; tell whether it is new."""
    written = await session.execute(
        insert(InboxMessageRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing(constraint="uq_inbox_message_dedupe")
        .returning(col(InboxMessageRow.id))
    )
    return written.first() is not None


async def newest(
    session: AsyncSession, person_id: UUID, *, before: UUID | None, limit: int
) -> Sequence[InboxMessageRow]:
    """List a person's messages, newest first, from below a message on."""
    chosen = select(InboxMessageRow).where(col(InboxMessageRow.person_id) == person_id)
    if before is not None:
        chosen = chosen.where(col(InboxMessageRow.id) < before)
    found = await session.scalars(chosen.order_by(col(InboxMessageRow.id).desc()).limit(limit))
    return found.all()


async def mark_read(
    session: AsyncSession, message_id: UUID, *, person_id: UUID, now: datetime
) -> InboxMessageRow | None:
    """Note when a message was first read; None if the person has no such message."""
    found = await session.scalars(
        update(InboxMessageRow)
        .where(col(InboxMessageRow.id) == message_id, col(InboxMessageRow.person_id) == person_id)
        .values(read_at=func.coalesce(col(InboxMessageRow.read_at), now))
        .returning(InboxMessageRow)
    )
    return found.one_or_none()


async def told(
    session: AsyncSession, dedupe_prefix: str
) -> Sequence[tuple[InboxMessageRow, NoticeDeliveryRow | None]]:
    """Read the messages whose `dedupe` begins so, each once for every channel it took."""
    found = await session.execute(
        select(InboxMessageRow, NoticeDeliveryRow)
        .outerjoin(NoticeDeliveryRow, col(NoticeDeliveryRow.message_id) == col(InboxMessageRow.id))
        .where(col(InboxMessageRow.dedupe).startswith(dedupe_prefix, autoescape=True))
        .order_by(col(InboxMessageRow.id), col(NoticeDeliveryRow.id))
        .execution_options(populate_existing=True)
    )
    return [(message, delivery) for message, delivery in found]

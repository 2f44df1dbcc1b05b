"""Statements about messages on their way by WeChat, SMS or a call, one each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.notices.states import DELIVERED, DONE, FAILED, LISTED, SENDING, SENT, WAITING
from scenes.common.notices.tables import InboxMessageRow, NoticeDeliveryRow

_TAKE = text(
    """
    WITH due AS (
      SELECT id, state FROM notice_delivery
      WHERE state IN ('waiting', 'sending') AND next_try_at <= :now
        AND (useless_after IS NULL OR useless_after > :now)
      ORDER BY urgent DESC, next_try_at LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE notice_delivery d SET state = 'sending', tries = d.tries + 1, next_try_at = :lease_ends,
      changed_at = :now
    FROM due JOIN notice_delivery AS before ON before.id = due.id
    JOIN inbox_message m ON m.id = before.message_id
    WHERE d.id = due.id
    RETURNING d.id, d.person_id, d.channel, d.tries, d.urgent, due.state = 'sending' AS interrupted,
      m.title, m.text
    """
)


async def add_delivery(session: AsyncSession, row: NoticeDeliveryRow) -> bool:
    """Put a message on a channel unless it is there already; tell whether it is new."""
    written = await session.execute(
        insert(NoticeDeliveryRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing(constraint="uq_notice_delivery_channel")
        .returning(col(NoticeDeliveryRow.id))
    )
    return written.first() is not None


async def message(session: AsyncSession, message_id: UUID) -> InboxMessageRow:
    """Read the message that a delivery carries."""
    return await session.get_one(InboxMessageRow, message_id)


async def locked(session: AsyncSession, delivery_id: UUID) -> NoticeDeliveryRow | None:
    """Read a delivery afresh and keep other changes to it waiting until the transaction ends."""
    return await session.get(NoticeDeliveryRow, delivery_id, with_for_update=True, populate_existing=True)


async def is_due(session: AsyncSession, *, now: datetime) -> bool:
    """Tell whether anything waits for a try."""
    found = await session.execute(
        select(col(NoticeDeliveryRow.id))
        .where(
            col(NoticeDeliveryRow.state).in_((WAITING, SENDING)), col(NoticeDeliveryRow.next_try_at) <= now
        )
        .limit(1)
    )
    return found.first() is not None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery taken up for a try; `interrupted` when an earlier try never came to its end."""

    id: UUID
    person_id: UUID
    channel: str
    tries: int
    urgent: bool
    interrupted: bool
    title: str
    text: str


async def take_due(session: AsyncSession, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Taken]:
    """Take up deliveries whose try is due, urgent ones first; they are this worker's until the lease ends."""
    found = await session.execute(_TAKE, {"now": now, "lease_ends": now + lease, "limit": limit})
    return [Taken(**row) for row in found.mappings()]


async def silent(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[NoticeDeliveryRow]:
    """Read what was sent and has had no receipt for too long, the longest first."""
    found = await session.scalars(
        select(NoticeDeliveryRow)
        .where(col(NoticeDeliveryRow.state) == SENT, col(NoticeDeliveryRow.next_try_at) <= now)
        .order_by(col(NoticeDeliveryRow.next_try_at))
        .limit(limit)
    )
    return found.all()


async def was_delivered(session: AsyncSession, message_id: UUID) -> bool:
    """Tell whether a message has arrived by any channel."""
    found = await session.execute(
        select(col(NoticeDeliveryRow.id)).where(
            col(NoticeDeliveryRow.message_id) == message_id, col(NoticeDeliveryRow.state) == DELIVERED
        )
    )
    return found.first() is not None


async def withdraw_call(session: AsyncSession, message_id: UUID, *, now: datetime) -> None:
    """Take a message that has arrived off the call list, unless somebody is calling."""
    await session.execute(
        update(NoticeDeliveryRow)
        .where(
            col(NoticeDeliveryRow.message_id) == message_id,
            col(NoticeDeliveryRow.state) == LISTED,
            col(NoticeDeliveryRow.taken_by).is_(None),
        )
        .values(state=DONE, why="delivered", next_try_at=None, changed_at=now)
    )


async def drop_stale(session: AsyncSession, *, now: datetime) -> None:
    """End what is of no use any more and on nobody's hands."""
    await session.execute(
        update(NoticeDeliveryRow)
        .where(
            col(NoticeDeliveryRow.state).in_((WAITING, SENDING, LISTED)),
            col(NoticeDeliveryRow.next_try_at) <= now,
            col(NoticeDeliveryRow.useless_after) <= now,
            col(NoticeDeliveryRow.taken_by).is_(None),
        )
        .values(state=FAILED, why="too_late", next_try_at=None, changed_at=now)
    )


async def expire(session: AsyncSession, dedupe_prefix: str, *, now: datetime) -> None:
    """Let what is on its way at the moment not be tried again, nor go on to another channel for long."""
    about = select(col(InboxMessageRow.id)).where(
        col(InboxMessageRow.dedupe).startswith(dedupe_prefix, autoescape=True)
    )
    await session.execute(
        update(NoticeDeliveryRow)
        .where(
            col(NoticeDeliveryRow.message_id).in_(about), col(NoticeDeliveryRow.state).in_((SENDING, SENT))
        )
        .values(useless_after=now)
    )


async def withdraw(session: AsyncSession, dedupe_prefix: str, *, why: str, now: datetime) -> None:
    """End what waits and is no longer true; what is being sent or called at the moment goes on."""
    about = select(col(InboxMessageRow.id)).where(
        col(InboxMessageRow.dedupe).startswith(dedupe_prefix, autoescape=True)
    )
    await session.execute(
        update(NoticeDeliveryRow)
        .where(
            col(NoticeDeliveryRow.message_id).in_(about),
            col(NoticeDeliveryRow.state).in_((WAITING, LISTED)),
            col(NoticeDeliveryRow.taken_by).is_(None),
        )
        .values(state=FAILED, why=why, next_try_at=None, changed_at=now)
    )

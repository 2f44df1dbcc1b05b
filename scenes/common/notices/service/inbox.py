"""Reading what one was told, and what became of it on every channel."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.notices.channels import INBOX, Channel
from scenes.common.notices.errors import MessageNotFound
from scenes.common.notices.states import DELIVERED, DONE, SENDING, WAITING
from scenes.common.notices.store import inbox as store
from scenes.common.notices.tables import InboxMessageRow, NoticeDeliveryRow

ReceiptState = Literal["waiting", "sent", "delivered", "failed", "listed", "done"]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a notice on one channel, and since when; in the inbox `done` means read.

    `why` is the code of what failed: the carrier's, or that of whoever took the notice back.
    """

    person_id: UUID
    dedupe: str
    channel: Channel
    state: ReceiptState
    at: datetime
    why: str | None = None


async def inbox(
    session: AsyncSession, person_id: UUID, *, before: UUID | None, limit: int
) -> Sequence[InboxMessageRow]:
    """List a person's messages, newest first."""
    return await store.newest(session, person_id, before=before, limit=limit)


async def read(session: AsyncSession, message_id: UUID, *, person_id: UUID, now: datetime) -> InboxMessageRow:
    """Note that a person has read a message (MessageNotFound for others'); reading again changes nothing."""
    row = await store.mark_read(session, message_id, person_id=person_id, now=now)
    if row is None:
        raise MessageNotFound
    return row


async def receipts(session: AsyncSession, *, dedupe_prefix: str) -> Sequence[Receipt]:
    """List what became of every notice whose `dedupe` begins so: its inbox first, then each channel."""
    found: list[Receipt] = []
    last: UUID | None = None
    for message, delivery in await store.told(session, dedupe_prefix):
        if message.id != last:
            found.append(_in_inbox(message))
            last = message.id
        if delivery is not None:
            found.append(_on_channel(message, delivery))
    return found


def _in_inbox(message: InboxMessageRow) -> Receipt:
    return Receipt(
        person_id=message.person_id,
        dedupe=message.dedupe,
        channel=INBOX,
        state=DELIVERED if message.read_at is None else DONE,
        at=message.read_at or message.at,
    )


def _on_channel(message: InboxMessageRow, delivery: NoticeDeliveryRow) -> Receipt:
    shown = WAITING if delivery.state == SENDING else delivery.state
    return Receipt(
        person_id=message.person_id,
        dedupe=message.dedupe,
        channel=cast("Channel", delivery.channel),
        state=cast("ReceiptState", shown),
        at=delivery.changed_at,
        why=delivery.why,
    )

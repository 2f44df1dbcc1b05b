"""The notices desk's verbs; each runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.ids import new_id
from scenes.common.notices import store
from scenes.common.notices.errors import MessageNotFound
from scenes.common.notices.rules import Facts, compose
from scenes.common.notices.tables import InboxMessageRow


async def tell(  # noqa: PLR0913 - each is one fact of the notice
    session: AsyncSession, person_id: UUID, *, dedupe: str, template: str, facts: Facts, now: datetime
) -> bool:
    """Put a notice into a person's inbox once for each `dedupe`; tell whether it is new."""
    words = compose(template, facts, now=now)
    row = InboxMessageRow(
        id=new_id(),
        person_id=person_id,
        dedupe=dedupe,
        title=words.headline,
        text=words.text,
        speak=words.speak,
        at=now,
    )
    return await store.add(session, row)


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

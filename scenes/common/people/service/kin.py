"""Who is near a person: whom to call, and whom they let act for them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.people.store import delegations as store


async def kin_of(
    session: AsyncSession, person_id: UUID, *, now: datetime, scope: str | None = None
) -> Sequence[UUID]:
    """Name a person's active delegates, then the accounts that have them as a patient; nobody twice.

    With a `scope` only those delegates who were granted it: who may only book or pay sees nothing.
    """
    return await store.kin(session, person_id, now=now, scope=scope)

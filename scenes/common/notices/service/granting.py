"""What a person allows: one-off WeChat messages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.notices.store import reach
from scenes.common.notices.tables import openid_context


async def grant(
    session: AsyncSession, person_id: UUID, *, openid: str, cipher: FieldCipher, now: datetime
) -> int:
    """Note one more message that a person allowed by a tap; return how many they allow now."""
    sealed = cipher.seal(openid, context=openid_context(person_id))
    await reach.add_grant(session, person_id, openid_sealed=sealed, count=1, now=now)
    return await grants_left(session, person_id)


async def refuse_grants(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Note that a person said no: what they allowed before does not count any more either."""
    await reach.use_all_grants(session, person_id, now=now)


async def grants_left(session: AsyncSession, person_id: UUID) -> int:
    """Say how many WeChat messages a person still allows."""
    row = await reach.grant(session, person_id)
    return 0 if row is None else row.granted - row.used

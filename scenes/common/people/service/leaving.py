"""A person's right to their data, and to be forgotten (PIPL articles 45 and 47)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit import holdings as kit
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.holdings import Holdings
from scenes.common.kit.outbox import emit
from scenes.common.kit.refusals import Throttled
from scenes.common.people.errors import ErasureRefused, SignInEnded
from scenes.common.people.service.me import myself
from scenes.common.people.service.signing_in import SignInTools
from scenes.common.people.store import persons as store

EXPORTS_AN_HOUR: Final = 6
HOUR_SECONDS: Final = 3600.0


async def export(  # noqa: PLR0913 - each is one means of the export
    session: AsyncSession,
    person_id: UUID,
    *,
    holdings: Holdings,
    cipher: FieldCipher,
    tools: SignInTools,
    now: datetime,
) -> dict[str, list[dict[str, Any]]]:
    """Read everything held about a person; refuses with Throttled, or SignInEnded once they are erased."""
    turn = await tools.limiter.allow(
        f"export:{person_id}", limit=EXPORTS_AN_HOUR, per_seconds=HOUR_SECONDS, now=now
    )
    if not turn.allowed:
        raise Throttled(turn.retry_after)
    await myself(session, person_id)
    return await kit.gather(session, person_id, holdings, cipher=cipher)


async def unfinished(
    session: AsyncSession, person_id: UUID, *, holdings: Holdings, now: datetime
) -> list[str]:
    """Say what has to be finished before a person can leave."""
    return await kit.unfinished(session, person_id, holdings, now=now)


async def erase(  # noqa: PLR0913 - each is one means of the erasure
    session: AsyncSession,
    person_id: UUID,
    *,
    holdings: Holdings,
    cipher: FieldCipher,
    tools: SignInTools,
    now: datetime,
) -> None:
    """Forget a person: name, numbers and words go, trade records stay under an id; every sign-in ends.

    Refuses with ErasureRefused while something is unfinished.
    """
    row = await store.locked_person(session, person_id)
    if row is None or row.erased_at is not None:
        raise SignInEnded
    left = await kit.unfinished(session, person_id, holdings, now=now)
    if left:
        raise ErasureRefused("还有没办完的事:" + "、".join(left) + "。办完才能注销。")
    await kit.forget(session, person_id, holdings, cipher=cipher, now=now)
    tools.revocations.add(*await store.revoke_person_sign_ins(session, person_id, now))
    emit(session, "person.erased", subject_id=person_id, payload={}, at=now)
    session.expire_all()

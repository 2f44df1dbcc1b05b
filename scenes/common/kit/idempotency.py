"""A write by a person carries a key; its answer is stored in the same transaction.

Only answers of changes that happened are stored: a refusal rolls back and leaves no trace, so the same
key may be tried again. Keys belong to one person; another person's equal key is a different key.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row
from scenes.common.kit.refusals import IdempotencyKeyMissing, IdempotencyKeyReused

KEY = re.compile(r"[\x21-\x7e]{8,64}\Z")


class IdempotencyRow(Row, table=True):
    """The stored answer of one write; `fingerprint` is the digest of what was asked."""

    owner_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: bytes
    status: int
    body: bytes
    at: datetime = Field(sa_type=TIMESTAMPTZ, index=True)


class Answer(msgspec.Struct, frozen=True):
    """A finished answer: status, encoded body, and whether it is a repeat of the first."""

    status: int
    body: bytes
    replayed: bool = False


def checked_key(key: str | None) -> str:
    """Return the key if it is 8-64 visible ASCII; refuse with IdempotencyKeyMissing otherwise."""
    if key is None or not KEY.match(key):
        raise IdempotencyKeyMissing
    return key


_CLAIM = text(
    """
    INSERT INTO idempotency (owner_id, key, fingerprint, status, body, at)
    VALUES (:owner, :key, :fingerprint, 0, '', :now)
    ON CONFLICT (owner_id, key) DO NOTHING RETURNING 1
    """
)
_STORED = text("SELECT fingerprint, status, body FROM idempotency WHERE owner_id = :owner AND key = :key")
_KEEP = text("UPDATE idempotency SET status = :status, body = :body WHERE owner_id = :owner AND key = :key")


async def kept_answer(session: AsyncSession, owner: UUID, *, key: str, fingerprint: bytes) -> Answer | None:
    """Return the answer kept under a key, if any; refuses with IdempotencyKeyReused for another question."""
    stored = (await session.execute(_STORED, {"owner": owner, "key": key})).one_or_none()
    if stored is None:
        return None
    if stored.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    return Answer(stored.status, stored.body, replayed=True)


async def once(  # noqa: PLR0913 - each is one fact of the call
    session: AsyncSession,
    owner: UUID,
    *,
    key: str,
    fingerprint: bytes,
    now: datetime,
    act: Callable[[], Awaitable[tuple[int, bytes]]],
) -> Answer:
    """Do `act` once for this key and keep its answer in the running transaction.

    A concurrent call with the same key waits for the first to commit and then repeats its answer.
    Refuses with IdempotencyKeyReused when the same key asks for something else.
    """
    claimed = await session.execute(
        _CLAIM, {"owner": owner, "key": key, "fingerprint": fingerprint, "now": now}
    )
    if claimed.first() is None:
        stored = (await session.execute(_STORED, {"owner": owner, "key": key})).one()
        if stored.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return Answer(stored.status, stored.body, replayed=True)
    status, body = await act()
    await session.execute(_KEEP, {"owner": owner, "key": key, "status": status, "body": body})
    return Answer(status, body)

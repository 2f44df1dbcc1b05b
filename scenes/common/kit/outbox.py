"""Events leave by a row in the same transaction as the change they tell of.

A relay in the worker hands each row to the handlers of its topic, in order of writing, at least once;
handlers are idempotent by the event's id.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row
from scenes.common.kit.ids import new_id


class OutboxRow(Row, table=True):
    """One event waiting to leave; `done_at` is set when every handler has taken it."""

    __table_args__ = (Index("ix_outbox_waiting", "next_try_at", postgresql_where=text("done_at IS NULL")),)

    id: UUID = Field(primary_key=True)
    topic: str
    subject_id: UUID
    payload: dict[str, Any] = Field(sa_type=JSONB)
    at: datetime = Field(sa_type=TIMESTAMPTZ)
    next_try_at: datetime = Field(sa_type=TIMESTAMPTZ)
    tries: int = 0
    done_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    failure: str | None = None


class Event(msgspec.Struct, frozen=True):
    """What a handler gets: a topic such as `booking.confirmed`, whom it is about, and the facts."""

    id: UUID
    topic: str
    subject_id: UUID
    payload: Mapping[str, Any]
    at: datetime


Handler = Callable[[AsyncSession, Event], Awaitable[None]]
"""Takes an event inside the relay's transaction; raising leaves the event for a later try."""


def emit(
    session: AsyncSession, topic: str, *, subject_id: UUID, payload: Mapping[str, Any], at: datetime
) -> UUID:
    """Put an event into the outbox of the running transaction and return its id."""
    row = OutboxRow(
        id=new_id(), topic=topic, subject_id=subject_id, payload=dict(payload), at=at, next_try_at=at
    )
    session.add(row)
    return row.id


_TAKE = text(
    """
    SELECT id, topic, subject_id, payload, at FROM outbox
    WHERE done_at IS NULL AND next_try_at <= :now
    ORDER BY next_try_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
    """
)
_DONE = text("UPDATE outbox SET done_at = :now, tries = tries + 1 WHERE id = :id")
_LATER = text(
    """
    UPDATE outbox SET tries = tries + 1, failure = :failure,
      next_try_at = CAST(:now AS timestamptz)
        + LEAST(interval '1 second' * power(2, LEAST(tries, 20)), interval '10 minutes')
    WHERE id = :id
    """
)


async def relay(
    session: AsyncSession, handlers: Mapping[str, Sequence[Handler]], *, now: datetime, limit: int = 100
) -> int:
    """Hand waiting events to their handlers; return how many were taken up.

    Each event has a savepoint of its own: one that fails is put off with back-off and holds up no other.
    """
    rows = (await session.execute(_TAKE, {"now": now, "limit": limit})).all()
    for row in rows:
        event = Event(row.id, row.topic, row.subject_id, row.payload, row.at)
        try:
            async with session.begin_nested():
                for handler in handlers.get(event.topic, ()):
                    await handler(session, event)
            await session.execute(_DONE, {"id": event.id, "now": now})
        except Exception as error:  # noqa: BLE001 - kept in the row and tried again, never lost
            await session.execute(_LATER, {"id": event.id, "now": now, "failure": repr(error)[:500]})
    return len(rows)

"""The statement that finds what people are to be reminded of."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.notices.reminding import Span

_AHEAD = text(
    """
    SELECT b.id, b.person_id, b.booked_by, b.title, b.starts_at, b.relocations FROM booking b
    WHERE b.state = 'confirmed' AND b.scene IN :scenes
      AND b.no_show_at > :after AND b.no_show_at <= CAST(:until AS timestamptz) + interval '2 days'
      AND b.starts_at > :after AND b.starts_at <= CAST(:until AS timestamptz)
      AND b.created_at < LEAST(CAST(:booked_before AS timestamptz), b.starts_at - CAST(:lead AS interval))
      AND NOT EXISTS (
        SELECT 1 FROM inbox_message m WHERE m.person_id = b.person_id AND m.dedupe = concat_ws(
          ':', 'reminder', b.id, CAST(:kind AS text), floor(extract(epoch FROM b.starts_at))::bigint,
          b.relocations)
      )
    ORDER BY b.starts_at LIMIT :limit
    """
).bindparams(bindparam("scenes", expanding=True))
"""Its walk is along the index of what may be missed, which every confirmed booking is in, so that the
ledger need not keep one more."""


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """A booking that begins soon: whose, who arranged it, what and when."""

    id: UUID
    person_id: UUID
    booked_by: UUID
    title: str
    starts_at: datetime
    relocations: int


async def ahead(session: AsyncSession, span: Span, *, scenes: Sequence[str], limit: int) -> Sequence[Ahead]:
    """Read the bookings in a span that nobody was reminded of yet, the soonest first."""
    facts = {"scenes": list(scenes), "limit": limit, **msgspec.structs.asdict(span)}
    return [Ahead(**row) for row in (await session.execute(_AHEAD, facts)).mappings()]

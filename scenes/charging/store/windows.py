"""The statements about quarter-hours: which window of the ledger is which connector's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.charging.tables import ChargingConnectorRow, ChargingWindowRow
from scenes.common.booking.tables import LAPSED, BookingWindowRow

PUBLISH_LOCK: Final = 102_015


class Quarter(NamedTuple):
    """A quarter-hour of a connector as the ledger has it; `free` counts lapsed bookings as free."""

    window_id: UUID
    connector_id: UUID
    starts_at: datetime
    free: int


_UNPUBLISHED = text(
    """
    SELECT c.id FROM charging_connector c WHERE c.gone_at IS NULL AND NOT EXISTS (
      SELECT FROM charging_window w
      WHERE w.connector_id = c.id AND w.starts_at >= :since AND w.starts_at < :until)
    """
)
_QUARTERS = text(
    f"""
    WITH lapsed AS (
      SELECT l.window_id, sum(l.units) AS units FROM booking b JOIN booking_line l ON l.booking_id = b.id
      WHERE b.scene = 'charging' AND {LAPSED.format(now=":now")} GROUP BY l.window_id)
    SELECT q.window_id, q.connector_id, q.starts_at, w.capacity - w.taken + COALESCE(x.units, 0) AS free
    FROM charging_window q JOIN booking_window w ON w.id = q.window_id
      LEFT JOIN lapsed x ON x.window_id = q.window_id
    WHERE q.connector_id = ANY(:connectors) AND q.starts_at >= :since AND q.starts_at < :until
      AND w.state = 'open'
    ORDER BY q.starts_at
    """  # noqa: S608 - constants
)


async def unpublished(session: AsyncSession, since: datetime, until: datetime) -> set[UUID]:
    """Name the connectors that have no window yet within a span."""
    return set((await session.scalars(_UNPUBLISHED, {"since": since, "until": until})).all())


async def add(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Say which windows are which connector's quarter-hours."""
    await session.execute(insert(ChargingWindowRow), rows)


async def quarters(
    session: AsyncSession, connectors: Sequence[UUID], *, since: datetime, until: datetime, now: datetime
) -> list[Quarter]:
    """Read the quarter-hours of connectors that start within a span, in the order of time."""
    facts = {"connectors": list(connectors), "since": since, "until": until, "now": now}
    return [Quarter(*row) for row in (await session.execute(_QUARTERS, facts)).all()]


async def connector(session: AsyncSession, connector_id: UUID) -> ChargingConnectorRow | None:
    """Read one connector."""
    return await session.get(ChargingConnectorRow, connector_id)


async def existing(session: AsyncSession, window_ids: Sequence[UUID]) -> set[UUID]:
    """Say which of these windows are published already."""
    statement = select(col(BookingWindowRow.id)).where(col(BookingWindowRow.id).in_(window_ids))
    return set((await session.scalars(statement)).all())


async def lock_publishing(session: AsyncSession) -> None:
    """Let others who would publish wait until this transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PUBLISH_LOCK})

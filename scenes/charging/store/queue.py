"""Who waits for a connector: one statement a function."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.charging.tables import QueueEntryRow

OPEN: Final = ("waiting", "offered")


async def waiting_counts(session: AsyncSession) -> dict[tuple[UUID, int], int]:
    """Count who waits, by station and kind of connector."""
    wanted = (
        select(col(QueueEntryRow.station_id), col(QueueEntryRow.connector_kind), func.count())
        .where(col(QueueEntryRow.state) == "waiting")
        .group_by(col(QueueEntryRow.station_id), col(QueueEntryRow.connector_kind))
    )
    return {(station_id, kind): number for station_id, kind, number in await session.execute(wanted)}


async def entry(session: AsyncSession, entry_id: UUID) -> QueueEntryRow | None:
    """Read an entry, locked."""
    return await session.get(QueueEntryRow, entry_id, with_for_update=True, populate_existing=True)


async def open_of(session: AsyncSession, person_id: UUID) -> Sequence[QueueEntryRow]:
    """Return the entries by which a person waits or has an offer."""
    wanted = (
        select(QueueEntryRow)
        .where(
            col(QueueEntryRow.person_id) == person_id,
            col(QueueEntryRow.state).in_(OPEN),
        )
        .order_by(col(QueueEntryRow.joined_at), col(QueueEntryRow.id))
    )
    return (await session.scalars(wanted)).all()


async def all_open(session: AsyncSession) -> Sequence[QueueEntryRow]:
    """Return every entry that waits or has an offer, in the order of joining."""
    wanted = (
        select(QueueEntryRow)
        .where(col(QueueEntryRow.state).in_(OPEN))
        .order_by(col(QueueEntryRow.joined_at), col(QueueEntryRow.id))
    )
    return (await session.scalars(wanted)).all()


async def ahead_of(session: AsyncSession, row: QueueEntryRow) -> int:
    """Count those who wait for the same and joined earlier."""
    earlier = select(func.count()).where(
        col(QueueEntryRow.station_id) == row.station_id,
        col(QueueEntryRow.connector_kind) == row.connector_kind,
        col(QueueEntryRow.state) == "waiting",
        (col(QueueEntryRow.joined_at) < row.joined_at)
        | ((col(QueueEntryRow.joined_at) == row.joined_at) & (col(QueueEntryRow.id) < row.id)),
    )
    return (await session.execute(earlier)).scalar_one()


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def lock_person(session: AsyncSession, person_id: UUID) -> None:
    """Let one person join once, whatever the moment; the lock ends with the transaction."""
    await session.execute(_LOCK, {"name": f"charging-queue:{person_id}"})


_STATES = text("SELECT id, state, hold_expires_at FROM booking WHERE id = ANY(:ids)")


async def booking_states(
    session: AsyncSession, bookings: Sequence[UUID]
) -> dict[UUID, tuple[str, datetime | None]]:
    """Return the state of offers' bookings, and until when they are held."""
    rows = await session.execute(_STATES, {"ids": list(bookings)})
    return {row.id: (row.state, row.hold_expires_at) for row in rows}


_FREE_QUARTERS = text(
    """
    SELECT cw.connector_id, cw.starts_at, cw.window_id FROM charging_window cw
    JOIN booking_window w ON w.id = cw.window_id
    WHERE cw.connector_id = ANY(:connectors) AND cw.starts_at >= :since AND cw.starts_at < :until
    AND w.taken < w.capacity AND w.state = 'open'
    ORDER BY cw.connector_id, cw.starts_at
    """
)


async def free_quarters(
    session: AsyncSession, connectors: Sequence[UUID], *, since: datetime, until: datetime
) -> dict[UUID, dict[datetime, UUID]]:
    """Return the windows of connectors that nobody has, by their starts, within a span."""
    facts = {"connectors": list(connectors), "since": since, "until": until}
    found: dict[UUID, dict[datetime, UUID]] = {}
    for row in await session.execute(_FREE_QUARTERS, facts):
        found.setdefault(row.connector_id, {})[row.starts_at] = row.window_id
    return found


_FACTS = text("SELECT title, resource, starts_at, place_id FROM booking WHERE id = :id")


async def booking_facts(session: AsyncSession, booking_id: UUID) -> dict[str, str]:
    """Return what a message says of an offered booking."""
    row = (await session.execute(_FACTS, {"id": booking_id})).one()
    return {
        "title": f"{row.title} {row.resource}",
        "startsAt": row.starts_at.isoformat(),
        "placeId": str(row.place_id),
    }

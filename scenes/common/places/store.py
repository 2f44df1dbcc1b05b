"""The places desk's statements, one a function."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.places.tables import PlaceExceptionRow, PlaceRow

_KEPT = {"id"}
_COUNT = text(
    """
    INSERT INTO place_change (id, counter) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET counter = place_change.counter + 1 RETURNING counter
    """
)
_COUNTER = text("SELECT counter FROM place_change WHERE id = 1")
_TOUCH = text("UPDATE place SET updated_at = :at, version = :version WHERE id = :place_id RETURNING 1")
_CLOSE = text(
    "UPDATE place SET closed_at = :at, updated_at = :at, version = :version WHERE id = :place_id RETURNING 1"
)


async def count_change(session: AsyncSession) -> int:
    """Move the change counter, keep it locked until the commit, and return its value."""
    return (await session.execute(_COUNT)).scalar_one()


async def counter(session: AsyncSession) -> int:
    """Read the change counter; 0 before the first change."""
    return (await session.execute(_COUNTER)).scalar_one_or_none() or 0


async def put_places(session: AsyncSession, places: Sequence[dict[str, Any]]) -> None:
    """Insert places or overwrite those with the same id."""
    statement = insert(PlaceRow)
    changed = {name: statement.excluded[name] for name in places[0] if name not in _KEPT}
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), places)


async def put_exceptions(session: AsyncSession, exceptions: Sequence[dict[str, Any]]) -> None:
    """Insert exceptions or overwrite those of the same place and day."""
    statement = insert(PlaceExceptionRow)
    changed = {"hours": statement.excluded.hours, "reason": statement.excluded.reason}
    await session.execute(
        statement.on_conflict_do_update(index_elements=["place_id", "day"], set_=changed), exceptions
    )


async def touch(session: AsyncSession, place_id: UUID, *, at: datetime, version: int) -> bool:
    """Mark a place as changed; false when there is none."""
    done = await session.execute(_TOUCH, {"place_id": place_id, "at": at, "version": version})
    return done.first() is not None


async def close(session: AsyncSession, place_id: UUID, *, at: datetime, version: int) -> bool:
    """Close a place for good; false when there is none."""
    done = await session.execute(_CLOSE, {"place_id": place_id, "at": at, "version": version})
    return done.first() is not None


async def name(session: AsyncSession, place_id: UUID) -> str | None:
    """Read what a place is called."""
    return await session.scalar(select(col(PlaceRow.name)).where(col(PlaceRow.id) == place_id))


async def situations(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, tuple[str, bool]]:
    """Read in which subdistrict places lie and whether they are step-free."""
    wanted = select(col(PlaceRow.id), col(PlaceRow.subdistrict), col(PlaceRow.step_free))
    found = await session.execute(wanted.where(col(PlaceRow.id).in_(ids)))
    return {row.id: (row.subdistrict, row.step_free) for row in found}


async def places_since(session: AsyncSession, version: int) -> Sequence[PlaceRow]:
    """Return the places changed after a value of the counter, in id order."""
    wanted = select(PlaceRow).where(col(PlaceRow.version) > version).order_by(col(PlaceRow.id))
    return (await session.scalars(wanted)).all()


async def exceptions_from(session: AsyncSession, day: date, *, version: int) -> Sequence[PlaceExceptionRow]:
    """Return the exceptions from a day on, of the places changed after a value of the counter."""
    wanted = (
        select(PlaceExceptionRow)
        .join(PlaceRow, col(PlaceRow.id) == col(PlaceExceptionRow.place_id))
        .where(col(PlaceRow.version) > version, col(PlaceExceptionRow.day) >= day)
        .order_by(col(PlaceExceptionRow.place_id), col(PlaceExceptionRow.day))
    )
    return (await session.scalars(wanted)).all()

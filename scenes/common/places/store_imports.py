"""The statements of imports and outlines, one a function."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.places.tables import PlaceRow
from scenes.common.places.tables_imports import (
    PlaceImportLineRow,
    PlaceImportRow,
    PlaceKeyRow,
    SubdistrictOutlineRow,
)

_LATER = text(
    """
    SELECT DISTINCT ON (line.place_id) line.place_id, later.file_name, later.id
    FROM place_import_line line JOIN place_import later ON later.id = line.import_id
    WHERE later.state = 'done' AND later.version > :version
      AND line.place_id IN (SELECT place_id FROM place_import_line WHERE import_id = :import_id)
    ORDER BY line.place_id, later.version DESC
    """
)
_CLOSE = text(
    "UPDATE place SET closed_at = :at, updated_at = :at, version = :version WHERE id = ANY(:place_ids)"
)
_REMOVE_KEYS = text("DELETE FROM place_key WHERE place_id = ANY(:place_ids)")


async def all_places(session: AsyncSession) -> Sequence[tuple[PlaceRow, str | None]]:
    """Return every place, closed ones too, with its stable id if it has one."""
    wanted = select(PlaceRow, col(PlaceKeyRow.key)).outerjoin(
        PlaceKeyRow, col(PlaceKeyRow.place_id) == col(PlaceRow.id)
    )
    return [(row, key) for row, key in await session.execute(wanted.order_by(col(PlaceRow.id)))]


async def places(session: AsyncSession, place_ids: Collection[UUID]) -> Sequence[PlaceRow]:
    """Return the places with these ids."""
    return (await session.scalars(select(PlaceRow).where(col(PlaceRow.id).in_(place_ids)))).all()


async def add_keys(session: AsyncSession, keys: Sequence[dict[str, Any]]) -> None:
    """Give places their stable ids."""
    if keys:
        await session.execute(insert(PlaceKeyRow), keys)


async def remove_keys(session: AsyncSession, place_ids: Sequence[UUID]) -> None:
    """Take places' stable ids away."""
    await session.execute(_REMOVE_KEYS, {"place_ids": place_ids})


async def add_lines(session: AsyncSession, lines: Sequence[dict[str, Any]]) -> None:
    """Write down what an import changed."""
    if lines:
        await session.execute(insert(PlaceImportLineRow), lines)


async def lines(session: AsyncSession, import_id: UUID) -> Sequence[PlaceImportLineRow]:
    """Return what an import changed, in the file's order."""
    wanted = select(PlaceImportLineRow).where(col(PlaceImportLineRow.import_id) == import_id)
    return (await session.scalars(wanted.order_by(col(PlaceImportLineRow.line)))).all()


async def locked(session: AsyncSession, import_id: UUID) -> PlaceImportRow | None:
    """Return an import and hold it until the commit."""
    wanted = select(PlaceImportRow).where(col(PlaceImportRow.id) == import_id).with_for_update()
    return await session.scalar(wanted)


async def one(session: AsyncSession, import_id: UUID) -> PlaceImportRow | None:
    """Return an import."""
    return await session.get(PlaceImportRow, import_id)


async def imports(session: AsyncSession, *, after: UUID | None, limit: int) -> Sequence[PlaceImportRow]:
    """Return the imports that were taken in, the latest first; `after` is the last one of the page before."""
    wanted = select(PlaceImportRow).where(col(PlaceImportRow.state) != "proposed")
    if after is not None:
        wanted = wanted.where(col(PlaceImportRow.id) < after)
    return (await session.scalars(wanted.order_by(col(PlaceImportRow.id).desc()).limit(limit))).all()


async def forget_proposals(session: AsyncSession, *, before: datetime) -> None:
    """Drop proposals that nobody confirmed."""
    stale = (col(PlaceImportRow.state) == "proposed", col(PlaceImportRow.at) < before)
    await session.execute(delete(PlaceImportRow).where(*stale))


async def later_imports(
    session: AsyncSession, import_id: UUID, *, version: int
) -> dict[UUID, tuple[str, UUID]]:
    """Return which places of an import a later one changed, with that one's file and id."""
    found = await session.execute(_LATER, {"import_id": import_id, "version": version})
    return {row.place_id: (row.file_name, row.id) for row in found}


async def close_places(
    session: AsyncSession, place_ids: Sequence[UUID], *, at: datetime, version: int
) -> None:
    """Close several places for good."""
    await session.execute(_CLOSE, {"place_ids": place_ids, "at": at, "version": version})


async def outlines(session: AsyncSession) -> Sequence[SubdistrictOutlineRow]:
    """Return the subdistricts' outlines."""
    wanted = select(SubdistrictOutlineRow).order_by(col(SubdistrictOutlineRow.name))
    return (await session.scalars(wanted)).all()


async def replace_outlines(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Put these outlines in the place of all there were."""
    await session.execute(delete(SubdistrictOutlineRow))
    await session.execute(insert(SubdistrictOutlineRow), rows)

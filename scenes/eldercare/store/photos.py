"""The statements about photos of visits."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.eldercare.tables.photos import CarePhotoRow


async def photos(session: AsyncSession, request_id: UUID) -> Sequence[tuple[UUID, datetime]]:
    """Read which photos a request has and when they were added, oldest first, without the pictures."""
    found = select(col(CarePhotoRow.id), col(CarePhotoRow.at)).where(
        col(CarePhotoRow.request_id) == request_id
    )
    return [(row.id, row.at) for row in await session.execute(found.order_by(col(CarePhotoRow.id)))]


async def count(session: AsyncSession, request_id: UUID) -> int:
    """Count a request's photos."""
    found = select(func.count()).where(col(CarePhotoRow.request_id) == request_id)
    return (await session.execute(found)).scalar_one()


async def photo(session: AsyncSession, request_id: UUID, photo_id: UUID) -> CarePhotoRow | None:
    """Read one photo of a request."""
    row = await session.get(CarePhotoRow, photo_id)
    return row if row is not None and row.request_id == request_id else None


async def drop_before(session: AsyncSession, day: date) -> None:
    """Delete the photos that need not be kept on a day any more."""
    await session.execute(delete(CarePhotoRow).where(col(CarePhotoRow.keep_until) <= day))

"""The statements about who lives in a nursing home, and the internet hospital's free times."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.booking.tables import BookingRow, BookingWindowRow
from scenes.common.people.tables import PersonRow
from scenes.common.places.tables import PlaceRow
from scenes.eldercare.tables.homes import CareResidentRow

HOSPITAL = "internet_hospital"
"""The kind of place whose times are video visits."""


async def residents(
    session: AsyncSession, place_id: UUID, day: date
) -> Sequence[tuple[CareResidentRow, PersonRow]]:
    """Read who lives in a home on a day or moves in later, by room."""
    found = (
        select(CareResidentRow, PersonRow)
        .join(PersonRow, col(PersonRow.id) == col(CareResidentRow.person_id))
        .where(
            col(CareResidentRow.place_id) == place_id,
            or_(col(CareResidentRow.until).is_(None), col(CareResidentRow.until) > day),
        )
        .order_by(col(CareResidentRow.room), col(CareResidentRow.id))
    )
    rows: Any = (await session.execute(found)).all()
    return [(row[0], row[1]) for row in rows]


async def stay(session: AsyncSession, stay_id: UUID, *, lock: bool = False) -> CareResidentRow | None:
    """Read one stay, for a change where `lock`."""
    return await session.get(CareResidentRow, stay_id, with_for_update=lock, populate_existing=True)


async def present_stay(session: AsyncSession, person_id: UUID) -> CareResidentRow | None:
    """Read where a person lives now, if in a home."""
    found = select(CareResidentRow).where(
        col(CareResidentRow.person_id) == person_id, col(CareResidentRow.until).is_(None)
    )
    return await session.scalar(found)


async def slots(
    session: AsyncSession, *, now: datetime, limit: int
) -> Sequence[tuple[BookingWindowRow, str]]:
    """Read the internet hospital's times that can be had, soonest first, each with the hospital's name."""
    window = BookingWindowRow
    found = (
        select(window, col(PlaceRow.name))
        .join(PlaceRow, col(PlaceRow.id) == col(window.place_id))
        .where(
            col(PlaceRow.kind) == HOSPITAL,
            col(window.state) == "open",
            col(window.taken) < col(window.capacity),
            col(window.opens_at) <= now,
            col(window.closes_at) > now,
        )
        .order_by(col(window.starts_at), col(window.resource), col(window.id))
        .limit(limit)
    )
    rows: Any = (await session.execute(found)).all()
    return [(row[0], row[1]) for row in rows]


async def slot(session: AsyncSession, window_id: UUID) -> BookingWindowRow | None:
    """Read a time of the internet hospital's."""
    found = (
        select(BookingWindowRow)
        .join(PlaceRow, col(PlaceRow.id) == col(BookingWindowRow.place_id))
        .where(col(BookingWindowRow.id) == window_id, col(PlaceRow.kind) == HOSPITAL)
    )
    return await session.scalar(found)


async def visits(
    session: AsyncSession, home_id: UUID, begin: datetime, end: datetime
) -> Sequence[tuple[BookingRow, str]]:
    """Read a home's video visits that begin in a span, each with the person's name, in order."""
    found = (
        select(BookingRow, col(PersonRow.name))
        .join(PersonRow, col(PersonRow.id) == col(BookingRow.person_id))
        .join(PlaceRow, col(PlaceRow.id) == col(BookingRow.place_id))
        .where(
            col(PlaceRow.kind) == HOSPITAL,
            col(BookingRow.starts_at) >= begin,
            col(BookingRow.starts_at) < end,
            col(BookingRow.details)["homeId"].astext == str(home_id),
        )
        .order_by(col(BookingRow.starts_at), col(BookingRow.id))
    )
    rows: Any = (await session.execute(found)).all()
    return [(row[0], row[1]) for row in rows]

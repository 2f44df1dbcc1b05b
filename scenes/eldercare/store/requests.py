"""The statements about the catalogue, requests for care and carers."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.booking.tables import BookingWindowRow
from scenes.common.people.tables import PersonRow, StaffRow
from scenes.common.places.tables import PlaceRow
from scenes.eldercare.states import OPEN
from scenes.eldercare.tables.requests import (
    CareCarerRow,
    CareHandoverRow,
    CareRequestRow,
    CareServiceRow,
    CareShiftRow,
    CareStepRow,
    CareTermsRow,
)


async def services(session: AsyncSession) -> Sequence[CareServiceRow]:
    """Read the catalogue in its order."""
    found = select(CareServiceRow).where(col(CareServiceRow.active)).order_by(col(CareServiceRow.position))
    return (await session.scalars(found)).all()


async def service(session: AsyncSession, service_id: UUID) -> CareServiceRow | None:
    """Read one service, offered or not."""
    return await session.get(CareServiceRow, service_id)


async def terms(session: AsyncSession, service_ids: Collection[UUID]) -> Sequence[CareTermsRow]:
    """Read all dated terms of these services."""
    found = select(CareTermsRow).where(col(CareTermsRow.service_id).in_(service_ids))
    return (await session.scalars(found)).all()


async def free_windows(
    session: AsyncSession, service_id: UUID, *, now: datetime, limit: int
) -> Sequence[BookingWindowRow]:
    """Read the times of a service that can still be had, soonest first."""
    window = BookingWindowRow
    found = (
        select(window)
        .join(CareShiftRow, col(CareShiftRow.id) == col(window.group_id))
        .where(
            col(CareShiftRow.service_id) == service_id,
            col(window.state) == "open",
            col(window.taken) < col(window.capacity),
            col(window.opens_at) <= now,
            col(window.closes_at) > now,
        )
        .order_by(col(window.starts_at), col(window.id))
        .limit(limit)
    )
    return (await session.scalars(found)).all()


async def window(session: AsyncSession, window_id: UUID, service_id: UUID) -> BookingWindowRow | None:
    """Read a window that belongs to this service."""
    found = (
        select(BookingWindowRow)
        .join(CareShiftRow, col(CareShiftRow.id) == col(BookingWindowRow.group_id))
        .where(col(BookingWindowRow.id) == window_id, col(CareShiftRow.service_id) == service_id)
    )
    return await session.scalar(found)


async def person(session: AsyncSession, person_id: UUID) -> PersonRow | None:
    """Read a person."""
    return await session.get(PersonRow, person_id)


async def venues(session: AsyncSession) -> Sequence[PlaceRow]:
    """Read the eldercare venues that are open, those with carers only."""
    teams = select(col(CareCarerRow.place_id)).where(col(CareCarerRow.active))
    found = select(PlaceRow).where(col(PlaceRow.id).in_(teams), col(PlaceRow.closed_at).is_(None))
    return (await session.scalars(found)).all()


async def place_name(session: AsyncSession, place_id: UUID) -> str:
    """Read what a place is called; empty when unknown."""
    found = await session.scalar(select(col(PlaceRow.name)).where(col(PlaceRow.id) == place_id))
    return found or ""


async def add_request(session: AsyncSession, row: CareRequestRow) -> bool:
    """Write a request unless it is there; tell whether it is new."""
    written = await session.execute(
        insert(CareRequestRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing()
        .returning(col(CareRequestRow.id))
    )
    return written.first() is not None


async def request(session: AsyncSession, request_id: UUID, *, lock: bool = False) -> CareRequestRow | None:
    """Read a request, for a change where `lock`."""
    found = select(CareRequestRow).where(col(CareRequestRow.id) == request_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(found)


async def requests_of(session: AsyncSession, person_id: UUID, *, limit: int) -> Sequence[CareRequestRow]:
    """Read a person's requests, newest first."""
    found = (
        select(CareRequestRow)
        .where(col(CareRequestRow.person_id) == person_id)
        .order_by(col(CareRequestRow.requested_at).desc())
        .limit(limit)
    )
    return (await session.scalars(found)).all()


async def open_requests(
    session: AsyncSession, place_ids: Collection[UUID] | None
) -> Sequence[tuple[CareRequestRow, str]]:
    """Read what is open at these venues (everywhere for none), each with the person's name."""
    found = (
        select(CareRequestRow, col(PersonRow.name))
        .join(PersonRow, col(PersonRow.id) == col(CareRequestRow.person_id))
        .where(col(CareRequestRow.state).in_(OPEN))
    )
    if place_ids is not None:
        found = found.where(col(CareRequestRow.place_id).in_(place_ids))
    rows: Any = (await session.execute(found)).all()
    return [(row[0], row[1]) for row in rows]


async def count_open_requests(session: AsyncSession) -> dict[tuple[UUID, UUID | None], int]:
    """Count what is open, by venue and by the carer it is with (none: nobody yet)."""
    place, carer = col(CareRequestRow.place_id), col(CareRequestRow.carer_id)
    found = (
        select(place, carer, func.count()).where(col(CareRequestRow.state).in_(OPEN)).group_by(place, carer)
    )
    rows: Any = (await session.execute(found)).all()
    return {(row[0], row[1]): row[2] for row in rows}


async def overdue(session: AsyncSession, now: datetime) -> Sequence[CareRequestRow]:
    """Lock the assigned requests that nobody has accepted in time."""
    found = (
        select(CareRequestRow)
        .where(col(CareRequestRow.state) == "assigned", col(CareRequestRow.due_at) <= now)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(found)).all()


async def unsettled(session: AsyncSession) -> Sequence[CareRequestRow]:
    """Read the requests whose booking has yet to follow."""
    return (await session.scalars(select(CareRequestRow).where(~col(CareRequestRow.settled)))).all()


async def steps(session: AsyncSession, request_id: UUID) -> Sequence[CareStepRow]:
    """Read a request's log in order."""
    found = select(CareStepRow).where(col(CareStepRow.request_id) == request_id)
    return (await session.scalars(found.order_by(col(CareStepRow.at), col(CareStepRow.id)))).all()


async def carer(session: AsyncSession, staff_id: UUID) -> CareCarerRow | None:
    """Read whether a member of staff is a carer."""
    return await session.get(CareCarerRow, staff_id)


async def carer_ids(session: AsyncSession) -> frozenset[UUID]:
    """Name every member of staff who is a carer."""
    return frozenset((await session.scalars(select(col(CareCarerRow.staff_id)))).all())


async def staff_name(session: AsyncSession, staff_id: UUID) -> str:
    """Read what a member of staff is called; empty when unknown."""
    found = await session.scalar(select(col(StaffRow.display_name)).where(col(StaffRow.id) == staff_id))
    return found or ""


async def carers(session: AsyncSession, place_id: UUID) -> Sequence[tuple[CareCarerRow, PlaceRow, str]]:
    """Read the active carers of a venue, with where they set out from and what they are called."""
    found = (
        select(CareCarerRow, PlaceRow, col(StaffRow.display_name))
        .join(PlaceRow, col(PlaceRow.id) == col(CareCarerRow.place_id))
        .join(StaffRow, col(StaffRow.id) == col(CareCarerRow.staff_id))
        .where(
            col(CareCarerRow.place_id) == place_id,
            col(CareCarerRow.active),
            col(StaffRow.disabled_at).is_(None),
        )
    )
    rows: Any = (await session.execute(found)).all()
    return [(row[0], row[1], row[2]) for row in rows]


async def reachable_carers(session: AsyncSession) -> Sequence[tuple[CareCarerRow, PlaceRow]]:
    """Read the active carers of all venues who can be called as residents, with where they set out from."""
    found = (
        select(CareCarerRow, PlaceRow)
        .join(PlaceRow, col(PlaceRow.id) == col(CareCarerRow.place_id))
        .join(StaffRow, col(StaffRow.id) == col(CareCarerRow.staff_id))
        .join(PersonRow, col(PersonRow.id) == col(CareCarerRow.person_id))
        .where(
            col(CareCarerRow.active),
            col(StaffRow.disabled_at).is_(None),
            col(PersonRow.erased_at).is_(None),
        )
    )
    rows: Any = (await session.execute(found)).all()
    return [(row[0], row[1]) for row in rows]


async def loads(session: AsyncSession) -> dict[UUID, int]:
    """Count the open visits of each carer."""
    found = (
        select(col(CareRequestRow.carer_id), func.count())
        .where(col(CareRequestRow.state).in_(OPEN), col(CareRequestRow.carer_id).is_not(None))
        .group_by(col(CareRequestRow.carer_id))
    )
    rows: Any = (await session.execute(found)).all()
    return {row[0]: row[1] for row in rows}


async def requests_between(
    session: AsyncSession, begin: datetime, end: datetime, *, place_ids: Collection[UUID] | None
) -> Sequence[CareRequestRow]:
    """Read what was asked for in a span at these venues (everywhere for none), oldest first."""
    found = select(CareRequestRow).where(
        col(CareRequestRow.requested_at) >= begin, col(CareRequestRow.requested_at) < end
    )
    if place_ids is not None:
        found = found.where(col(CareRequestRow.place_id).in_(place_ids))
    found = found.order_by(col(CareRequestRow.requested_at), col(CareRequestRow.id))
    return (await session.scalars(found)).all()


async def steps_of(session: AsyncSession, request_ids: Collection[UUID]) -> Sequence[CareStepRow]:
    """Read the logs of several requests, each in order."""
    found = select(CareStepRow).where(col(CareStepRow.request_id).in_(request_ids))
    return (await session.scalars(found.order_by(col(CareStepRow.at), col(CareStepRow.id)))).all()


async def handovers(
    session: AsyncSession, place_ids: Collection[UUID] | None, *, limit: int
) -> Sequence[tuple[CareHandoverRow, str]]:
    """Read the last hand-over notes of these venues (everywhere for none), with who wrote them."""
    found = (
        select(CareHandoverRow, col(StaffRow.display_name))
        .outerjoin(StaffRow, col(StaffRow.id) == col(CareHandoverRow.written_by))
        .order_by(col(CareHandoverRow.at).desc(), col(CareHandoverRow.id).desc())
        .limit(limit)
    )
    if place_ids is not None:
        found = found.where(col(CareHandoverRow.place_id).in_(place_ids))
    rows: Any = (await session.execute(found)).all()
    return [(row[0], row[1] or "") for row in rows]

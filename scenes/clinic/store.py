"""The clinic room's statements, one a function."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, Select, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.clinic.tables import (
    ClinicRuleRow,
    ClinicSessionRow,
    ClinicStrikeRow,
    DepartmentRow,
    DoctorRow,
)
from scenes.common.booking.tables import BookingStandingRow, BookingWindowRow, WaitlistEntryRow

SessionFacts = tuple[ClinicSessionRow, DoctorRow, DepartmentRow]

_DAYS_BOOKINGS: Final = text(
    """
    SELECT b.id, b.code, p.id AS person_id, p.phone_sealed, p.id_sealed
    FROM booking b JOIN person p ON p.id = b.person_id
    WHERE b.scene = 'clinic' AND b.place_id = ANY(:places) AND b.starts_at >= :since
    AND b.starts_at < :until AND p.name = :name AND b.state IN ('confirmed', 'checked_in')
    """
)
_FREE_BY_PLACE: Final = text(
    """
    SELECT place_id, sum(CASE WHEN opens_at <= :now AND closes_at > :now THEN capacity - taken ELSE 0 END)
      AS free, sum(capacity) AS capacity
    FROM booking_window
    WHERE place_id IN (SELECT place_id FROM department) AND scene = 'clinic' AND state = 'open'
    AND starts_at >= :now AND starts_at < :until GROUP BY place_id
    """
)
_EQUAL: Final = text(
    """
    SELECT w.id AS window_id, s.id AS session_id, s.place_id, d.name AS doctor, s.grade, w.starts_at,
      w.ends_at
    FROM clinic_session s
    JOIN department e ON e.id = s.department_id JOIN doctor d ON d.id = s.doctor_id
    JOIN booking_window w ON w.group_id = s.id
    WHERE s.grade = :grade AND s.day >= :day AND s.day < :until AND s.state = 'open' AND s.id <> :stopped
    AND e.code = :code AND w.state = 'open' AND w.taken < w.capacity AND w.starts_at > :now
    AND w.opens_at <= :now AND w.closes_at > :now
    AND (w.audience = 'public' OR w.falls_through_at <= :now)
    ORDER BY w.starts_at LIMIT 500
    """
)
_STOP_EMPTIED: Final = text(
    """
    UPDATE clinic_session s SET state = 'stopped' WHERE s.id IN (
      SELECT group_id FROM booking_window WHERE id = ANY(:windows))
    AND NOT EXISTS (SELECT FROM booking_window w WHERE w.group_id = s.id AND w.state = 'open')
    RETURNING s.id
    """
)
_TAKE_ONE: Final = text(
    """
    UPDATE booking_window SET taken = taken + 1 WHERE id = (
      SELECT id FROM booking_window WHERE id = :id AND state = 'open' AND taken < capacity
      FOR UPDATE SKIP LOCKED)
    RETURNING group_id
    """
)


async def departments(session: AsyncSession, place_id: UUID) -> Sequence[DepartmentRow]:
    """Read a venue's departments in the order of their codes."""
    wanted = select(DepartmentRow).where(col(DepartmentRow.place_id) == place_id)
    return (await session.scalars(wanted.order_by(col(DepartmentRow.code)))).all()


async def all_departments(session: AsyncSession) -> Sequence[DepartmentRow]:
    """Read the departments of every venue."""
    return (await session.scalars(select(DepartmentRow).order_by(col(DepartmentRow.id)))).all()


async def all_doctors(session: AsyncSession) -> Sequence[tuple[DoctorRow, DepartmentRow]]:
    """Read the doctors of every venue with their departments."""
    wanted = select(DoctorRow, DepartmentRow).join(
        DepartmentRow, col(DepartmentRow.id) == col(DoctorRow.department_id)
    )
    return [(doctor, department) for doctor, department in await session.execute(wanted)]


async def venue_ids(session: AsyncSession) -> frozenset[UUID]:
    """Name every venue that has a department."""
    return frozenset((await session.scalars(select(col(DepartmentRow.place_id)).distinct())).all())


async def doctors(
    session: AsyncSession, doctor_ids: Iterable[UUID]
) -> Sequence[tuple[DoctorRow, DepartmentRow]]:
    """Read doctors with their departments."""
    wanted = (
        select(DoctorRow, DepartmentRow)
        .join(DepartmentRow, col(DepartmentRow.id) == col(DoctorRow.department_id))
        .where(col(DoctorRow.id).in_(list(doctor_ids)))
    )
    return [(doctor, department) for doctor, department in await session.execute(wanted)]


async def rules(session: AsyncSession) -> Sequence[ClinicRuleRow]:
    """Read every stored rule; there are few."""
    return (await session.scalars(select(ClinicRuleRow))).all()


async def add_sessions(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> frozenset[UUID]:
    """Insert sessions, leaving those of a shift already published alone; name the new ones."""
    written = (
        insert(ClinicSessionRow)
        .values(list(rows))
        .on_conflict_do_nothing(constraint="uq_clinic_session_shift")
        .returning(col(ClinicSessionRow.id))
    )
    return frozenset((await session.scalars(written)).all())


def _sessions() -> Select[ClinicSessionRow, DoctorRow, DepartmentRow]:
    return (
        select(ClinicSessionRow, DoctorRow, DepartmentRow)
        .join(DoctorRow, col(DoctorRow.id) == col(ClinicSessionRow.doctor_id))
        .join(DepartmentRow, col(DepartmentRow.id) == col(ClinicSessionRow.department_id))
    )


_ORDER: Final = (
    col(ClinicSessionRow.day),
    col(ClinicSessionRow.period),
    col(DepartmentRow.code),
    col(ClinicSessionRow.id),
)


async def sessions(  # noqa: PLR0913 - the filters of a list
    session: AsyncSession,
    place_id: UUID,
    *,
    first: date,
    last: date,
    department_id: UUID | None = None,
    after: tuple[date, str, str, UUID] | None = None,
    limit: int = 500,
) -> Sequence[SessionFacts]:
    """Read a venue's sessions from one day to another, by day, half-day and department."""
    wanted = _sessions().where(
        col(ClinicSessionRow.place_id) == place_id, col(ClinicSessionRow.day).between(first, last)
    )
    if department_id is not None:
        wanted = wanted.where(col(ClinicSessionRow.department_id) == department_id)
    if after is not None:
        wanted = wanted.where(tuple_(*_ORDER) > tuple_(*after))
    found = await session.execute(wanted.order_by(*_ORDER).limit(limit))
    return [(row, doctor, department) for row, doctor, department in found]


async def session_facts(session: AsyncSession, session_id: UUID) -> SessionFacts | None:
    """Read one session with its doctor and department."""
    found = (await session.execute(_sessions().where(col(ClinicSessionRow.id) == session_id))).first()
    return (found[0], found[1], found[2]) if found is not None else None


async def locked_session(session: AsyncSession, session_id: UUID) -> ClinicSessionRow | None:
    """Read one session afresh, keeping other callers of its queue waiting."""
    return await session.get(ClinicSessionRow, session_id, with_for_update=True, populate_existing=True)


async def window_ids(session: AsyncSession, session_id: UUID) -> list[UUID]:
    """Name the windows of a session that are open."""
    wanted = select(col(BookingWindowRow.id)).where(
        col(BookingWindowRow.group_id) == session_id, col(BookingWindowRow.state) == "open"
    )
    return list((await session.scalars(wanted.order_by(col(BookingWindowRow.id)))).all())


async def venues_of_windows(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[UUID]:
    """Name the venue of each clinic window that exists."""
    wanted = select(col(BookingWindowRow.place_id)).where(
        col(BookingWindowRow.id).in_(ids), col(BookingWindowRow.scene) == "clinic"
    )
    return (await session.scalars(wanted)).all()


async def stop_emptied_sessions(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[UUID]:
    """Mark sessions of these windows as stopped where no window is open any more."""
    return (await session.scalars(_STOP_EMPTIED, {"windows": list(ids)})).all()


async def reopen_session(session: AsyncSession, session_id: UUID) -> None:
    """Mark a session as taking place."""
    await session.execute(
        update(ClinicSessionRow).where(col(ClinicSessionRow.id) == session_id).values(state="open")
    )


async def equal_windows(  # noqa: PLR0913 - what makes a window equal
    session: AsyncSession,
    *,
    grade: str,
    code: str,
    stopped: UUID,
    first: date,
    until: date,
    now: datetime,
) -> Sequence[RowMapping]:
    """Find windows anybody can book now, of the same grade and kind of department."""
    facts = {"grade": grade, "code": code, "stopped": stopped, "day": first, "until": until, "now": now}
    return (await session.execute(_EQUAL, facts)).mappings().all()


async def take_one(session: AsyncSession, window_id: UUID) -> UUID | None:
    """Count one more unit of a window as taken; none when it is full, stopped or just being booked."""
    return (await session.execute(_TAKE_ONE, {"id": window_id})).scalar_one_or_none()


async def days_bookings(
    session: AsyncSession, places: Iterable[UUID], *, name: str, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Find the appointments of a name within a span, with what tells namesakes apart, still sealed."""
    facts = {"places": list(places), "name": name, "since": since, "until": until}
    return (await session.execute(_DAYS_BOOKINGS, facts)).mappings().all()


async def free_by_place(session: AsyncSession, *, now: datetime, until: datetime) -> Sequence[RowMapping]:
    """Count, per venue, the numbers that can be booked now and all that there are, until an instant."""
    return (await session.execute(_FREE_BY_PLACE, {"now": now, "until": until})).mappings().all()


async def standing(session: AsyncSession, person_id: UUID, key: str) -> BookingStandingRow | None:
    """Read what is true of a person for booking."""
    return await session.get(BookingStandingRow, (person_id, key), populate_existing=True)


async def add_strike(session: AsyncSession, row: ClinicStrikeRow) -> None:
    """Count a booking against a person, once."""
    await session.execute(insert(ClinicStrikeRow).values(**row.model_dump()).on_conflict_do_nothing())


async def strikes(
    session: AsyncSession, person_id: UUID, kind: str, *, after: datetime
) -> Sequence[datetime]:
    """Read when a person's strikes of a kind happened."""
    wanted = select(col(ClinicStrikeRow.at)).where(
        col(ClinicStrikeRow.person_id) == person_id,
        col(ClinicStrikeRow.kind) == kind,
        col(ClinicStrikeRow.at) > after,
    )
    return (await session.scalars(wanted)).all()


async def clear_waiting_now(session: AsyncSession, groups: Sequence[UUID], now: datetime) -> None:
    """Let the waitlists of sessions end at once; the job that clears them tells everyone."""
    await session.execute(
        update(WaitlistEntryRow)
        .where(col(WaitlistEntryRow.group_id).in_(groups), col(WaitlistEntryRow.state) == "waiting")
        .values(clears_at=now, updated_at=now)
    )


async def add_waiting(session: AsyncSession, row: WaitlistEntryRow) -> None:
    """Put a person on a waitlist, unless they wait there already."""
    await session.execute(insert(WaitlistEntryRow).values(**row.model_dump()).on_conflict_do_nothing())

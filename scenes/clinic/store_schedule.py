"""What planning a venue's schedule reads, one statement a function."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.clinic.tables import ClinicSessionRow, DepartmentRow, DoctorRow


async def doctors_of(session: AsyncSession, place_id: UUID) -> Sequence[tuple[DoctorRow, DepartmentRow]]:
    """Read a venue's doctors with their departments, department by department."""
    wanted = (
        select(DoctorRow, DepartmentRow)
        .join(DepartmentRow, col(DepartmentRow.id) == col(DoctorRow.department_id))
        .where(col(DoctorRow.place_id) == place_id)
        .order_by(col(DepartmentRow.code), col(DoctorRow.name))
    )
    return [(doctor, department) for doctor, department in await session.execute(wanted)]


async def sessions_between(
    session: AsyncSession, place_id: UUID, *, first: date, last: date
) -> Sequence[ClinicSessionRow]:
    """Read every session of a venue from one day to another, without their windows."""
    wanted = select(ClinicSessionRow).where(
        col(ClinicSessionRow.place_id) == place_id, col(ClinicSessionRow.day).between(first, last)
    )
    return (await session.scalars(wanted)).all()


async def lock_schedule(session: AsyncSession, place_id: UUID) -> None:
    """Let one publish at a venue at a time, until the transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:place))"), {"place": str(place_id)})

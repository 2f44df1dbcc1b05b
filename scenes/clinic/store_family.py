"""The statements about family doctors and their contracts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.clinic.tables import DepartmentRow, DoctorRow, FamilyDoctorContractRow


async def family_doctors(session: AsyncSession, place_id: UUID) -> Sequence[tuple[DoctorRow, DepartmentRow]]:
    """Read the doctors of a venue who take family-doctor contracts."""
    wanted = (
        select(DoctorRow, DepartmentRow)
        .join(DepartmentRow, col(DepartmentRow.id) == col(DoctorRow.department_id))
        .where(col(DoctorRow.place_id) == place_id, col(DoctorRow.family))
        .order_by(col(DepartmentRow.code), col(DoctorRow.id))
    )
    return [(doctor, department) for doctor, department in await session.execute(wanted)]


async def running_contract(
    session: AsyncSession, person_id: UUID, *, lock: bool = False
) -> FamilyDoctorContractRow | None:
    """Read the person's contract that was not ended."""
    wanted = select(FamilyDoctorContractRow).where(
        col(FamilyDoctorContractRow.person_id) == person_id, col(FamilyDoctorContractRow.ended_at).is_(None)
    )
    return await session.scalar(wanted.with_for_update() if lock else wanted)


async def signed_at(
    session: AsyncSession, place_ids: Iterable[UUID], *, now: datetime, person_id: UUID | None = None
) -> Sequence[tuple[FamilyDoctorContractRow, str]]:
    """Read the contracts that run at these venues, of one person if asked, with the doctor's name."""
    wanted = (
        select(FamilyDoctorContractRow, col(DoctorRow.name))
        .join(DoctorRow, col(DoctorRow.id) == col(FamilyDoctorContractRow.doctor_id))
        .where(
            col(FamilyDoctorContractRow.place_id).in_(list(place_ids)),
            col(FamilyDoctorContractRow.ended_at).is_(None),
            col(FamilyDoctorContractRow.since) <= now,
            col(FamilyDoctorContractRow.until) > now,
        )
    )
    if person_id is not None:
        wanted = wanted.where(col(FamilyDoctorContractRow.person_id) == person_id)
    return [(contract, doctor) for contract, doctor in await session.execute(wanted)]


async def signed_with(session: AsyncSession, doctor_ids: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """Count the residents signed with each doctor."""
    wanted = (
        select(col(FamilyDoctorContractRow.doctor_id), func.count())
        .where(
            col(FamilyDoctorContractRow.doctor_id).in_(list(doctor_ids)),
            col(FamilyDoctorContractRow.ended_at).is_(None),
            col(FamilyDoctorContractRow.until) > now,
        )
        .group_by(col(FamilyDoctorContractRow.doctor_id))
    )
    return {row[0]: row[1] for row in await session.execute(wanted)}

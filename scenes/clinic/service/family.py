"""Signing with a family doctor (家庭医生签约), which opens the signed residents' share of the venue."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import store
from scenes.clinic import store_family as contracts
from scenes.clinic.errors import AlreadySigned, ContractNotFound, DoctorNotFound, NotFamilyDoctor
from scenes.clinic.tables import DepartmentRow, DoctorRow, FamilyDoctorContractRow
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.kit.ids import new_id

CONTRACT_LIFE: Final = timedelta(days=365)
"""国家卫生健康委 asks for contracts of at least a year; renewed by signing again."""


class FamilyDoctor(msgspec.Struct, frozen=True):
    """A doctor who takes contracts, and how many residents are signed with them."""

    doctor: DoctorRow
    department: DepartmentRow
    signed: int


async def family_doctors_of(session: AsyncSession, place_id: UUID, *, now: datetime) -> list[FamilyDoctor]:
    """List a venue's family doctors."""
    found = await contracts.family_doctors(session, place_id)
    signed = await contracts.signed_with(session, [doctor.id for doctor, _ in found], now)
    return [FamilyDoctor(doctor, dept, signed.get(doctor.id, 0)) for doctor, dept in found]


async def contract_of(
    session: AsyncSession, person_id: UUID, *, now: datetime
) -> FamilyDoctorContractRow | None:
    """Return the person's running contract, if any."""
    row = await contracts.running_contract(session, person_id)
    return row if row is not None and now < row.until else None


async def signed_at(
    session: AsyncSession, place_ids: Iterable[UUID], *, now: datetime, person_id: UUID | None = None
) -> Sequence[tuple[FamilyDoctorContractRow, str]]:
    """List the contracts running at these venues with their doctor's name, of one person if asked."""
    return await contracts.signed_at(session, place_ids, now=now, person_id=person_id)


async def sign(
    session: AsyncSession, person_id: UUID, *, place_id: UUID, doctor_id: UUID, now: datetime
) -> FamilyDoctorContractRow:
    """Sign with a family doctor for a year; signing with the same one again is the same contract.

    Refuses with DoctorNotFound, NotFamilyDoctor and AlreadySigned.
    """
    doctor = await _family_doctor(session, place_id, doctor_id)
    running = await contracts.running_contract(session, person_id, lock=True)
    if running is not None and now < running.until:
        if running.doctor_id == doctor.id:
            return running
        raise AlreadySigned
    if running is not None:
        running.ended_at = running.until
        await session.flush()
    row = FamilyDoctorContractRow(
        id=new_id(), person_id=person_id, place_id=place_id, doctor_id=doctor.id, since=now,
        until=now + CONTRACT_LIFE,
    )  # fmt: skip
    session.add(row)
    await booking.stand(session, person_id, key=_key(place_id), since=now, until=row.until)
    await session.flush()
    return row


async def end_contract(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """End the running contract; the signed share closes to the person at once (ContractNotFound)."""
    row = await contracts.running_contract(session, person_id, lock=True)
    if row is None:
        raise ContractNotFound
    row.ended_at = now
    await booking_store.drop_standing(session, person_id, _key(row.place_id))
    await session.flush()


async def _family_doctor(session: AsyncSession, place_id: UUID, doctor_id: UUID) -> DoctorRow:
    found: Sequence[tuple[DoctorRow, DepartmentRow]] = await store.doctors(session, [doctor_id])
    if not found or found[0][0].place_id != place_id:
        raise DoctorNotFound
    if not found[0][0].family:
        raise NotFamilyDoctor
    return found[0][0]


def _key(place_id: UUID) -> str:
    return f"signed:{place_id}"

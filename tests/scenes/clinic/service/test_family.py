from datetime import timedelta
from uuid import UUID

import pytest

from scenes.clinic.errors import AlreadySigned, ContractNotFound, DoctorNotFound, NotFamilyDoctor
from scenes.clinic.service import family
from scenes.clinic.tables import FamilyDoctorContractRow
from scenes.common.kit.caller import Resident
from tests.support.clinic import Clinic


async def sign(clinic: Clinic, resident: Resident, doctor: str, place: UUID | None = None) -> UUID:
    async with clinic.database.transaction() as session:
        row: FamilyDoctorContractRow = await family.sign(
            session,
            resident.person_id,
            place_id=place or clinic.place,
            doctor_id=clinic.doctors[doctor],
            now=clinic.clock(),
        )
        return row.id


async def end(clinic: Clinic, resident: Resident) -> None:
    async with clinic.database.transaction() as session:
        await family.end_contract(session, resident.person_id, now=clinic.clock())


async def standings(clinic: Clinic) -> list[tuple[object, ...]]:
    return await clinic.rows("SELECT person_id, key, valid_from, valid_until FROM booking_standing")


async def test_signing_opens_the_signed_share_for_a_year_and_ending_closes_it(clinic: Clinic) -> None:
    resident = await clinic.resident()
    await sign(clinic, resident, "李敏")
    now = clinic.clock()
    assert await standings(clinic) == [
        (resident.person_id, f"signed:{clinic.place}", now, now + timedelta(days=365))
    ]
    await end(clinic, resident)
    assert await standings(clinic) == []
    with pytest.raises(ContractNotFound):
        await end(clinic, resident)


async def test_a_person_has_one_family_doctor(clinic: Clinic) -> None:
    resident = await clinic.resident()
    first = await sign(clinic, resident, "李敏")
    assert await sign(clinic, resident, "李敏") == first
    with pytest.raises(AlreadySigned):
        await sign(clinic, resident, "赵强")
    await end(clinic, resident)
    assert await sign(clinic, resident, "赵强") != first


async def test_a_contract_that_ran_out_can_be_made_again(clinic: Clinic) -> None:
    resident = await clinic.resident()
    first = await sign(clinic, resident, "李敏")
    clinic.clock.advance(timedelta(days=365))
    assert await sign(clinic, resident, "李敏") != first
    assert await clinic.rows("SELECT count(*) FROM family_doctor_contract WHERE ended_at IS NULL") == [(1,)]


async def test_only_family_doctors_of_the_venue_are_signed_with(clinic: Clinic) -> None:
    resident = await clinic.resident()
    with pytest.raises(NotFamilyDoctor):
        await sign(clinic, resident, "钱进")
    with pytest.raises(DoctorNotFound):
        await sign(clinic, resident, "孙平")


async def test_family_doctors_are_listed_with_how_many_are_signed(clinic: Clinic) -> None:
    for doctor in ("李敏", "李敏", "赵强"):
        await sign(clinic, await clinic.resident(), doctor)
    async with clinic.database.read() as session:
        found = await family.family_doctors_of(session, clinic.place, now=clinic.clock())
    assert {each.doctor.name: each.signed for each in found} == {"李敏": 2, "赵强": 1}

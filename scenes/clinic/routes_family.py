"""Family doctors over HTTP: who takes contracts, signing, ending."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.service import family
from scenes.clinic.wire import Contract, ContractRequest, FamilyDoctorItem
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import Page, encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


@get("/clinic/family-doctors", operation_id="listFamilyDoctors", tags=["clinic"])
async def list_family_doctors(
    caller: NamedDependency[Caller],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
) -> Page[FamilyDoctorItem]:
    """List a health centre's family doctors."""
    now, asker = clock(), caller.subject_id if isinstance(caller, Resident) else None
    contract = await family.contract_of(reading, asker, now=now) if asker is not None else None
    found = await family.family_doctors_of(reading, place_id, now=now)
    return Page(items=[FamilyDoctorItem.of(doctor, contract) for doctor in found])


@post(
    "/clinic/family-doctor-contract",
    operation_id="signFamilyDoctor",
    tags=["clinic"],
    responses={201: ResponseSpec(Contract, description="Signed for a year")},
)
async def sign_family_doctor(
    data: JSONBody[ContractRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Sign with a family doctor; the venue's signed share opens at once."""
    now, checked = clock(), checked_key(key)

    async def act() -> tuple[int, bytes]:
        row = await family.sign(
            session, resident.subject_id, place_id=data.place_id, doctor_id=data.doctor_id, now=now
        )
        return 201, encode(Contract.of(row))

    mark = fingerprint("/clinic/family-doctor-contract", data)
    return respond(await once(session, resident.person_id, key=checked, fingerprint=mark, now=now, act=act))


@delete("/clinic/family-doctor-contract", operation_id="endFamilyDoctorContract", tags=["clinic"])
async def end_family_doctor_contract(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """End the contract; the signed share closes at once."""
    await family.end_contract(session, resident.subject_id, now=clock())


ROUTES = [list_family_doctors, sign_family_doctor, end_family_doctor_contract]

"""A family doctor's residents over HTTP: who agrees to be seen, and their last readings."""

from typing import Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.wire import Page
from scenes.eldercare.service import family_doctor
from scenes.eldercare.service.family_doctor import SignedResidents
from scenes.eldercare.wire_family_doctor import SignedReadings, SignedResident

TAGS = ["staff"]


@get("/staff/family-doctor/patients", operation_id="listFamilyDoctorPatients", tags=TAGS)
async def list_patients(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    signed_residents: NamedDependency[SignedResidents],
    clock: NamedDependency[Clock],
    cursor: FromQuery[UUID | None] = None,
) -> Page[SignedResident]:
    """List who is signed at one's places and agrees that their health data is seen, names masked."""
    found, following = await family_doctor.patients(
        session, staff, signed=signed_residents, after=cursor, now=clock()
    )
    items = [SignedResident.of(view) for view in found]
    return Page(items=items, next_cursor=str(following) if following else None)


@get(
    "/staff/family-doctor/patients/{person_id:uuid}/readings",
    operation_id="getFamilyDoctorReadings",
    tags=TAGS,
)
async def get_readings(
    person_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    signed_residents: NamedDependency[SignedResidents],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> SignedReadings:
    """Show a signed resident's last readings while they agree; every look is written down."""
    found = await family_doctor.look(
        database, staff, person_id, signed=signed_residents, cipher=cipher, now=clock()
    )
    return SignedReadings.of(found)


ROUTES: list[Any] = [list_patients, get_readings]

"""One person's readings at the desk over HTTP: values with consent, devices, limits."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.eldercare.service import readings_person
from scenes.eldercare.wire_readings import Device
from scenes.eldercare.wire_staff_readings import LimitsRequest, PersonReadings, StaffDeviceRequest

TAGS = ["staff"]
ONE: Final = "/staff/readings/people/{person_id:uuid}"
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", description="taken, not needed")]


@get(ONE, operation_id="getPersonReadings", tags=TAGS)
async def get_person(
    person_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> PersonReadings:
    """Show a person's devices, and values and limits only with their consent to health; audited."""
    found = await readings_person.look(session, staff, person_id, cipher=cipher, now=clock())
    return PersonReadings.of(found)


@post(ONE + "/devices", operation_id="registerPersonDevice", tags=TAGS)
async def register_device(
    person_id: FromPath[UUID],
    data: JSONBody[StaffDeviceRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Device:
    """Register a device for a person; its token is in this answer and never again."""
    del key
    row, secret = await readings_person.register(session, staff, person_id, data.kind, now=clock())
    return Device.of(row, secret)


@delete(ONE + "/devices/{device_id:uuid}", operation_id="withdrawPersonDevice", tags=TAGS, status_code=204)
async def withdraw_device(
    person_id: FromPath[UUID],
    device_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Let the token of a person's device end."""
    await readings_person.withdraw(session, staff, person_id, device_id, now=clock())


@put(ONE + "/limits", operation_id="putPersonLimits", tags=TAGS, status_code=204)
async def put_limits(
    person_id: FromPath[UUID],
    data: JSONBody[LimitsRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Set the limits that differ for a person from a day on; what is left out is the district's."""
    await readings_person.set_limits(session, staff, person_id, data.own(), since=data.since, now=clock())


ROUTES: list[Any] = [get_person, register_device, withdraw_device, put_limits]

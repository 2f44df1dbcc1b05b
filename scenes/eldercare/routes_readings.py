"""Readings over HTTP: devices send them with a token of their own; people and the desk read them."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.wire import Page, encode
from scenes.eldercare.errors_readings import DeviceUnknown
from scenes.eldercare.service import readings, readings_desk
from scenes.eldercare.service.alarm_log import publish
from scenes.eldercare.wire_readings import (
    Device,
    DeviceRequest,
    Reading,
    ReadingAlert,
    ReadingRequest,
    ReadingTaken,
)

TAGS = ["eldercare"]
STAFF_TAGS = ["staff"]
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", description="taken, not needed")]
Token = Annotated[str | None, HeaderParameter(name="Device-Token", description="id and secret of the device")]
About = Annotated[UUID | None, QueryParameter(name="personId", description="somebody near; else oneself")]


@post("/eldercare/devices", operation_id="registerDevice", tags=TAGS)
async def register_device(
    data: JSONBody[DeviceRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Device:
    """Register a device of one's own or of somebody near; its token is in this answer and never again.

    No answer is kept for a replay, since it would keep the secret: asking twice registers two.
    """
    del key
    about = data.person_id or resident.person_id
    row, secret = await readings.register(session, resident, about, data.kind, now=clock())
    return Device.of(row, secret)


@get("/eldercare/devices", operation_id="listDevices", tags=TAGS)
async def list_devices(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    person_id: About = None,
) -> Page[Device]:
    """List the devices in use."""
    about = person_id or resident.person_id
    found = await readings.devices_of(reading, resident, about, now=clock())
    return Page(items=[Device.of(row) for row in found])


@delete("/eldercare/devices/{device_id:uuid}", operation_id="removeDevice", tags=TAGS, status_code=204)
async def remove_device(
    device_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Let a device's token end."""
    await readings.sign_off(session, resident, device_id, now=clock())


@post(
    "/eldercare/readings",
    operation_id="sendReading",
    tags=TAGS,
    responses={
        201: ResponseSpec(ReadingTaken, description="Kept"),
        200: ResponseSpec(ReadingTaken, description="The device sent it before"),
    },
)
async def send_reading(
    data: JSONBody[ReadingRequest],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    token: Token = None,
) -> Response[bytes]:
    """Take a reading from a device; the device and the instant are its key. A fall raises an alarm."""
    device_id, secret = _token(token)
    async with database.transaction() as session:
        taken = await readings.take(
            session, device_id, secret, at=data.at, values=data.values, cipher=cipher, now=clock()
        )
    if taken.alarm_id is not None:
        await publish(fanout, taken.alarm_id)
    answer = encode(ReadingTaken.of(taken))
    return Response(answer, status_code=201 if taken.new else 200, media_type="application/json")


def _token(text: str | None) -> tuple[UUID, str]:
    """Part a token into the device and its secret (DeviceUnknown)."""
    name, _, secret = (text or "").partition(".")
    try:
        return UUID(name), secret
    except ValueError:
        raise DeviceUnknown from None


@get("/eldercare/readings", operation_id="listReadings", tags=TAGS)
async def list_readings(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    person_id: About = None,
) -> Page[Reading]:
    """Show the last readings of each kind, newest first; of somebody near only with their consent."""
    about = person_id or resident.person_id
    found = await readings.shown_to(reading, resident, about, cipher=cipher, now=clock())
    return Page(items=[Reading.of(each) for each in found])


@get("/staff/readings", operation_id="listReadingAlerts", tags=STAFF_TAGS)
async def list_alerts(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Page[ReadingAlert]:
    """List the open alerts, unseen ones first; who looked at whom is written down."""
    found = await readings_desk.alerts(session, staff, cipher=cipher, now=clock())
    return Page(items=[ReadingAlert.of(view) for view in found])


@post("/staff/readings/{alert_id:uuid}/see", operation_id="seeReadingAlert", tags=STAFF_TAGS, status_code=204)
async def see_alert(
    alert_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Take an alert in hand."""
    await readings_desk.see(session, staff, alert_id, now=clock())


ROUTES: list[Any] = [
    register_device, list_devices, remove_device, send_reading, list_readings, list_alerts, see_alert,
]  # fmt: skip

"""The desk's side of one person's readings: values with consent, devices, limits; every look audited."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.people import service as people
from scenes.common.people.tables import PersonRow
from scenes.eldercare.errors_readings import DeviceNotFound, ReadingsNotFound
from scenes.eldercare.rules import readings as rules
from scenes.eldercare.service import readings
from scenes.eldercare.service.desk import check_desk
from scenes.eldercare.store import readings as store
from scenes.eldercare.tables.readings import CareDeviceRow, CareLimitRow


class PersonLook(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk sees of a person: devices always; limits and readings only with consent to health."""

    person_id: UUID
    name: str
    area: str
    consents: bool
    devices: Sequence[CareDeviceRow]
    limits: rules.Limits | None
    readings: Sequence[readings.Measured]


async def look(
    session: AsyncSession, staff: Staff, person_id: UUID, *, cipher: FieldCipher, now: datetime
) -> PersonLook:
    """Open a person's readings (NotTheCareDesk, ReadingsNotFound); who looked is written down."""
    person = await _person(session, staff, person_id)
    consents = await people.consented(session, person_id, "health")
    await _audit(session, staff, person_id, "values" if consents else "devices", now=now)
    return PersonLook(
        person_id=person_id, name=person.name, area=person.area, consents=consents,
        devices=await store.devices(session, person_id),
        limits=await readings.limits_at(session, person_id, now=now) if consents else None,
        readings=await readings.latest(session, person_id, cipher=cipher, now=now) if consents else (),
    )  # fmt: skip


async def register(
    session: AsyncSession, staff: Staff, person_id: UUID, kind: rules.Kind, *, now: datetime
) -> tuple[CareDeviceRow, str]:
    """Register a device at the desk (NotTheCareDesk, ReadingsNotFound); the secret is told once."""
    await _person(session, staff, person_id)
    made = await readings.add_device(session, person_id, kind, by=staff.staff_id, now=now)
    await _audit(session, staff, person_id, "register", now=now)
    return made


async def withdraw(
    session: AsyncSession, staff: Staff, person_id: UUID, device_id: UUID, *, now: datetime
) -> None:
    """Let the secret of a person's device end (NotTheCareDesk, ReadingsNotFound, DeviceNotFound)."""
    await _person(session, staff, person_id)
    row = await store.device(session, device_id, lock=True)
    if row is None or row.person_id != person_id:
        raise DeviceNotFound
    if row.gone_at is None:
        row.gone_at = now
        await _audit(session, staff, person_id, "withdraw", now=now)


async def set_limits(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    staff: Staff,
    person_id: UUID,
    own: rules.OwnLimits,
    *,
    since: date,
    now: datetime,
) -> None:
    """Set what differs for a person from a day on (NotTheCareDesk, ReadingsNotFound, LimitsInvalid).

    What is left out is the district's again; the limits of the days before stay as they were.
    """
    await _person(session, staff, person_id)
    rules.check_since(since, local_day(now))
    values = rules.checked_limits(own, await readings.district_limits(session, since))
    row = CareLimitRow(person_id=person_id, since=since, values=values, set_by=staff.staff_id, set_at=now)
    await store.put_limits(session, row)
    await _audit(session, staff, person_id, "limits", now=now)


async def _person(session: AsyncSession, staff: Staff, person_id: UUID) -> PersonRow:
    check_desk(staff)
    person = await store.person(session, person_id)
    if person is None or person.erased_at is not None:
        raise ReadingsNotFound
    return person


async def _audit(session: AsyncSession, staff: Staff, person_id: UUID, what: str, *, now: datetime) -> None:
    action = f"staff.readings.{what}"
    await people.append_audit(session, staff.staff_id, action=action, subject_ids=[person_id], now=now)

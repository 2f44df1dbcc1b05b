"""Devices and their readings: registering, taking a reading in, and who may see what was measured."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.dated_rules import DatedRule
from scenes.common.kit.ids import new_id
from scenes.common.notices import service as notices
from scenes.common.notices.rules import Facts
from scenes.common.people import service as people
from scenes.eldercare.errors_readings import (
    DeviceNotFound,
    DeviceUnknown,
    HealthConsentMissing,
    ReadingsNotFound,
)
from scenes.eldercare.rules import readings as rules
from scenes.eldercare.service import sos, wellbeing
from scenes.eldercare.store import readings as store
from scenes.eldercare.tables.readings import CareAlertRow, CareDeviceRow, CareReadingRow, values_context

SHOWN: Final = 30
SHOWN_KINDS: Final[tuple[rules.Kind, ...]] = ("bp", "glucose", "heart")
_values: Final = msgspec.json.Decoder(dict[str, float])


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A reading as it was opened."""

    kind: rules.Kind
    at: datetime
    values: dict[str, float]
    side: rules.Side | None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a reading: whether it is new, and the alarm that a fall raised."""

    new: bool
    alarm_id: UUID | None = None


async def register(
    session: AsyncSession, resident: Resident, person_id: UUID, kind: rules.Kind, *, now: datetime
) -> tuple[CareDeviceRow, str]:
    """Register a device of one's own or of somebody near (ReadingsNotFound); the secret is told once."""
    await _check_near(session, resident, person_id, now=now)
    return await add_device(session, person_id, kind, by=resident.person_id, now=now)


async def add_device(
    session: AsyncSession, person_id: UUID, kind: rules.Kind, *, by: UUID, now: datetime
) -> tuple[CareDeviceRow, str]:
    """Write a device down with a new secret, of which only a digest is kept."""
    secret = secrets.token_urlsafe(32)
    row = CareDeviceRow(
        id=new_id(), person_id=person_id, kind=kind, secret_hash=_digest(secret),
        registered_by=by, registered_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row, secret


async def sign_off(session: AsyncSession, resident: Resident, device_id: UUID, *, now: datetime) -> None:
    """Let a device's secret end (DeviceNotFound); its readings stay."""
    row = await store.device(session, device_id, lock=True)
    if row is None:
        raise DeviceNotFound
    try:
        await _check_near(session, resident, row.person_id, now=now)
    except ReadingsNotFound:
        raise DeviceNotFound from None
    row.gone_at = row.gone_at or now


async def devices_of(
    session: AsyncSession, resident: Resident, person_id: UUID, *, now: datetime
) -> Sequence[CareDeviceRow]:
    """List the devices in use of oneself or somebody near (ReadingsNotFound)."""
    await _check_near(session, resident, person_id, now=now)
    return await store.devices(session, person_id)


async def take(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    device_id: UUID,
    secret: str,
    *,
    at: datetime,
    values: dict[str, float],
    cipher: FieldCipher,
    now: datetime,
) -> Taken:
    """Take a reading in (DeviceUnknown, ReadingInvalid, DeviceClockWrong); the same again changes nothing.

    One that comes late is kept and alerts nobody, unless it is a fall of the last hour.
    """
    device = await store.device(session, device_id, lock=True)
    if device is None or device.gone_at is not None or not _is_secret(device, secret):
        raise DeviceUnknown
    rules.check_reading(device.kind, values)
    rules.check_clock(at, now)
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    sealed = cipher.seal(msgspec.json.encode(values).decode(), context=values_context(device.id, at))
    row = CareReadingRow(
        device_id=device.id, at=at, person_id=device.person_id, kind=device.kind, values_sealed=sealed,
        received_at=now,
    )  # fmt: skip
    if not await store.add_reading(session, row):
        return Taken(new=False)
    if device.kind == "fall":
        return Taken(new=True, alarm_id=await _fallen(session, device, at, cipher=cipher, now=now))
    if rules.is_sign(device.kind, values) and local_day(at) == local_day(now):
        await wellbeing.sign_by_device(session, device.person_id, now=now)
    if device.kind == "water":
        await _water(session, device, at, litres=values["litres"], now=now)
    else:
        await _watch(session, device, at, cipher=cipher, now=now)
    return Taken(new=True)


async def _fallen(
    session: AsyncSession, device: CareDeviceRow, at: datetime, *, cipher: FieldCipher, now: datetime
) -> UUID | None:
    """Raise an alarm for a fall; the person has the longer time to undo it."""
    if not rules.is_fresh_fall(at, now):
        return None
    plea = sos.Plea(person_id=device.person_id, raised_by=device.person_id, source="fall")
    row, _ = await sos.raise_alarm(session, plea, cipher=cipher, now=now)
    return row.id


async def _water(
    session: AsyncSession, device: CareDeviceRow, at: datetime, *, litres: float, now: datetime
) -> None:
    """Note that water ran, which ends the worry that none did."""
    if litres <= 0:
        device.used_at = device.used_at or at
        return
    if device.used_at is not None and at <= device.used_at:
        return  # a late one, from before what is known already
    device.used_at = at
    alert = await store.open_alert(session, device.person_id, "water")
    if alert is not None:
        alert.ended_at = now


async def _watch(
    session: AsyncSession, device: CareDeviceRow, at: datetime, *, cipher: FieldCipher, now: datetime
) -> None:
    """Open an alert when enough of the last readings are out of bounds, or end it; one a person and kind."""
    limits = await limits_at(session, device.person_id, now=now)
    rows = await store.last_readings(
        session, device.person_id, device.kind, limit=max(limits.of, limits.need)
    )
    if not rows or rows[0].at != at:
        return  # a late one says nothing about how they are now
    last = [opened(row, cipher) for row in rows]
    alert = await store.open_alert(session, device.person_id, device.kind)
    side = rules.news(last, limits)
    if alert is None and side is not None:
        await alert_of(session, device.person_id, device.kind, side=side, now=now)
    elif alert is not None and rules.is_over(last, limits):
        alert.ended_at = now


async def alert_of(
    session: AsyncSession, person_id: UUID, kind: str, *, side: rules.Side, now: datetime
) -> None:
    """Open an alert, tell the person, and kin where the person agreed; no value is in the words."""
    row = CareAlertRow(id=new_id(), person_id=person_id, kind=kind, side=side, began_at=now)
    if not await store.add_alert(session, row):
        return
    dedupe = f"reading:{row.id}"
    own = "water_silent" if side == "silent" else "reading_alert"
    await notices.tell(session, person_id, dedupe=dedupe, template=own, facts=Facts(), now=now)
    if not await people.consented(session, person_id, "health"):
        return
    person = await store.person(session, person_id)
    facts = Facts(title=person.name if person else None)
    for kin in await people.kin_of(session, person_id, now=now, scope="view"):
        await notices.tell(session, kin, dedupe=dedupe, template=f"{own}_kin", facts=facts, now=now)


async def silences(session: AsyncSession, *, now: datetime) -> int:
    """Open an alert wherever no water ran for too long; return how many."""
    hours = (await limits_at(session, rules.DISTRICT, now=now)).silent_hours
    dry = await store.dry_since(session, now - timedelta(hours=hours))
    for device in dry:
        await alert_of(session, device.person_id, "water", side="silent", now=now)
    return len(dry)


async def limits_at(session: AsyncSession, person_id: UUID, *, now: datetime) -> rules.Limits:
    """Read the limits in force for a person."""
    day = local_day(now)
    own = await store.limits(session, person_id, day)
    return rules.limits_of(await _dated(session), own.values if own else None, day=day)


async def district_limits(session: AsyncSession, day: date) -> rules.Limits:
    """Read the district's limits of a day."""
    return rules.limits_of(await _dated(session), None, day=day)


async def _dated(session: AsyncSession) -> list[DatedRule]:
    return [DatedRule(None, r.since, r.until, r.values) for r in await store.rules(session)]


async def shown_to(
    session: AsyncSession, resident: Resident, person_id: UUID, *, cipher: FieldCipher, now: datetime
) -> Sequence[Measured]:
    """Show the last readings to the person, or to kin (ReadingsNotFound, HealthConsentMissing)."""
    if await _check_near(session, resident, person_id, now=now):
        return await _read(session, person_id, cipher=cipher, now=now)
    return await latest(session, person_id, cipher=cipher, now=now)


async def latest(
    session: AsyncSession, person_id: UUID, *, cipher: FieldCipher, now: datetime
) -> Sequence[Measured]:
    """Read the last readings for somebody else, such as the family doctor (HealthConsentMissing)."""
    if not await people.consented(session, person_id, "health"):
        raise HealthConsentMissing
    return await _read(session, person_id, cipher=cipher, now=now)


async def _read(
    session: AsyncSession, person_id: UUID, *, cipher: FieldCipher, now: datetime
) -> list[Measured]:
    """Open the last readings of each kind, newest first."""
    limits = await limits_at(session, person_id, now=now)
    found: list[Measured] = []
    for kind in SHOWN_KINDS:
        for row in await store.last_readings(session, person_id, kind, limit=SHOWN):
            values = opened(row, cipher)
            found.append(Measured(kind=kind, at=row.at, values=values, side=rules.side_of(values, limits)))
    return found


def opened(row: CareReadingRow, cipher: FieldCipher) -> dict[str, float]:
    """Open what was measured."""
    return _values.decode(cipher.open(row.values_sealed, context=values_context(row.device_id, row.at)))


def _digest(secret: str) -> bytes:
    """Digest a secret; it is long and random, so that a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode()).digest()


def _is_secret(device: CareDeviceRow, secret: str) -> bool:
    return hmac.compare_digest(device.secret_hash, _digest(secret))


async def _check_near(session: AsyncSession, resident: Resident, person_id: UUID, *, now: datetime) -> bool:
    """Tell whether it is the person; refuse whoever is not near them (ReadingsNotFound)."""
    if person_id == resident.person_id:
        return True
    if resident.person_id not in await people.kin_of(session, person_id, now=now, scope="view"):
        raise ReadingsNotFound
    return False

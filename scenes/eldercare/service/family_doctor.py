"""What a family doctor's health centre sees of its signed residents: readings, while they agree; audited."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.masking import mask_name
from scenes.common.people import service as people
from scenes.eldercare.errors_readings import (
    HealthConsentMissing,
    NotTheFamilyDoctor,
    SignedResidentNotFound,
)
from scenes.eldercare.rules.readings import Limits
from scenes.eldercare.service import readings
from scenes.eldercare.service.readings import Measured
from scenes.eldercare.store import readings as store

ROLE = "clinic"
PAGE = 50


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A contract that runs: whose, with which doctor, until when."""

    person_id: UUID
    doctor: str
    until: datetime


@runtime_checkable
class SignedResidents(Protocol):
    """Answers who is signed with a family doctor; the contracts are kept by another room."""

    async def __call__(
        self,
        session: AsyncSession,
        place_ids: Collection[UUID],
        *,
        now: datetime,
        person_id: UUID | None = None,
    ) -> Sequence[Signed]:
        """List the contracts that run at these venues, of one person if asked."""
        ...


class SignedView(msgspec.Struct, frozen=True, kw_only=True):
    """A signed resident on the list, or opened; on the list the name is masked."""

    signed: Signed
    name: str
    area: str


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a signed resident's readings, with the limits they are held against."""

    patient: SignedView
    limits: Limits
    readings: Sequence[Measured]


async def patients(
    session: AsyncSession,
    staff: Staff,
    *,
    signed: SignedResidents,
    after: UUID | None,
    now: datetime,
) -> tuple[Sequence[SignedView], UUID | None]:
    """List who is signed here and agrees to be seen, and where to go on (NotTheFamilyDoctor).

    Whoever does not agree is not on it: no look at them would show anything.
    """
    _check_role(staff)
    contracts = {each.person_id: each for each in await signed(session, staff.place_ids, now=now)}
    found = await store.agreeing(session, list(contracts), after=after, limit=PAGE + 1)
    shown = found[:PAGE]
    await people.append_audit(
        session, staff.staff_id, action="staff.family_doctor.list",
        subject_ids=[person.id for person in shown], now=now,
    )  # fmt: skip
    views = [
        SignedView(signed=contracts[person.id], name=mask_name(person.name), area=person.area)
        for person in shown
    ]
    return views, shown[-1].id if len(found) > PAGE else None


async def look(  # noqa: PLR0913 - one fact each
    database: Database,
    staff: Staff,
    person_id: UUID,
    *,
    signed: SignedResidents,
    cipher: FieldCipher,
    now: datetime,
) -> Look:
    """Show the last readings (NotTheFamilyDoctor, SignedResidentNotFound, HealthConsentMissing).

    Every look is written down, and stays written down when it is refused for want of consent.
    """
    _check_role(staff)
    async with database.transaction() as session:
        patient = await _patient(session, staff, person_id, signed=signed, now=now)
        limits = await readings.limits_at(session, person_id, now=now)
        try:
            found = await readings.latest(session, person_id, cipher=cipher, now=now)
        except HealthConsentMissing:
            found = None
        await people.append_audit(
            session, staff.staff_id, action="staff.family_doctor.readings", subject_ids=[person_id],
            result="no_consent" if found is None else "ok", now=now,
        )  # fmt: skip
    if found is None:
        raise HealthConsentMissing
    return Look(patient=patient, limits=limits, readings=found)


async def _patient(
    session: AsyncSession, staff: Staff, person_id: UUID, *, signed: SignedResidents, now: datetime
) -> SignedView:
    """Find a resident with a contract at one of the staff's places (SignedResidentNotFound)."""
    contracts = await signed(session, staff.place_ids, now=now, person_id=person_id)
    person = await store.person(session, person_id)
    if not contracts or person is None:
        raise SignedResidentNotFound
    return SignedView(signed=contracts[0], name=person.name, area=person.area)


def _check_role(staff: Staff) -> None:
    if staff.role != ROLE:
        raise NotTheFamilyDoctor

"""Going along to an appointment: naming the booking a visit is for, and what carer and desk see of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import service as booking
from scenes.common.booking.errors import BookingNotFound
from scenes.common.booking.ledger.claims import BookingRecord
from scenes.common.booking.states import ACTIVE
from scenes.common.kit.caller import Resident
from scenes.eldercare.errors import AppointmentNotFound
from scenes.eldercare.rules.care import terms_of
from scenes.eldercare.rules.escort import (
    Appointment,
    check_appointment,
    check_escort,
    check_pickup,
    gets_there,
)
from scenes.eldercare.store import requests as store
from scenes.eldercare.tables.requests import CareRequestRow

LOOKED_AT = 50


async def name_appointment(
    session: AsyncSession, resident: Resident, row: CareRequestRow, *, booking_id: UUID | None
) -> None:
    """Say which booking a visit goes along to, or none any more.

    The booking is for or by whoever asks, and for the person of the visit. Refuses with NotAnEscort,
    RequestMoveIllegal, AppointmentNotFound, PickupTooLate.
    """
    scene = await _scene(session, row)
    check_escort(scene, row.state)
    if booking_id is not None:
        found = await _mine(session, resident, booking_id)
        check_appointment(found, scene=scene, person_id=row.person_id)
        check_pickup(found, pickup_at=row.promised_at, lead_minutes=_lead(row))
    row.appointment_id = booking_id
    await session.flush()


async def choices(
    session: AsyncSession, resident: Resident, row: CareRequestRow, *, now: datetime
) -> Sequence[Appointment]:
    """List the bookings that the visit could go along to, soonest first; empty where it goes to none."""
    scene = await _scene(session, row)
    if scene is None:
        return ()
    found = await booking.bookings_of(
        session, resident.subject_id, scene=scene, states=sorted(ACTIVE), limit=LOOKED_AT
    )
    fitting = [
        await _seen(session, each)
        for each in found
        if each.person_id == row.person_id and each.starts_at > now
    ]
    return sorted((one for one in fitting if in_time(row, one)), key=lambda one: one.starts_at)


async def appointment_of(session: AsyncSession, row: CareRequestRow) -> Appointment | None:
    """Read when and where the appointment of a visit is, as it stands now."""
    if row.appointment_id is None:
        return None
    try:
        return await _seen(session, await booking.any_booking(session, row.appointment_id))
    except BookingNotFound:
        return None


def in_time(row: CareRequestRow, found: Appointment) -> bool:
    """Tell whether the promised pick-up still brings the elder there in time."""
    return gets_there(found, pickup_at=row.promised_at, lead_minutes=_lead(row))


def _lead(row: CareRequestRow) -> int:
    return terms_of(row.terms).escort_lead_minutes


async def _scene(session: AsyncSession, row: CareRequestRow) -> str | None:
    service = await store.service(session, row.service_id)
    return service.accompanies if service else None


async def _mine(session: AsyncSession, resident: Resident, booking_id: UUID) -> Appointment:
    try:
        return await _seen(session, await booking.booking_of(session, booking_id, resident.subject_id))
    except BookingNotFound:
        raise AppointmentNotFound from None


async def _seen(session: AsyncSession, record: BookingRecord) -> Appointment:
    return Appointment(
        booking_id=record.id, scene=record.scene, person_id=record.person_id, state=record.state,
        starts_at=record.starts_at, place=await store.place_name(session, record.place_id),
    )  # fmt: skip

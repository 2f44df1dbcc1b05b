"""A visit that goes along to the clinic: whose booking it may name, and who sees when and where."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.caller import Resident
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Refusal
from scenes.eldercare.errors import AppointmentNotFound, NotAnEscort, PickupTooLate
from scenes.eldercare.service import desk, escort, requests
from tests.support.care import CareTown
from tests.support.clock import AdjustableClock


@pytest.fixture
async def town(database: Database, clock: AdjustableClock, cipher: FieldCipher) -> AsyncIterator[CareTown]:
    town = CareTown(database, clock, cipher)
    await town.furnish()
    yield town
    await town.stop()


@pytest.fixture
async def ledger(town: CareTown) -> Ledger:
    return await town.ledger()


async def at_the_clinic(
    town: CareTown,
    ledger: Ledger,
    *,
    hours: float = 1.5,
    who: Resident | None = None,
    by: Resident | None = None,
) -> UUID:
    """Book a doctor tomorrow, so many hours after this one."""
    starts, who = town.clock() + timedelta(days=1, hours=hours), who or town.elder
    window = await town.offer(starts_at=starts, ends_at=starts + timedelta(minutes=30))
    claim = town.claim(who.person_id, window, booker_id=(by or who).person_id)
    booked = (await ledger.claim(claim)).booking
    assert booked is not None
    return booked.id


async def name(town: CareTown, request_id: UUID, booking_id: UUID | None, by: Resident | None = None) -> None:
    async with town.database.transaction() as session:
        row = await requests.own(session, by or town.elder, request_id, lock=True)
        await escort.name_appointment(session, by or town.elder, row, booking_id=booking_id)


async def refused(
    town: CareTown, request_id: UUID, booking_id: UUID, by: Resident | None = None
) -> type[Refusal]:
    with pytest.raises(Refusal) as refusal:
        await name(town, request_id, booking_id, by)
    return refusal.type


async def offered(town: CareTown, request_id: UUID, by: Resident) -> list[UUID]:
    async with town.database.read() as session:
        row = await requests.own(session, by, request_id)
        found = await escort.choices(session, by, row, now=town.clock())
        return [each.booking_id for each in found]


async def seen_at_the_desk(town: CareTown, request_id: UUID) -> tuple[str, bool, bool] | None:
    async with town.database.transaction() as session:
        detail = await desk.detail(session, town.desk, request_id, cipher=town.cipher, now=town.clock())
        found = detail.view.appointment
        return (found.place, found.stands, detail.view.in_time) if found else None


async def test_the_desk_sees_when_and_where_and_that_it_was_cancelled(town: CareTown, ledger: Ledger) -> None:
    request_id = await town.ask_escort(ledger, await town.escort_time(), by=town.elder)
    booking_id = await at_the_clinic(town, ledger)
    assert await offered(town, request_id, town.elder) == [booking_id]
    await name(town, request_id, booking_id)
    assert await seen_at_the_desk(town, request_id) == ("曹杨日间照料中心", True, True)
    await ledger.move(
        Move(booking_id=booking_id, event="cancel", by="resident", actor_id=town.elder.person_id)
    )
    assert await seen_at_the_desk(town, request_id) == ("曹杨日间照料中心", False, True)
    await name(town, request_id, None)
    assert await seen_at_the_desk(town, request_id) is None


async def test_an_appointment_before_the_carer_comes_is_refused_and_not_offered(
    town: CareTown, ledger: Ledger
) -> None:
    request_id = await town.ask_escort(ledger, await town.escort_time(), by=town.elder)
    too_soon = await at_the_clinic(town, ledger, hours=0.25)
    assert await offered(town, request_id, town.elder) == []
    assert await refused(town, request_id, too_soon) is PickupTooLate


async def test_nobody_names_the_booking_of_another(town: CareTown, ledger: Ledger) -> None:
    request_id = await town.ask_escort(ledger, await town.escort_time(), by=town.elder)
    strangers = await at_the_clinic(town, ledger, who=town.stranger)
    assert await refused(town, request_id, strangers) is AppointmentNotFound
    assert await refused(town, request_id, request_id) is AppointmentNotFound


async def test_a_daughter_who_asked_sees_only_the_appointments_she_made(
    town: CareTown, ledger: Ledger
) -> None:
    daughter = await town.daughter()
    window_id = await town.escort_time()
    request_id = await town.ask_escort(ledger, window_id, by=daughter, person_id=town.elder.person_id)
    hers = await at_the_clinic(town, ledger)
    assert await offered(town, request_id, daughter) == []
    assert await refused(town, request_id, hers, daughter) is AppointmentNotFound
    await ledger.move(Move(booking_id=hers, event="cancel", by="resident", actor_id=town.elder.person_id))
    made = await at_the_clinic(town, ledger, hours=3, by=daughter)
    assert await offered(town, request_id, daughter) == [made]
    await name(town, request_id, made, daughter)


async def test_an_errand_goes_along_to_nothing(town: CareTown, ledger: Ledger) -> None:
    request_id = (await town.ask()).row.id
    assert await refused(town, request_id, await at_the_clinic(town, ledger)) is NotAnEscort

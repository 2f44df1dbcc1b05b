from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from scenes.common.booking.errors import Suspended
from scenes.common.booking.ledger import Claim, Ledger, Move, Want
from scenes.common.kit.caller import Resident
from tests.support.clinic import Clinic, at


async def book(clinic: Clinic, ledger: Ledger, resident: Resident, day: date) -> UUID:
    window, *_ = await clinic.windows(await clinic.session_of(clinic.shift(day=day)))
    outcome = await ledger.claim(
        Claim(
            scene="clinic",
            booker_id=resident.person_id,
            subject_id=resident.person_id,
            wants=(Want(window.id),),
            key=str(uuid4()),
            fingerprint=b"a" * 16,
        )
    )
    assert outcome.booking is not None
    return outcome.booking.id


async def miss(clinic: Clinic, ledger: Ledger, resident: Resident, day: date) -> None:
    """Book a day ahead and do not come."""
    clinic.clock.set(at(day - timedelta(days=1), 9))
    await book(clinic, ledger, resident, day)
    clinic.clock.set(at(day, 11, 21))
    await ledger.sweep()
    await clinic.relay()


async def test_three_missed_appointments_lead_to_a_ban_that_ends(clinic: Clinic, ledger: Ledger) -> None:
    resident = await clinic.resident()
    for day in (date(2026, 11, 24), date(2026, 11, 26), date(2026, 12, 1)):
        await miss(clinic, ledger, resident, day)
    with pytest.raises(Suspended):
        await book(clinic, ledger, resident, date(2026, 12, 2))
    [event] = await clinic.events("clinic.suspended")
    until = at(date(2026, 12, 1), 11, 21) + timedelta(days=90)
    assert (event["kind"], event["strikes"]) == ("no_show", 3)
    assert await clinic.rows("SELECT key, valid_until FROM booking_standing") == [("suspended:clinic", until)]
    clinic.clock.set(until)
    assert await book(clinic, ledger, resident, date(2027, 3, 3))


async def test_two_missed_appointments_and_an_old_one_do_not(clinic: Clinic, ledger: Ledger) -> None:
    resident = await clinic.resident()
    for day in (date(2026, 11, 24), date(2027, 2, 21), date(2027, 2, 23)):
        await miss(clinic, ledger, resident, day)
    assert await clinic.rows("SELECT count(*) FROM booking_standing") == [(0,)]
    assert await clinic.rows("SELECT count(*) FROM clinic_strike") == [(3,)]


async def test_a_missed_appointment_counts_once_however_often_it_is_told(
    clinic: Clinic, ledger: Ledger
) -> None:
    resident = await clinic.resident()
    await miss(clinic, ledger, resident, date(2026, 11, 24))
    for _ in range(3):
        await clinic.run("UPDATE outbox SET done_at = NULL")
        await clinic.relay()
    assert await clinic.rows("SELECT count(*) FROM clinic_strike") == [(1,)]


async def cancel(clinic: Clinic, ledger: Ledger, resident: Resident, booking_id: UUID) -> None:
    await ledger.move(Move(booking_id=booking_id, event="cancel", by="resident", actor_id=resident.person_id))
    await clinic.relay()


async def test_late_cancels_count_and_early_ones_do_not(clinic: Clinic, ledger: Ledger) -> None:
    resident = await clinic.resident()
    bans = []
    for day in (25, 26, 27, 30):
        clinic.clock.set(at(date(2026, 11, 23), 9))
        booking_id = await book(clinic, ledger, resident, date(2026, 11, day))
        if day > 25:
            clinic.clock.set(at(date(2026, 11, day - 1), 10, 1))
        await cancel(clinic, ledger, resident, booking_id)
        bans.append((await clinic.rows("SELECT count(*) FROM booking_standing"))[0][0])
    assert bans == [0, 0, 0, 1]
    assert await clinic.rows("SELECT kind, count(*) FROM clinic_strike GROUP BY kind") == [("late_cancel", 3)]


async def test_second_thoughts_right_after_booking_are_not_late(clinic: Clinic, ledger: Ledger) -> None:
    resident = await clinic.resident()
    for minutes, day in ((9, date(2026, 11, 24)), (10, date(2026, 11, 26))):
        clinic.clock.set(at(day - timedelta(days=1), 16))
        booking_id = await book(clinic, ledger, resident, day)
        clinic.clock.advance(timedelta(minutes=minutes))
        await ledger.move(
            Move(booking_id=booking_id, event="cancel", by="resident", actor_id=resident.person_id)
        )
        await clinic.relay()
    assert await clinic.rows("SELECT kind, count(*) FROM clinic_strike GROUP BY kind") == [("late_cancel", 1)]

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from scenes.clinic.errors import SessionStopped, WaitlistOver
from scenes.clinic.service import appointments, family
from scenes.common.booking import service as booking
from scenes.common.booking.errors import (
    AlreadyBooked,
    BookingNotFound,
    Suspended,
    WaitlistNotNeeded,
    WindowFull,
    WindowNotOpen,
)
from scenes.common.booking.ledger import BookingRecord, Ledger, Move
from scenes.common.kit.caller import Resident
from scenes.common.kit.refusals import Refusal
from scenes.common.people.errors import PatientNotFound
from tests.support.clinic import MONDAY, TUESDAY, Clinic, at


async def appoint(
    clinic: Clinic, ledger: Ledger, resident: Resident, window_id: UUID, **facts: Any
) -> BookingRecord:
    values = {"patient_id": None, "reason": None, "key": str(uuid4()), "fingerprint": b"a" * 16, **facts}
    outcome = await appointments.appoint(
        ledger, clinic.database, resident=resident, window_id=window_id, **values
    )
    assert outcome.booking is not None
    return outcome.booking


async def fill(clinic: Clinic, ledger: Ledger, session_id: UUID) -> list[BookingRecord]:
    """Book every number that can be booked now."""
    return [
        await appoint(clinic, ledger, await clinic.resident(), window.id)
        for window in (await clinic.view(session_id)).windows
        if window.is_open(clinic.clock()) and window.audience_at(clinic.clock()) == "public"
        for _ in range(window.free)
    ]


async def wait(clinic: Clinic, resident: Resident, session_id: UUID, patient_id: UUID | None = None) -> UUID:
    async with clinic.database.transaction() as session:
        entry = await appointments.join_waitlist(
            session, resident, session_id=session_id, patient_id=patient_id, now=clinic.clock()
        )
        return entry.id


async def offers(clinic: Clinic) -> list[tuple[UUID, str]]:
    return await clinic.rows("SELECT person_id, state FROM booking WHERE offered ORDER BY id")


async def test_a_daughter_books_for_her_mother(clinic: Clinic, ledger: Ledger) -> None:
    daughter, mother = await clinic.resident("王芳"), await clinic.resident("李秀英", date(1950, 1, 1))
    await clinic.link(daughter, mother)
    window, *_ = await clinic.windows(await clinic.session_of(clinic.shift()))
    booked = await appoint(clinic, ledger, daughter, window.id, patient_id=mother.person_id, reason="复诊")
    assert (booked.state, booked.person_id, booked.booked_by, booked.person_name, booked.note) == (
        "confirmed", mother.person_id, daughter.person_id, "李秀英", "复诊",
    )  # fmt: skip


async def test_nobody_books_for_a_stranger(clinic: Clinic, ledger: Ledger) -> None:
    daughter, stranger = await clinic.resident(), await clinic.resident()
    window, *_ = await clinic.windows(await clinic.session_of(clinic.shift()))
    with pytest.raises(PatientNotFound):
        await appoint(clinic, ledger, daughter, window.id, patient_id=stranger.person_id)


async def test_a_person_has_one_active_booking_in_a_session(clinic: Clinic, ledger: Ledger) -> None:
    daughter, mother = await clinic.resident(), await clinic.resident()
    await clinic.link(daughter, mother)
    session_id = await clinic.session_of(clinic.shift())
    window, *_ = await clinic.windows(session_id)
    await appoint(clinic, ledger, mother, window.id)
    with pytest.raises(AlreadyBooked):
        await appoint(clinic, ledger, daughter, window.id, patient_id=mother.person_id)
    other = await clinic.windows(await clinic.session_of(clinic.shift("赵强")))
    assert (await appoint(clinic, ledger, daughter, other[0].id, patient_id=mother.person_id)).state


async def test_a_number_with_a_fee_is_held_until_paid(clinic: Clinic, ledger: Ledger) -> None:
    window, *_ = await clinic.windows(await clinic.session_of(clinic.shift(fee_fen=1000)))
    booked = await appoint(clinic, ledger, await clinic.resident(), window.id)
    assert (booked.state, booked.amount_fen, booked.hold_expires_at) == (
        "held", 1000, clinic.clock() + timedelta(minutes=15),
    )  # fmt: skip


async def booked_at(clinic: Clinic, ledger: Ledger, window_id: UUID, resident: Resident) -> str:
    try:
        return (await appoint(clinic, ledger, resident, window_id)).state
    except Refusal as refusal:
        return refusal.code


async def test_the_signed_share_is_the_signeds_until_it_falls_through(clinic: Clinic, ledger: Ledger) -> None:
    session_id = await clinic.session_of(clinic.shift())
    signed_window = (await clinic.windows(session_id, "signed"))[0].id
    clinic.clock.set(at(date(2026, 11, 12), 7) - timedelta(seconds=1))
    signed, public = await clinic.resident(), await clinic.resident()
    async with clinic.database.transaction() as session:
        await family.sign(
            session, signed.person_id, place_id=clinic.place, doctor_id=clinic.doctors["赵强"],
            now=clinic.clock(),
        )  # fmt: skip
    assert await booked_at(clinic, ledger, signed_window, signed) == "window_not_open"
    clinic.clock.set(at(date(2026, 11, 12), 7))
    assert await booked_at(clinic, ledger, signed_window, public) == "window_not_open"
    assert await booked_at(clinic, ledger, signed_window, signed) == "confirmed"


async def test_what_nobody_signed_took_is_the_publics_at_the_very_instant(
    clinic: Clinic, ledger: Ledger
) -> None:
    session_id = await clinic.session_of(clinic.shift())
    signed_window = (await clinic.windows(session_id, "signed"))[0].id
    resident = await clinic.resident()
    clinic.clock.set(at(MONDAY, 10) - timedelta(microseconds=1))
    assert await booked_at(clinic, ledger, signed_window, resident) == "window_not_open"
    clinic.clock.set(at(MONDAY, 10))
    assert await booked_at(clinic, ledger, signed_window, resident) == "confirmed"


async def test_elders_keep_their_share_for_themselves(clinic: Clinic, ledger: Ledger) -> None:
    session_id = await clinic.session_of(clinic.shift(starts=None, ends=None))
    window = (await clinic.windows(session_id, "elders"))[0].id
    clinic.clock.set(at(date(2026, 11, 20), 9))
    elder, younger = (
        await clinic.resident(birth=date(1966, 11, 24)),
        await clinic.resident(birth=date(1966, 11, 25)),
    )
    codes = [await booked_at(clinic, ledger, window, person) for person in (younger, elder)]
    assert codes == ["window_not_open", "confirmed"]


async def test_advance_numbers_end_the_day_before_and_same_day_numbers_begin_at_seven(
    clinic: Clinic, ledger: Ledger
) -> None:
    advance, same_day = await clinic.windows(await clinic.session_of(clinic.shift()))
    resident = await clinic.resident()
    codes = []
    for now, window in (
        (at(MONDAY, 17), advance),
        (at(TUESDAY, 7) - timedelta(seconds=1), same_day),
        (at(TUESDAY, 7), same_day),
    ):
        clinic.clock.set(now)
        codes.append(await booked_at(clinic, ledger, window.id, resident))
    assert codes == ["window_not_open", "window_not_open", "confirmed"]


async def test_the_waitlist_is_for_full_sessions_only(clinic: Clinic, ledger: Ledger) -> None:
    session_id = await clinic.session_of(clinic.shift())
    resident = await clinic.resident()
    with pytest.raises(WaitlistNotNeeded):
        await wait(clinic, resident, session_id)
    booked = await fill(clinic, ledger, session_id)
    with pytest.raises(AlreadyBooked):
        await wait(clinic, Resident(booked[0].person_id, resident.sign_in_id), session_id)
    assert await wait(clinic, resident, session_id) == await wait(clinic, resident, session_id)


@pytest.mark.parametrize(
    ("now", "refusal"), [(at(date(2026, 11, 16), 9), WindowNotOpen), (at(MONDAY, 20), WaitlistOver)]
)
async def test_nobody_waits_before_the_release_or_after_the_evening(
    clinic: Clinic, now: Any, refusal: type[Refusal]
) -> None:
    session_id = await clinic.session_of(clinic.shift())
    clinic.clock.set(now)
    with pytest.raises(refusal):
        await wait(clinic, await clinic.resident(), session_id)


async def test_nobody_waits_for_a_stopped_session_nor_under_a_ban(clinic: Clinic, ledger: Ledger) -> None:
    session_id = await clinic.session_of(clinic.shift())
    await fill(clinic, ledger, session_id)
    banned = await clinic.resident()
    async with clinic.database.transaction() as session:
        await booking.stand(
            session, banned.person_id, key="suspended:clinic", since=clinic.clock(), until=None
        )
    with pytest.raises(Suspended):
        await wait(clinic, banned, session_id)
    await clinic.run("UPDATE clinic_session SET state = 'stopped'")
    with pytest.raises(SessionStopped):
        await wait(clinic, await clinic.resident(), session_id)


async def test_a_cancelled_number_is_offered_in_order_lapses_to_the_next_and_is_taken(
    clinic: Clinic, ledger: Ledger
) -> None:
    session_id = await clinic.session_of(clinic.shift())
    booked = await fill(clinic, ledger, session_id)
    first, second = await clinic.resident(), await clinic.resident()
    for resident in (first, second):
        await wait(clinic, resident, session_id)
        clinic.clock.advance(timedelta(seconds=1))
    await ledger.move(
        Move(booking_id=booked[0].id, event="cancel", by="resident", actor_id=booked[0].person_id)
    )
    assert await offers(clinic) == [(first.person_id, "held")]
    clinic.clock.advance(timedelta(minutes=31))
    await ledger.sweep()
    await ledger.sweep()
    assert await offers(clinic) == [(first.person_id, "expired"), (second.person_id, "held")]
    offer = (await clinic.rows("SELECT id FROM booking WHERE offered AND state = 'held'"))[0][0]
    await ledger.move(Move(booking_id=offer, event="confirm", by="resident", actor_id=second.person_id))
    assert await clinic.rows("SELECT state FROM waitlist_entry ORDER BY created_at") == [
        ("lapsed",), ("taken",),
    ]  # fmt: skip
    with pytest.raises(WindowFull):
        await appoint(clinic, ledger, await clinic.resident(), booked[0].lines[0].window_id)


async def test_the_waitlist_is_cleared_in_the_evening_and_everyone_is_told(
    clinic: Clinic, ledger: Ledger
) -> None:
    session_id = await clinic.session_of(clinic.shift())
    await fill(clinic, ledger, session_id)
    resident = await clinic.resident()
    await wait(clinic, resident, session_id)
    counts = []
    for now in (at(MONDAY, 19, 59), at(MONDAY, 20)):
        clinic.clock.set(now)
        async with clinic.database.transaction() as session:
            counts.append(await booking.clear_waitlists(session, now=clinic.clock()))
    assert counts == [0, 1]
    assert [event["groupId"] for event in await clinic.events("waitlist.cleared")] == [str(session_id)]


async def test_only_who_waits_or_had_it_arranged_leaves_the_waitlist(clinic: Clinic, ledger: Ledger) -> None:
    session_id = await clinic.session_of(clinic.shift())
    await fill(clinic, ledger, session_id)
    daughter, mother, stranger = [await clinic.resident() for _ in range(3)]
    await clinic.link(daughter, mother)
    entry_id = await wait(clinic, daughter, session_id, mother.person_id)
    async with clinic.database.transaction() as session:
        with pytest.raises(BookingNotFound):
            await appointments.leave_waitlist(session, stranger, entry_id=entry_id, now=clinic.clock())
        await appointments.leave_waitlist(session, daughter, entry_id=entry_id, now=clinic.clock())
    assert await clinic.rows("SELECT state FROM waitlist_entry") == [("left",)]


async def test_a_number_is_taken_on_site_by_who_is_booked(clinic: Clinic, ledger: Ledger) -> None:
    resident, stranger = await clinic.resident(), await clinic.resident()
    window, *_ = await clinic.windows(await clinic.session_of(clinic.shift()))
    booked = await appoint(clinic, ledger, resident, window.id)
    clinic.clock.set(at(TUESDAY, 9))
    facts: dict[str, Any] = {"booking_id": booked.id, "key": None, "fingerprint": b""}
    with pytest.raises(BookingNotFound):
        await appointments.check_in(ledger, clinic.database, resident=stranger, **facts)
    outcome = await appointments.check_in(ledger, clinic.database, resident=resident, **facts)
    assert outcome.booking is not None
    assert (outcome.booking.state, outcome.booking.queue_no) == ("checked_in", 1)

from datetime import date, time

import pytest
from msgspec.structs import replace

from scenes.clinic.errors import DoctorNotFound, RuleMissing, SessionNotFound
from scenes.clinic.service import schedule
from scenes.common.kit.ids import new_id
from tests.support.clinic import MONDAY, TUESDAY, Clinic, at


async def test_publishing_twice_leaves_what_is_there(clinic: Clinic) -> None:
    shifts = [clinic.shift(), clinic.shift("赵强")]
    async with clinic.database.transaction() as session:
        first = await schedule.publish_schedule(session, shifts)
    async with clinic.database.transaction() as session:
        again = await schedule.publish_schedule(session, [*shifts, clinic.shift(period="pm")])
    assert (len(first.session_ids), first.windows, first.known) == (2, 6, 0)
    assert (len(again.session_ids), again.known) == (1, 2)
    assert await clinic.rows("SELECT count(*) FROM clinic_session") == [(3,)]


async def test_hundreds_of_shifts_are_published_at_once(clinic: Clinic) -> None:
    days = [date.fromordinal(TUESDAY.toordinal() + n) for n in range(150)]
    shifts = [
        clinic.shift(doctor, day, starts=None, ends=None, period=period)
        for day in days
        for doctor in ("李敏", "孙平")
        for period in ("am", "pm")
    ]
    async with clinic.database.transaction() as session:
        done = await schedule.publish_schedule(session, shifts)
    assert len(done.session_ids) == len(shifts)
    assert await clinic.rows("SELECT count(*), sum(capacity) FROM booking_window") == [
        (done.windows, 42 * len(shifts))
    ]


async def test_a_doctor_of_another_venue_is_not_found_and_nothing_is_published(clinic: Clinic) -> None:
    with pytest.raises(DoctorNotFound):
        await clinic.session_of(
            clinic.shift(), replace(clinic.shift("孙平"), place_id=clinic.place, day=MONDAY)
        )
    assert await clinic.rows("SELECT count(*) FROM clinic_session") == [(0,)]


async def test_nothing_is_published_on_a_day_without_a_rule(clinic: Clinic) -> None:
    with pytest.raises(RuleMissing):
        await clinic.session_of(clinic.shift(day=date(2025, 12, 31)))


async def test_a_venues_own_rule_overrides_the_districts(clinic: Clinic) -> None:
    async with clinic.database.transaction() as session:
        rule = replace(schedule.rule_for(clinic.place, TUESDAY, await schedule.rules_in_force(session)))
        await schedule.set_rule(
            session, replace(rule, release_at=time(8)), since=date(2026, 6, 1), place_id=clinic.place
        )
    here, there = await clinic.session_of(clinic.shift()), await clinic.session_of(clinic.shift("孙平"))
    released = [(await clinic.view(session_id)).row.release_at for session_id in (here, there)]
    assert released == [at(date(2026, 11, 17), 8), at(date(2026, 11, 17), 7)]


async def test_sessions_are_listed_by_day_half_day_and_department(clinic: Clinic) -> None:
    later = await clinic.session_of(clinic.shift(day=date(2026, 11, 25)))
    afternoon = await clinic.session_of(clinic.shift(period="pm"))
    morning = await clinic.session_of(clinic.shift())
    await clinic.session_of(clinic.shift("孙平"))
    async with clinic.database.read() as session:
        views = await schedule.sessions_of(
            session, clinic.place, first=MONDAY, last=date(2026, 11, 30), now=clinic.clock()
        )
    assert [view.row.id for view in views] == [morning, afternoon, later]
    assert [view.state(clinic.clock()) for view in views] == ["open", "open", "open"]


async def test_free_numbers_are_those_that_can_be_booked_now(clinic: Clinic) -> None:
    await clinic.session_of(clinic.shift(), clinic.shift("孙平"), clinic.shift("赵强"))
    async with clinic.database.read() as session:
        free = await schedule.free_numbers(session, days=8, now=clinic.clock())
    assert free == {
        clinic.place: (10, 12, clinic.clock()),
        clinic.other_place: (5, 6, clinic.clock()),
    }


async def test_no_such_session_is_not_found(clinic: Clinic) -> None:
    with pytest.raises(SessionNotFound):
        await clinic.view(new_id())

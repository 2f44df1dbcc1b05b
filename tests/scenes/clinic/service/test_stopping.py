from datetime import date
from uuid import UUID

import pytest

from scenes.clinic.errors import SessionNotFound
from scenes.clinic.service import stopping
from scenes.common.booking import service as booking
from scenes.common.booking.errors import PreviewStale, WindowNotFound
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from tests.scenes.clinic.service.test_appointments import appoint, wait
from tests.support.clinic import TUESDAY, Clinic, at


async def preview(clinic: Clinic, session_id: UUID, staff: Staff | None = None) -> stopping.StopPreview:
    async with clinic.database.transaction() as session:
        return await stopping.preview_stop(
            session, staff or clinic.staff, session_id=session_id, window_ids=(), reason="医生生病",
            now=clinic.clock(),
        )  # fmt: skip


async def carry_out(clinic: Clinic, ledger: Ledger, token: UUID) -> int:
    async with clinic.database.transaction() as session:
        await stopping.begin_stop(session, clinic.staff, token, now=clinic.clock())
    done = await booking.finish_closure(clinic.database, ledger, token, now=clinic.clock())
    await clinic.relay()
    await ledger.sweep()
    return done


async def test_what_changed_since_the_preview_stops_nothing(clinic: Clinic, ledger: Ledger) -> None:
    session_id = await clinic.session_of(clinic.shift())
    window, *_ = await clinic.windows(session_id)
    token = (await preview(clinic, session_id)).closure.token
    await appoint(clinic, ledger, await clinic.resident(), window.id)
    with pytest.raises(PreviewStale):
        await carry_out(clinic, ledger, token)
    assert (await clinic.view(session_id)).state(clinic.clock()) == "open"


async def test_stopping_cancels_everyone_and_names_equal_doctors(clinic: Clinic, ledger: Ledger) -> None:
    session_id = await clinic.session_of(clinic.shift())
    equal = await clinic.session_of(clinic.shift("赵强"))
    elsewhere = await clinic.session_of(clinic.shift("孙平"))
    await clinic.session_of(clinic.shift("钱进"))
    resident = await clinic.resident()
    window, *_ = await clinic.windows(session_id)
    booked = await appoint(clinic, ledger, resident, window.id)
    shown = await preview(clinic, session_id)
    assert [record.id for record in shown.closure.bookings] == [booked.id]
    assert [choice.session_id for choice in shown.choices] == [equal, elsewhere]
    assert await carry_out(clinic, ledger, shown.closure.token) == 1
    assert (await clinic.view(session_id)).state(clinic.clock()) == "stopped"
    assert await clinic.states() == {"cancelled": 1}
    [told] = await clinic.events("clinic.session_stopped")
    assert [choice["sessionId"] for choice in told["choices"]] == [str(equal), str(elsewhere)]
    assert (told["keptWindowId"], told["bookedBy"], told["reason"]) == (
        None, str(resident.person_id), "closure:医生生病",
    )  # fmt: skip
    assert await clinic.rows("SELECT count(*) FROM clinic_strike") == [(0,)]


async def test_a_stop_on_the_day_keeps_an_equal_number_as_an_offer(clinic: Clinic, ledger: Ledger) -> None:
    session_id, equal = (
        await clinic.session_of(clinic.shift()),
        await clinic.session_of(clinic.shift("赵强")),
    )
    resident = await clinic.resident()
    clinic.clock.set(at(TUESDAY, 8))
    same_day = (await clinic.windows(session_id))[1]
    await appoint(clinic, ledger, resident, same_day.id)
    await carry_out(clinic, ledger, (await preview(clinic, session_id)).closure.token)
    kept = (await clinic.windows(equal))[1]
    assert await clinic.rows(
        "SELECT b.person_id, b.group_id, b.state, b.offered, l.window_id FROM booking b"
        " JOIN booking_line l ON l.booking_id = b.id WHERE b.state <> 'cancelled'"
    ) == [(resident.person_id, equal, "held", True, kept.id)]
    assert [event["keptWindowId"] for event in await clinic.events("clinic.session_stopped")] == [
        str(kept.id)
    ]


async def test_who_waits_for_a_stopped_session_waits_no_longer(clinic: Clinic, ledger: Ledger) -> None:
    session_id = await clinic.session_of(clinic.shift())
    for window in (await clinic.view(session_id)).windows:
        if window.is_open(clinic.clock()) and window.audience == "public":
            for _ in range(window.free):
                await appoint(clinic, ledger, await clinic.resident(), window.id)
    await wait(clinic, await clinic.resident(), session_id)
    await carry_out(clinic, ledger, (await preview(clinic, session_id)).closure.token)
    async with clinic.database.transaction() as session:
        assert await booking.clear_waitlists(session, now=clinic.clock()) == 1


async def test_only_the_venues_staff_stop_its_sessions(clinic: Clinic) -> None:
    session_id = await clinic.session_of(clinic.shift("孙平"))
    with pytest.raises(SessionNotFound):
        await preview(clinic, session_id)
    district = Staff(new_id(), new_id(), "district", frozenset())
    assert (await preview(clinic, session_id, district)).closure.bookings == ()
    window, *_ = await clinic.windows(session_id)
    async with clinic.database.transaction() as session:
        with pytest.raises(WindowNotFound):
            await stopping.preview_stop(
                session, clinic.staff, session_id=None, window_ids=[window.id], reason="", now=clinic.clock()
            )


async def test_stopping_some_windows_leaves_the_rest(clinic: Clinic, ledger: Ledger) -> None:
    session_id = await clinic.session_of(clinic.shift(day=date(2026, 11, 25)))
    advance, same_day = await clinic.windows(session_id)
    async with clinic.database.transaction() as session:
        shown = await stopping.preview_stop(
            session, clinic.staff, session_id=None, window_ids=[advance.id], reason="会议", now=clinic.clock()
        )
    await carry_out(clinic, ledger, shown.closure.token)
    states = {window.id: window.state for window in (await clinic.view(session_id)).windows}
    assert (states[advance.id], states[same_day.id]) == ("stopped", "open")
    assert (await clinic.view(session_id)).row.state == "open"

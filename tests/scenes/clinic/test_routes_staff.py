from typing import Any
from uuid import UUID

from scenes.clinic import jobs
from scenes.clinic.service import desk
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.ids import new_id
from scenes.common.people.service import broken_audit_entry
from scenes.common.places.availability import AvailabilityBoard
from tests.support.clinic import TUESDAY, Clinic, Doors, at


async def booked(doors: Doors, clinic: Clinic, session_id: UUID, resident: Resident) -> Any:
    window, *_ = await clinic.windows(session_id)
    doors.enter(resident)
    status, shown = await doors.ask("POST", "/clinic/appointments", json={"windowId": str(window.id)})
    assert status == 201
    return shown


async def test_staff_see_their_venues_only(doors: Doors, clinic: Clinic) -> None:
    doors.enter(clinic.staff)
    own = (await doors.ask("GET", "/staff/venues"))[1]["items"]
    doors.enter(Staff(new_id(), new_id(), "district", frozenset()))
    every = (await doors.ask("GET", "/staff/venues"))[1]["items"]
    assert [venue["id"] for venue in own] == [str(clinic.place)]
    assert {venue["id"] for venue in every} == {str(clinic.place), str(clinic.other_place)}


async def test_another_venue_is_not_found_at_any_door(doors: Doors, clinic: Clinic) -> None:
    session_id = await clinic.session_of(clinic.shift("孙平"))
    booking = await booked(doors, clinic, session_id, await clinic.resident())
    window_id = (await clinic.windows(session_id))[0].id
    doors.enter(clinic.staff)
    clinic.clock.set(at(TUESDAY, 9))
    place = {"placeId": str(clinic.other_place)}
    shift = {"doctorId": str(clinic.doctors["孙平"]), "dates": ["2026-12-01"], "period": "am", "feeFen": 0}
    statuses = [
        (await doors.ask("GET", "/staff/board", params=place))[0],
        (await doors.ask("GET", "/staff/board/events", params=place))[0],
        (await doors.ask("POST", "/staff/redeem", json={"code": booking["code"]}))[0],
        (await doors.ask("POST", "/staff/windows", json=place | shift))[0],
        (await doors.ask("PATCH", f"/staff/windows/{window_id}", json={"capacity": 9}))[0],
        (await doors.ask("POST", f"/staff/sessions/{session_id}/call-next"))[0],
        (
            await doors.ask(
                "POST", "/staff/closures/preview", json={"sessionId": str(session_id), "reason": "x"}
            )
        )[0],
        (
            await doors.ask(
                "POST", "/staff/closures/preview", json={"windowIds": [str(window_id)], "reason": "x"}
            )
        )[0],
        (await doors.ask("POST", "/staff/closures", json={"previewToken": str(new_id())}))[0],
    ]
    assert statuses == [404] * 9


async def test_residents_do_not_enter(doors: Doors, clinic: Clinic) -> None:
    doors.enter(await clinic.resident())
    assert (await doors.ask("GET", "/staff/venues"))[0] == 401


async def test_the_board_masks_names_and_writes_down_who_was_seen(doors: Doors, clinic: Clinic) -> None:
    session_id = await clinic.session_of(clinic.shift())
    resident = await clinic.resident("王小芳")
    booking = await booked(doors, clinic, session_id, resident)
    doors.enter(clinic.staff)
    status, board = await doors.ask(
        "GET", "/staff/board", params={"placeId": str(clinic.place), "date": "2026-11-24"}
    )
    [shown] = board["sessions"]
    assert (status, shown["capacity"], shown["taken"], shown["checkedIn"]) == (200, 6, 1, 0)
    assert shown["appointments"] == [
        {
            "id": booking["id"], "state": "confirmed", "name": "王*芳", "queueNo": None,
            "title": "全科 李敏 主治医师", "startsAt": "2026-11-24T10:00:00+08:00",
            "endsAt": "2026-11-24T10:30:00+08:00",
        }
    ]  # fmt: skip
    assert await clinic.rows("SELECT staff_id, action, subject_ids FROM audit_entry") == [
        (clinic.staff.staff_id, "staff.board.read", [str(resident.person_id)])
    ]
    async with clinic.database.read() as session:
        assert await broken_audit_entry(session) is None


async def test_numbers_are_taken_by_code_and_by_name_and_called_in_turn(doors: Doors, clinic: Clinic) -> None:
    session_id = await clinic.session_of(clinic.shift())
    one = await booked(doors, clinic, session_id, await clinic.resident("王芳", phone="13812345678"))
    await booked(doors, clinic, session_id, await clinic.resident("王芳", phone="13900001111"))
    doors.enter(clinic.staff)
    clinic.clock.set(at(TUESDAY, 9))
    taken = []
    for asked in (
        {"name": "王芳", "number": "1111"},
        {"code": f"LC:{one['code']}"},
        {"code": one["code"]},
    ):
        status, shown = await doors.ask("POST", "/staff/redeem", json=asked)
        taken.append((status, shown["number"], shown["ahead"], shown["booking"]["name"]))
    assert taken == [(200, 1, 0, "王*"), (200, 2, 1, "王*"), (200, 2, 1, "王*")]
    calls = []
    key = {"Idempotency-Key": "call-next-0001"}
    for headers in (key, key, {}, {}, {}):
        status, called = await doors.ask("POST", f"/staff/sessions/{session_id}/call-next", headers=headers)
        calls.append((status, called["nowServing"], called["waiting"]))
    assert calls == [(200, 1, 1), (200, 1, 1), (200, 2, 0), (200, None, 0), (200, None, 0)]
    assert await clinic.states() == {"fulfilled": 2}
    waits = await clinic.rows("SELECT arrived_at, called_at FROM booking")
    assert waits == [(at(TUESDAY, 9), at(TUESDAY, 9))] * 2


async def test_what_fits_nobody_several_or_says_too_little_is_refused(doors: Doors, clinic: Clinic) -> None:
    session_id = await clinic.session_of(clinic.shift())
    for _ in range(2):
        await booked(doors, clinic, session_id, await clinic.resident("王芳", phone="13812345678"))
    doors.enter(clinic.staff)
    clinic.clock.set(at(TUESDAY, 9))
    answers = [
        await doors.ask("POST", "/staff/redeem", json=asked)
        for asked in (
            {"code": "00000000"},
            {"name": "王芳", "number": "5678"},
            {"name": "王芳", "number": "78"},
            {"name": "李娜", "number": "5678"},
        )
    ]
    assert answers == [
        (404, {"code": "not_found"}),
        (409, {"code": "several_found"}),
        (400, {"code": "invalid"}),
        (404, {"code": "not_found"}),
    ]


async def test_a_schedule_is_published_once(doors: Doors, clinic: Clinic) -> None:
    doors.enter(clinic.staff)
    body = {
        "placeId": str(clinic.place), "doctorId": str(clinic.doctors["李敏"]), "period": "pm",
        "dates": ["2026-11-30", "2026-12-01"], "feeFen": 1500,
    }  # fmt: skip
    done = [(await doors.ask("POST", "/staff/windows", json=body))[1] for _ in range(2)]
    assert [(len(each["sessionIds"]), each["alreadyPublished"]) for each in done] == [(2, 0), (0, 2)]
    assert await clinic.rows("SELECT sum(capacity) FROM booking_window") == [(84,)]


async def test_a_window_changes_but_not_under_those_who_are_booked(doors: Doors, clinic: Clinic) -> None:
    session_id = await clinic.session_of(clinic.shift())
    await booked(doors, clinic, session_id, await clinic.resident())
    taken, empty = await clinic.windows(session_id)
    doors.enter(clinic.staff)
    answers = []
    for window, change in (
        (taken, {"capacity": 0}),
        (taken, {"closed": True}),
        (taken, {"capacity": 9}),
        (empty, {"closed": True}),
        (empty, {"closed": False}),
    ):
        status, shown = await doors.ask("PATCH", f"/staff/windows/{window.id}", json=change)
        answers.append((status, shown.get("code"), shown.get("capacity"), shown.get("state")))
    assert answers == [
        (409, "capacity_below_booked", None, None),
        (409, "window_has_bookings", None, None),
        (200, None, 9, "open"),
        (200, None, 1, "stopped"),
        (200, None, 1, "open"),
    ]


async def test_a_closure_is_previewed_and_carried_out_once(doors: Doors, clinic: Clinic) -> None:
    session_id = await clinic.session_of(clinic.shift(fee_fen=1000))
    equal = await clinic.session_of(clinic.shift("赵强"))
    await booked(doors, clinic, session_id, await clinic.resident("王小芳"))
    doors.enter(clinic.staff)
    asked = {"sessionId": str(session_id), "reason": "医生生病"}
    _, shown = await doors.ask("POST", "/staff/closures/preview", json=asked)
    assert (shown["windows"], shown["people"], shown["refundFen"]) == (3, 1, 0)
    assert [b["name"] for b in shown["bookings"]] == ["王*芳"]
    assert [choice["sessionId"] for choice in shown["choices"]] == [str(equal)]
    token = {"previewToken": shown["previewToken"]}
    done = [await doors.ask("POST", "/staff/closures", json=token) for _ in range(2)]
    assert done == [(200, token | {"cancelled": 1}), (200, token | {"cancelled": 0})]


async def test_what_is_free_reaches_the_places_desk(clinic: Clinic) -> None:
    await clinic.session_of(clinic.shift())
    board = AvailabilityBoard()
    await jobs.push_availability(clinic.database, board, now=clinic.clock())
    told = board.at_place(clinic.place, opens_today=True, at=clinic.clock())
    assert (told.state, told.free) == ("free", 5)


async def test_the_districts_staff_work_everywhere(clinic: Clinic) -> None:
    district = Staff(new_id(), new_id(), "district", frozenset())
    async with clinic.database.read() as session:
        assert await desk.venues_of(session, district) == {clinic.place, clinic.other_place}
        assert await desk.venues_of(session, clinic.staff) == {clinic.place}

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from scenes.clinic.routes import quick_appointment
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import IdempotencyKeyMissing, Invalid
from tests.support.clinic import TUESDAY, Clinic, Doors, at


async def first_window(doors: Doors, clinic: Clinic) -> str:
    _, listed = await doors.ask(
        "GET", "/clinic/sessions", params={"placeId": str(clinic.place), "date": "2026-11-24"}
    )
    return next(w["id"] for w in listed["items"][0]["windows"] if w["free"] > 0)


async def test_departments_are_listed_and_an_unknown_venue_is_not_found(doors: Doors, clinic: Clinic) -> None:
    status, listed = await doors.ask("GET", f"/clinic/places/{clinic.place}/departments")
    assert (status, [(d["name"], d["code"]) for d in listed["items"]]) == (200, [("全科", "general")])
    assert await doors.ask("GET", f"/clinic/places/{new_id()}/departments") == (404, {"code": "not_found"})


async def test_a_session_shows_its_windows_and_what_is_free_now(doors: Doors, clinic: Clinic) -> None:
    session_id = await clinic.session_of(clinic.shift(fee_fen=1000))
    answer = await doors.http.get(
        "/clinic/sessions", params={"placeId": str(clinic.place), "date": "2026-11-24"}
    )
    [shown] = answer.json()["items"]
    windows = [(w["audience"], w["capacity"], w["free"], w["opensAt"]) for w in shown.pop("windows")]
    assert windows == [
        ("public", 4, 4, "2026-11-17T07:00:00+08:00"),
        ("public", 1, 0, "2026-11-24T07:00:00+08:00"),
        ("signed", 1, 1, "2026-11-12T07:00:00+08:00"),
    ]
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert shown["doctor"] | {"id": None} == {
        "id": None, "name": "李敏", "title": "主治医师", "intro": "",
    }  # fmt: skip
    assert {name: shown[name] for name in ("id", "date", "period", "feeFen", "releaseAt", "state")} == {
        "id": str(session_id),
        "date": "2026-11-24",
        "period": "am",
        "feeFen": 1000,
        "releaseAt": "2026-11-17T07:00:00+08:00",
        "state": "open",
    }


async def test_sessions_come_in_pages(doors: Doors, clinic: Clinic) -> None:
    for doctor, period in (("李敏", "am"), ("赵强", "am"), ("李敏", "pm")):
        await clinic.session_of(clinic.shift(doctor, period=period))
    asked: dict[str, Any] = {"placeId": str(clinic.place), "limit": 2}
    _, first = await doors.ask("GET", "/clinic/sessions", params=asked)
    _, second = await doors.ask("GET", "/clinic/sessions", params=asked | {"cursor": first["nextCursor"]})
    periods = [session["period"] for page in (first, second) for session in page["items"]]
    assert (periods, second["nextCursor"]) == (["am", "am", "pm"], None)
    assert (await doors.ask("GET", "/clinic/sessions", params=asked | {"cursor": "x"}))[0] == 400


async def test_a_list_is_true_for_a_second(doors: Doors, clinic: Clinic) -> None:
    asked = {"placeId": str(clinic.place)}
    assert (await doors.ask("GET", "/clinic/sessions", params=asked))[1]["items"] == []
    await clinic.session_of(clinic.shift())
    counts = []
    for seconds in (0.9, 0.2):
        clinic.clock.advance(timedelta(seconds=seconds))
        counts.append(len((await doors.ask("GET", "/clinic/sessions", params=asked))[1]["items"]))
    assert counts == [0, 1]


async def test_a_booking_is_answered_and_repeated_as_it_was(doors: Doors, clinic: Clinic) -> None:
    await clinic.session_of(clinic.shift())
    doors.enter(await clinic.resident())
    body, key = {"windowId": await first_window(doors, clinic)}, {"Idempotency-Key": str(uuid4())}
    first = await doors.http.post("/clinic/appointments", json=body, headers=key)
    again = await doors.http.post("/clinic/appointments", json=body, headers=key)
    assert (first.status_code, first.json()["state"]) == (201, "confirmed")
    assert (again.status_code, again.content, again.headers["idempotency-replayed"]) == (
        201, first.content, "true",
    )  # fmt: skip
    other = await doors.http.post("/clinic/appointments", json=body | {"reason": "复诊"}, headers=key)
    keyless = await doors.http.post("/clinic/appointments", json=body)
    assert [(r.status_code, r.json()["code"]) for r in (other, keyless)] == [
        (422, "idempotency_key_reused"),
        (400, "idempotency_key_missing"),
    ]


async def test_visitors_do_not_book(doors: Doors) -> None:
    assert await doors.ask("POST", "/clinic/appointments", json={"windowId": str(new_id())}) == (
        401,
        {"code": "unauthenticated"},
    )


async def test_the_quick_way_gives_the_same_answers(doors: Doors, clinic: Clinic, ledger: Ledger) -> None:
    await clinic.session_of(clinic.shift())
    resident = await clinic.resident()
    doors.enter(resident)
    body, key = json.dumps({"windowId": await first_window(doors, clinic)}), str(uuid4())
    quick = quick_appointment(ledger, clinic.database)
    answer = await quick(resident, key, body.encode())
    long_way = await doors.http.post(
        "/clinic/appointments",
        content=body,
        headers={"Idempotency-Key": key, "Content-Type": "application/json"},
    )
    assert (answer.status, answer.body) == (long_way.status_code, long_way.content)
    with pytest.raises(Invalid):
        await quick(resident, key, b'{"windowId": 1}')
    with pytest.raises(IdempotencyKeyMissing):
        await quick(resident, None, body.encode())


async def test_waiting_and_leaving(doors: Doors, clinic: Clinic) -> None:
    session_id = await clinic.session_of(clinic.shift())
    doors.enter(await clinic.resident())
    body = {"sessionId": str(session_id)}
    assert await doors.ask("POST", "/clinic/waitlist", json=body) == (409, {"code": "waitlist_not_needed"})
    await clinic.run("UPDATE booking_window SET capacity = 0, taken = 0")
    status, entry = await doors.ask("POST", "/clinic/waitlist", json=body)
    assert (status, entry["ahead"], entry["state"], entry["clearsAt"]) == (
        201, 0, "waiting", "2026-11-23T20:00:00+08:00",
    )  # fmt: skip
    assert await doors.ask("DELETE", f"/clinic/waitlist/{entry['id']}") == (204, None)


async def book(doors: Doors, clinic: Clinic, window_id: UUID | str) -> Any:
    doors.enter(await clinic.resident())
    return (await doors.ask("POST", "/clinic/appointments", json={"windowId": str(window_id)}))[1]


async def test_numbers_are_taken_on_site_and_show_who_is_ahead(doors: Doors, clinic: Clinic) -> None:
    session_id = await clinic.session_of(clinic.shift())
    window = await first_window(doors, clinic)
    first = await book(doors, clinic, window)
    booked = await book(doors, clinic, window)
    assert (await doors.ask("POST", f"/clinic/appointments/{booked['id']}/check-in"))[1] == {
        "code": "too_early"
    }
    clinic.clock.set(at(TUESDAY, 9))
    status, mine = await doors.ask("POST", f"/clinic/appointments/{booked['id']}/check-in")
    assert (status, mine["state"], mine["queueNo"]) == (200, "checked_in", 1)
    _, queue = await doors.ask("GET", f"/clinic/sessions/{session_id}/queue")
    assert queue == {
        "sessionId": str(session_id),
        "nowServing": None,
        "waiting": 1,
        "nextNumbers": [1],
        "mine": [
            {
                "bookingId": booked["id"], "state": "checked_in", "number": 1, "ahead": 0,
                "startsAt": "2026-11-24T10:00:00+08:00",
            }
        ],
    }  # fmt: skip
    assert (await doors.ask("POST", f"/clinic/appointments/{first['id']}/check-in"))[0] == 404
    doors.enter(None)
    assert (await doors.ask("GET", f"/clinic/sessions/{session_id}/queue"))[1]["mine"] == []


async def test_family_doctors_are_signed_with_and_left(doors: Doors, clinic: Clinic) -> None:
    doors.enter(await clinic.resident())
    body = {"placeId": str(clinic.place), "doctorId": str(clinic.doctors["李敏"])}
    status, contract = await doors.ask("POST", "/clinic/family-doctor-contract", json=body)
    assert (status, contract["until"]) == (201, "2027-11-23T09:00:00+08:00")
    _, listed = await doors.ask("GET", "/clinic/family-doctors", params={"placeId": str(clinic.place)})
    assert {item["doctor"]["name"]: item["mine"] for item in listed["items"]} == {
        "李敏": True,
        "赵强": False,
    }
    assert [(await doors.ask("DELETE", "/clinic/family-doctor-contract"))[0] for _ in range(2)] == [204, 404]

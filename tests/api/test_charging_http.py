"""Charging over the whole application, call by call as the contract names them, up to the charge itself."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.lifespan import House
from scenes.charging.jobs_live import refresh_board
from scenes.charging.rules.windows import quarter_of
from scenes.charging.service import windows
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.limits import USUAL
from tests.support.charging import AC, DC, NEAR, Charging
from tests.support.clock import AdjustableClock
from tests.support.photos import photo
from tests.support.whole import Whole, booking, good, is_local, refusal, resident_of, staff_of

HERE = {"lat": 31.2418, "lng": 121.4004}
STATION_FIELDS = {
    "id", "name", "address", "lat", "lng", "walkMinutes", "connectors", "expectedFreeOnArrival",
    "priceNowFenPerKWh", "priceBands", "idleFee", "reason",
}  # fmt: skip
"""What contract.md names of a station in the guidance."""


@pytest.fixture
async def world(house: House, database: Database, clock: AdjustableClock, forgotten: None) -> Charging:
    """Two stations, everything free, quarters published for today and tomorrow."""
    assert forgotten is None
    world = Charging(database, clock)
    await world.furnish()
    await world.set_rule({"graceMinutes": 15, "cancelMinutes": 5, "noShowLimit": 2})
    async with database.transaction() as session:
        await windows.publish(session, now=clock())
    await world.all_free()
    assert house.clock is clock
    return world


@pytest.fixture
async def whole(world: Charging, whole: Whole) -> Whole:
    assert world.stations
    await look(whole)
    return whole


async def look(whole: Whole) -> None:
    """Let the process read its board, as it does every few seconds."""
    await refresh_board(whole.house.works())


async def somebody(world: Charging) -> Resident:
    return resident_of(await world.person())


def start(world: Charging, quarters: int = 4) -> datetime:
    return quarter_of(world.clock()) + quarters * timedelta(minutes=15)


def wish(world: Charging, **facts: Any) -> dict[str, Any]:
    """Want half an hour at the near station an hour from now."""
    asked = {"stationId": str(world.stations[NEAR]), "startsAt": start(world).isoformat(), "minutes": 30}
    return asked | facts


async def reserve(whole: Whole, world: Charging, by: Caller = None, /, **facts: Any) -> dict[str, Any]:
    who = by or await somebody(world)
    return booking(await whole.post("/charging/reservations", who, json=wish(world, **facts)), 201)


async def test_guidance_in_the_contracts_words(whole: Whole, world: Charging) -> None:
    asked: dict[str, Any] = HERE | {"arriveInMinutes": 20, "connectorType": DC, "limit": 1}
    [near] = good(await whole.get("/charging/stations", **asked))["items"]
    assert near.keys() >= STATION_FIELDS
    assert near["connectors"].keys() == {"free", "occupied", "fault", "unknown", "asOf"}
    assert near["expectedFreeOnArrival"].keys() >= {"p", "low", "high"}
    assert (near["connectors"]["free"], near["priceNowFenPerKWh"]) == (3, 119)
    assert is_local(near["connectors"]["asOf"])
    one = good(await whole.get(f"/charging/stations/{near['id']}"))
    assert [connector["state"] for connector in one["connectorList"]] == ["free"] * 4
    assert one["id"] == str(world.stations[NEAR])


async def test_what_guidance_refuses(whole: Whole) -> None:
    assert refusal(await whole.get(f"/charging/stations/{new_id()}")) == (404, "not_found")
    wrong: dict[str, dict[str, Any]] = {
        "connectorType": {"connectorType": 9}, "arriveInMinutes": {"arriveInMinutes": -1},
        "limit": {"limit": 101}, "lat": {"lat": "north"},
    }  # fmt: skip
    for name, asked in wrong.items():
        answer = await whole.get("/charging/stations", **(HERE | asked))
        assert refusal(answer) == (400, "invalid")
        assert [error["path"] for error in answer.json()["errors"]] == [name]


async def test_a_station_is_a_place(whole: Whole, world: Charging) -> None:
    found = good(await whole.get("/places", **HERE, scene="charging", minutes=15))["items"]
    near = next(place for place in found if place["id"] == str(world.stations[NEAR]))
    assert (near["scene"], near["availability"]["state"], near["availability"]["free"]) == (
        "charging", "free", 4,
    )  # fmt: skip


async def test_terms_come_before_the_reservation(whole: Whole, world: Charging) -> None:
    terms = good(await whole.get("/charging/reservations/terms", **wish(world)))
    assert (terms["free"], terms["graceMinutes"]) == (4, 15)
    assert terms["heldUntil"] == (start(world) + timedelta(minutes=15)).isoformat()
    made = await reserve(whole, world)
    assert made["terms"] == {name: terms[name] for name in ("cancelUntil", "graceMinutes", "noShowRule")}


async def test_a_reservation_is_free_and_confirmed_at_once(whole: Whole, world: Charging) -> None:
    me = await somebody(world)
    gun = world.connector("NEAR_02")
    made = await reserve(whole, world, me, connectorId=str(gun))
    assert (made["scene"], made["state"], made["amountFen"]) == ("charging", "confirmed", 0)
    assert (made["startsAt"], made["endsAt"]) == ("2026-11-23T10:00:00+08:00", "2026-11-23T10:30:00+08:00")
    assert (made["place"]["name"], made["payment"]) == ("兰溪路充电站", None)
    assert "cancel" in made["actions"]
    assert booking(await whole.get(f"/bookings/{made['id']}", me)) == made
    assert [each["id"] for each in good(await whole.get("/bookings", me, scene="charging"))["items"]] == [
        made["id"]
    ]
    other = await somebody(world)
    assert refusal(await whole.get(f"/bookings/{made['id']}", other)) == (404, "not_found")
    assert refusal(await whole.post(f"/bookings/{made['id']}/cancel", other)) == (404, "not_found")
    taken = await whole.post("/charging/reservations", other, json=wish(world, connectorId=str(gun)))
    assert refusal(taken) == (409, "window_full")


async def test_a_repeated_reservation_is_one(whole: Whole, world: Charging) -> None:
    me, key = await somebody(world), str(uuid4())
    first = await whole.post("/charging/reservations", me, key=key, json=wish(world))
    again = await whole.post("/charging/reservations", me, key=key, json=wish(world))
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await whole.post("/charging/reservations", me, key=key, json=wish(world, minutes=45))
    keyless = await whole.post("/charging/reservations", me, key=None, json=wish(world))
    second = await whole.post("/charging/reservations", me, json=wish(world, minutes=45))
    assert [refusal(each) for each in (other, keyless, second)] == [
        (422, "idempotency_key_reused"),
        (400, "idempotency_key_missing"),
        (409, "already_booked"),
    ]


async def test_two_any_on_the_last_two_of_three_refuse_a_third(whole: Whole, world: Charging) -> None:
    await world.tell(NEAR_01=3)
    soon: dict[str, Any] = {"startsAt": start(world, 1).isoformat(), "connectorType": DC}
    for _ in range(2):
        await reserve(whole, world, **soon)
    third = await whole.post("/charging/reservations", await somebody(world), json=wish(world, **soon))
    assert refusal(third) == (409, "window_full")


async def test_what_a_reservation_refuses(whole: Whole, world: Charging) -> None:
    me = await somebody(world)
    bodies: dict[str, dict[str, Any]] = {
        "station": {"stationId": str(new_id())},
        "not a quarter": {"startsAt": (start(world) + timedelta(minutes=5)).isoformat()},
        "past": {"startsAt": start(world, -4).isoformat()},
        "too long": {"minutes": 600},
        "odd": {"minutes": 20},
        "naive": {"startsAt": "2026-11-23T10:00:00"},
        "field": {"colour": "red"},
        "kind": {"connectorType": 5},
    }
    told = {
        name: refusal(await whole.post("/charging/reservations", me, json=wish(world, **facts)))
        for name, facts in bodies.items()
    }
    assert told == {
        "station": (404, "not_found"),
        **dict.fromkeys(("not a quarter", "past", "too long", "odd", "naive", "field"), (400, "invalid")),
        "kind": (409, "connector_not_usable"),
    }
    visitor = await whole.post("/charging/reservations", None, json=wish(world))
    desk = await whole.post("/charging/reservations", staff_of("charging"), json=wish(world))
    assert [refusal(each) for each in (visitor, desk)] == [(401, "unauthenticated"), (403, "forbidden")]
    assert await world.states() == {}


async def test_cancelling_frees_it_at_once_and_only_in_time(whole: Whole, world: Charging) -> None:
    me = await somebody(world)
    gun: dict[str, Any] = {"connectorId": str(world.connector("NEAR_01"))}
    made = await reserve(whole, world, me, **gun)
    assert booking(await whole.post(f"/bookings/{made['id']}/cancel", me))["state"] == "cancelled"
    assert refusal(await whole.post(f"/bookings/{made['id']}/cancel", me)) == (409, "illegal_move")
    second = await reserve(whole, world, **gun)
    assert second["state"] == "confirmed"
    holder = resident_of(await _holder(world, second["id"]))
    world.clock.set(start(world) - timedelta(minutes=4))
    assert refusal(await whole.post(f"/bookings/{second['id']}/cancel", holder)) == (409, "too_late")


async def _holder(world: Charging, booking_id: str) -> Any:
    return (await world.rows("SELECT person_id FROM booking WHERE id = :id", id=booking_id))[0][0]


async def test_who_missed_too_often_is_told(whole: Whole, world: Charging) -> None:
    me = await somebody(world)
    await world.run(
        "INSERT INTO booking_standing VALUES (:person, 'suspended:charging:reservation', :since)",
        person=me.person_id, since=world.clock() - timedelta(days=1),
    )  # fmt: skip
    assert refusal(await whole.post("/charging/reservations", me, json=wish(world))) == (409, "suspended")


async def test_a_full_station_has_a_queue(whole: Whole, world: Charging) -> None:
    me, asked = await somebody(world), {"stationId": str(world.stations[NEAR]), "connectorType": AC}
    assert refusal(await whole.post("/charging/queue", me, json=asked)) == (409, "queue_not_needed")
    world.clock.advance(timedelta(seconds=1))
    await world.tell(NEAR_04=3)
    await look(whole)
    entry = good(await whole.post("/charging/queue", me, json=asked), 201)
    assert (entry["state"], entry["ahead"], is_local(entry["joinedAt"])) == ("waiting", 0, True)
    assert good(await whole.get("/charging/queue", me)) == {"items": [entry], "nextCursor": None}
    path, other = f"/charging/queue/{entry['id']}", await somebody(world)
    snoozed = await whole.post(f"{path}/snooze", other, json={"minutes": 10})
    assert refusal(snoozed) == (404, "not_found")
    gone = await whole.http.delete(f"/api/v1{path}", headers=whole.bearer(me))
    assert gone.status_code == 204
    assert good(await whole.get("/charging/queue", me))["items"] == []


async def test_a_broken_connector_is_reported_with_a_photo(whole: Whole, world: Charging) -> None:
    me, path = await somebody(world), f"/charging/connectors/{world.connector('NEAR_01')}/faults"
    told = {"kind": "broken_plug", "note": "枪头裂了", "photo": b64encode(photo()).decode()}
    key = str(uuid4())
    report = good(await whole.post(path, me, key=key, json=told), 201)
    again = await whole.post(path, me, key=key, json=told)
    assert (good(again, 201), again.headers["Idempotency-Replayed"]) == (report, "true")
    assert refusal(await whole.post(path, me, json=told)) == (409, "already_reported")
    other = await somebody(world)
    svg = told | {"photo": b64encode(b"<svg onload=alert(1)>").decode()}
    large = told | {"photo": b64encode(photo() + bytes(9_000_000)).decode()}
    unknown = f"/charging/connectors/{new_id()}/faults"
    answers = [
        await whole.post(path, other, json=svg),
        await whole.post(path, other, json=large),
        await whole.post(path, other, json=told | {"photo": "not base64!"}),
        await whole.post(path, other, json=told | {"kind": "ghost"}),
        await whole.post(unknown, other, json=told),
        await whole.post(path, None, json=told),
    ]
    assert [refusal(each) for each in answers] == [
        (400, "photo_invalid"), (413, "too_large"), (400, "photo_invalid"), (400, "invalid"),
        (404, "not_found"), (401, "unauthenticated"),
    ]  # fmt: skip


async def test_who_reports_without_end_is_asked_to_wait(whole: Whole, world: Charging) -> None:
    me, guns = await somebody(world), [str(gun) for gun in world.connectors.values()]
    told = [
        await whole.post(f"/charging/connectors/{gun}/faults", me, json={"kind": "no_power"})
        for gun in guns[: USUAL["chargingReport"] + 1]
    ]
    *taken, last = told
    assert [answer.status_code for answer in taken] == [201] * USUAL["chargingReport"]
    assert (refusal(last), last.headers["Retry-After"]) == ((429, "limit_exceeded"), "600")
    other = await somebody(world)
    good(await whole.post(f"/charging/connectors/{guns[-1]}/faults", other, json={"kind": "no_power"}), 201)


async def test_who_asks_for_charges_without_paying_is_asked_to_wait(whole: Whole, world: Charging) -> None:
    me, gun = await somebody(world), {"connectorId": str(world.connector("NEAR_01"))}
    first = await whole.post("/charging/sessions", me, key="the-first-of-many", json=gun)
    told = [await whole.post("/charging/sessions", me, json=gun) for _ in range(USUAL["chargingBegin"])]
    assert {answer.status_code for answer in told[:-1]} == {409}
    assert refusal(told[-1]) == (429, "limit_exceeded")
    again = await whole.post("/charging/sessions", me, key="the-first-of-many", json=gun)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert again.content == first.content

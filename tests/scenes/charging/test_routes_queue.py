from uuid import uuid4

from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from tests.support.charging import AC, DC, FAR, NEAR, Charging
from tests.support.charging_doors import ChargingDoors


async def enter(doors: ChargingDoors, charging: Charging) -> Resident:
    resident = Resident(await charging.person(), new_id())
    doors.enter(resident)
    return resident


async def full(doors: ChargingDoors, charging: Charging) -> dict[str, object]:
    await charging.all_free()
    await charging.tell(NEAR_01=3, NEAR_02=2, NEAR_03=255)
    await doors.look()
    return {"stationId": str(charging.stations[NEAR]), "connectorType": DC}


async def test_joining_twice_is_one_place_and_others_come_behind(
    doors: ChargingDoors, charging: Charging
) -> None:
    wish = await full(doors, charging)
    await enter(doors, charging)
    key = {"Idempotency-Key": str(uuid4())}
    first = await doors.http.post("/charging/queue", json=wish, headers=key)
    again = await doors.http.post("/charging/queue", json=wish, headers=key)
    assert (first.status_code, again.content, again.headers["idempotency-replayed"]) == (
        201, first.content, "true",
    )  # fmt: skip
    assert (await doors.ask("POST", "/charging/queue", json=wish))[1]["id"] == first.json()["id"]
    assert (first.json()["state"], first.json()["ahead"], first.json()["offerUntil"]) == ("waiting", 0, None)
    await enter(doors, charging)
    assert (await doors.ask("POST", "/charging/queue", json=wish))[1]["ahead"] == 1
    _, mine = await doors.ask("GET", "/charging/queue")
    assert [(e["ahead"], e["connectorType"]) for e in mine["items"]] == [(1, DC)]
    assert (await doors.http.post("/charging/queue", json=wish)).json()["code"] == "idempotency_key_missing"


async def test_a_queue_nobody_needs_and_one_that_leads_nowhere_are_refused(
    doors: ChargingDoors, charging: Charging
) -> None:
    wish = await full(doors, charging)
    await enter(doors, charging)
    for differently, code in (
        ({"connectorType": AC}, "queue_not_needed"),
        ({"connectorType": 1}, "nothing_to_queue_for"),
        ({"stationId": str(new_id())}, "not_found"),
    ):
        assert (await doors.ask("POST", "/charging/queue", json=wish | differently))[1] == {"code": code}
    assert (await doors.ask("POST", "/charging/queue", json=wish | {"connectorType": 9}))[0] == 400


async def test_one_waits_at_one_place_at_a_time(doors: ChargingDoors, charging: Charging) -> None:
    wish = await full(doors, charging)
    await charging.report(dict.fromkeys((f"ST-FAR-0{n}" for n in (1, 2, 3)), 3))
    await doors.look()
    await enter(doors, charging)
    await doors.ask("POST", "/charging/queue", json=wish)
    elsewhere = wish | {"stationId": str(charging.stations[FAR])}
    assert await doors.ask("POST", "/charging/queue", json=elsewhere) == (409, {"code": "already_queuing"})


async def test_a_place_is_its_owners(doors: ChargingDoors, charging: Charging) -> None:
    wish = await full(doors, charging)
    owner = await enter(doors, charging)
    entry = (await doors.ask("POST", "/charging/queue", json=wish))[1]["id"]
    await enter(doors, charging)
    assert (await doors.ask("DELETE", f"/charging/queue/{entry}"))[0] == 404
    assert (await doors.ask("POST", f"/charging/queue/{entry}/snooze", json={"minutes": 5}))[0] == 404
    doors.enter(owner)
    status, snoozed = await doors.ask("POST", f"/charging/queue/{entry}/snooze", json={"minutes": 5})
    assert (status, snoozed["snoozedUntil"]) == (200, "2026-11-23T09:05:00+08:00")
    assert (await doors.ask("POST", f"/charging/queue/{entry}/snooze", json={"minutes": 99}))[0] == 409
    assert await doors.ask("DELETE", f"/charging/queue/{entry}") == (204, None)
    assert (await doors.ask("GET", "/charging/queue"))[1]["items"] == []
    doors.enter(None)
    assert (await doors.ask("GET", "/charging/queue"))[0] == 401

"""Reserving and charging over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from scenes.charging.rules.windows import quarter_of
from scenes.charging.wire_sessions import SessionRequest
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.cache import Cache
from scenes.common.kit.clock import shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.wire import fingerprint
from tests.support.charging import DC, NEAR, Charging
from tests.support.charging_doors import ChargingDoors, charging_app, works_of
from tests.support.charging_sessions import Garage


@pytest.fixture
async def garage(charging: Charging, ledger: Ledger) -> Garage:
    garage = Garage(charging, ledger)
    await garage.furnish()
    garage.me = await garage.resident()
    return garage


@pytest.fixture
async def doors(
    garage: Garage, ledger: Ledger, cache: Cache, cipher: FieldCipher
) -> AsyncIterator[ChargingDoors]:
    works = works_of(garage.world, ledger, cache, cipher)
    app, parts = charging_app(works)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://lifecircle.test") as http:
        doors = ChargingDoors(http, parts)
        doors.enter(garage.me)
        yield doors
    await works.fanout.close()


async def test_the_terms_come_before_the_reservation(doors: ChargingDoors, garage: Garage) -> None:
    starts_at = shanghai(quarter_of(garage.world.clock()) + timedelta(minutes=15))
    wish = {"stationId": str(garage.world.stations[NEAR]), "startsAt": starts_at.isoformat(), "minutes": 30}
    status, terms = await doors.ask(
        "GET", "/charging/reservations/terms", params=wish | {"connectorType": DC}
    )
    assert (status, terms["free"], terms["locked"], terms["unlocked"]) == (200, 3, 0, 3)
    assert terms["heldUntil"] == (starts_at + timedelta(minutes=15)).isoformat()
    status, booking = await doors.ask("POST", "/charging/reservations", json=wish | {"connectorType": DC})
    assert (status, booking["state"], booking["amountFen"]) == (201, "confirmed", 0)
    assert booking["startsAt"] == wish["startsAt"]
    status, refusal = await doors.ask("POST", "/charging/reservations", json=wish | {"connectorType": DC})
    assert (status, refusal["code"]) == (409, "already_booked")


async def test_a_charge_from_the_call_to_the_bill(doors: ChargingDoors, garage: Garage) -> None:
    body = {"connectorId": str(garage.world.connector("NEAR_01"))}
    key = {"Idempotency-Key": "one-and-the-same"}
    status, asked = await doors.ask("POST", "/charging/sessions", json=body, headers=key)
    assert (status, asked["state"], asked["actions"]) == (201, "requested", ["pay", "stop"])
    assert (asked["booking"]["state"], asked["authorisedFen"]) == ("held", 5000)
    assert asked["booking"]["lines"][-1] == {"label": "充电预付,多退少补", "units": 1, "unitFen": 5000}
    status, again = await doors.ask("POST", "/charging/sessions", json=body, headers=key)
    assert (status, again["id"]) == (201, asked["id"])
    here = f"/charging/sessions/{asked['id']}"
    assert (await doors.ask("GET", f"{here}/bill"))[1] == {"code": "bill_not_ready"}
    charge = await garage.begin(garage.me, key="one-and-the-same", fingerprint=_mark(body))
    await garage.pay(charge)
    await garage.drive()
    await garage.later(minutes=6)
    status, running = await doors.ask("GET", here)
    assert running["booking"]["startsAt"] == running["startedAt"]
    assert (running["state"], running["energyWh"], running["actions"]) == ("charging", 6000, ["stop"])
    assert (running["runningFen"], len(running["tariff"])) == (714, 4)
    status, stopping = await doors.ask("POST", f"{here}/stop")
    assert (status, stopping["state"]) == (200, "stopping")
    await garage.drive()
    await garage.order(charge, 714)
    await garage.drive()
    status, bill = await doors.ask("GET", f"{here}/bill")
    assert (status, bill["totalFen"], bill["refundFen"], bill["paidFen"]) == (200, 714, 4286, 5000)
    assert [(line["label"], line["price"], line["fen"]) for line in bill["lines"]] == [
        ("电费", "0.7000", 420), ("服务费", "0.4900", 294),
    ]  # fmt: skip
    over = (await doors.ask("GET", here))[1]
    assert over["actions"] == ["bill"]
    assert [over["booking"][at] for at in ("startsAt", "endsAt")] == [over["startedAt"], over["endedAt"]]


async def test_a_repeated_request_has_the_first_answer_whatever_happened_since(
    doors: ChargingDoors, garage: Garage
) -> None:
    body = {"connectorId": str(garage.world.connector("NEAR_01"))}
    headers = {"Idempotency-Key": "one-and-the-same"}

    async def ask() -> httpx.Response:
        return await doors.http.post("/charging/sessions", json=body, headers=headers)

    first = await ask()
    await garage.pay(await garage.begin(garage.me, key="one-and-the-same", fingerprint=_mark(body)))
    await garage.drive()
    await garage.later(minutes=6)
    again = await ask()
    assert (first.status_code, first.headers.get("Idempotency-Replayed")) == (201, None)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert again.content == first.content
    body["connectorId"] = str(garage.world.connector("NEAR_02"))
    other = await ask()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_request_cut_off_before_its_answer_is_answered_when_it_comes_again(
    doors: ChargingDoors, garage: Garage
) -> None:
    body = {"connectorId": str(garage.world.connector("NEAR_01"))}
    headers = {"Idempotency-Key": "one-and-the-same"}
    first = await doors.http.post("/charging/sessions", json=body, headers=headers)
    await garage.world.run("DELETE FROM charging_session")
    await garage.world.run("DELETE FROM idempotency WHERE key LIKE '% charge'")
    second = await doors.http.post("/charging/sessions", json=body, headers=headers)
    third = await doors.http.post("/charging/sessions", json=body, headers=headers)
    assert [answer.status_code for answer in (second, third)] == [201, 201]
    assert (second.json()["id"], third.content) == (first.json()["id"], second.content)
    assert await garage.world.rows("SELECT count(*) FROM charging_session") == [(1,)]


def _mark(body: dict[str, str]) -> bytes:
    return fingerprint("/charging/sessions", SessionRequest(connector_id=UUID(body["connectorId"])))


async def test_another_persons_charge_is_not_found(doors: ChargingDoors, garage: Garage) -> None:
    charge = await garage.begin(await garage.resident())
    for method, path in (("GET", ""), ("POST", "/stop"), ("GET", "/bill"), ("GET", "/events")):
        status, refusal = await doors.ask(method, f"/charging/sessions/{charge.row.id}{path}")
        assert (status, refusal["code"]) == (404, "not_found")


async def test_a_write_wants_a_key(doors: ChargingDoors, garage: Garage) -> None:
    body = {"connectorId": str(garage.world.connector("NEAR_01"))}
    answer = await doors.http.post("/charging/sessions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")

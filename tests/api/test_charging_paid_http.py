"""A charge over the whole application, its deposit paid at a real provider, in the real hour."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import uuid4

import pytest

from api.lifespan import House
from scenes.charging import jobs as charging
from scenes.charging.service import windows
from scenes.charging.service.driving import Driver
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.clock import system_clock
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.payments import jobs as payments
from tests.support.charging import Charging
from tests.support.charging_sessions import Plant
from tests.support.clock import AdjustableClock
from tests.support.whole import Whole, becomes, booking, good, pay, refusal, resident_of, staff_of

SESSIONS = "/charging/sessions"
DEPOSIT = 5000


class Yard(Charging):
    """The stations as of this very minute, with an operator so strong that seconds make a bill."""

    plant: Plant

    async def open(self) -> None:
        """Furnish, publish, and say that everything is free."""
        self.clock.set(system_clock())
        self.plant = Plant(self.clock, power_kw=600)
        await self.furnish()
        await self.set_rule({"depositFen": DEPOSIT, "daysAhead": 1})
        async with self.database.transaction() as session:
            await windows.publish(session, now=self.clock())
        await self.all_free()

    async def somebody(self) -> Resident:
        """Let somebody move in and sign in."""
        return resident_of(await self.person())


@pytest.fixture
async def yard(paying_house: House, database: Database, clock: AdjustableClock, forgotten: None) -> Yard:
    assert (paying_house.clock, forgotten) == (clock, None)
    yard = Yard(database, clock)
    await yard.open()
    return yard


@pytest.fixture
async def till(yard: Yard, paying: Whole) -> Whole:
    assert yard.connectors
    return paying


async def work(till: Whole, yard: Yard, **later: float) -> None:
    """Let time pass, and the worker come by: news handed out, charges driven, money given back."""
    yard.clock.advance(timedelta(**later))
    house = till.house
    handlers = {
        topic: [*charging.HANDLERS.get(topic, []), *payments.HANDLERS.get(topic, [])]
        for topic in charging.HANDLERS.keys() | payments.HANDLERS.keys()
    }
    async with house.database.transaction() as session:
        await relay(session, handlers, now=house.clock())
    await Driver(house.database, house.ledger, operators=yard.plant, clock=house.clock).drive_due()
    await payments.try_refunds(house.works())


def at(yard: Yard, name: str = "NEAR_01") -> dict[str, str]:
    return {"connectorId": str(yard.connector(name))}


async def begun(till: Whole, yard: Yard, me: Caller) -> dict[str, Any]:
    """Ask for a charge and pay its deposit."""
    charge = good(await till.post(SESSIONS, me, json=at(yard)), 201)
    payment = await pay(till, me, charge["booking"]["id"])
    assert payment["amountFen"] == DEPOSIT
    good(await till.post(f"/sandbox/payments/{payment['id']}/approve", me))
    await becomes(till, me, f"/bookings/{charge['booking']['id']}", "confirmed")
    return charge | {"payment": payment["id"]}


async def test_from_the_wish_to_the_bill_and_the_rest_back(till: Whole, yard: Yard) -> None:
    me = await yard.somebody()
    charge = await begun(till, yard, me)
    path = f"{SESSIONS}/{charge['id']}"
    assert (charge["state"], charge["actions"]) == ("requested", ["pay", "stop"])
    assert refusal(await till.get(f"{path}/bill", me)) == (409, "bill_not_ready")
    await work(till, yard)
    await work(till, yard, seconds=3)
    assert good(await till.get(path, me))["state"] == "charging"
    await work(till, yard, minutes=1)
    running = good(await till.get(path, me))
    assert running["energyWh"] == 63 * 600_000 // 3600
    assert 0 < running["runningFen"] < DEPOSIT
    assert good(await till.post(f"{path}/stop", me, key=None))["state"] in {"charging", "stopping"}
    await work(till, yard)
    await work(till, yard, seconds=130)
    ended = good(await till.get(path, me))
    bill = good(await till.get(f"{path}/bill", me))
    assert (ended["state"], ended["totalFen"]) == ("ended", bill["totalFen"])
    assert sum(line["fen"] for line in bill["lines"]) - bill["cappedFen"] == bill["totalFen"]
    assert all(line["fen"] == _to_the_fen(line) for line in bill["lines"] if line["kind"] != "idle")
    assert bill["refundFen"] == DEPOSIT - bill["totalFen"]
    await work(till, yard)
    paid = good(await till.get(f"/payments/{charge['payment']}", me))
    assert (paid["state"], paid["refundedFen"]) == ("success", bill["refundFen"])
    assert booking(await till.get(f"/bookings/{charge['booking']['id']}", me))["state"] == "fulfilled"


def _to_the_fen(line: dict[str, Any]) -> int:
    """Round a component as the standard's arithmetic wants it: half up, once."""
    exact = Decimal(line["energyWh"]) / 1000 * Decimal(line["price"]) * 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


async def test_a_failed_start_is_paid_back_whole(till: Whole, yard: Yard) -> None:
    me = await yard.somebody()
    charge = await begun(till, yard, me)
    yard.plant.accepts = False
    for _ in range(3):
        await work(till, yard, seconds=3)
    shown = good(await till.get(f"{SESSIONS}/{charge['id']}", me))
    assert (shown["state"], shown["failure"] is not None) == ("failed", True)
    back = await becomes(till, me, f"/payments/{charge['payment']}", "refunded")
    assert back["refundedFen"] == DEPOSIT
    assert booking(await till.get(f"/bookings/{charge['booking']['id']}", me))["state"] == "cancelled"


async def test_what_a_charge_refuses(till: Whole, yard: Yard) -> None:
    me, key = await yard.somebody(), str(uuid4())
    first = await till.post(SESSIONS, me, key=key, json=at(yard))
    again = await till.post(SESSIONS, me, key=key, json=at(yard))
    assert (good(again, 201), again.headers["Idempotency-Replayed"]) == (good(first, 201), "true")
    await yard.tell(NEAR_02=255, NEAR_03=3)
    other, path = await yard.somebody(), f"{SESSIONS}/{first.json()['id']}"
    answers = {
        "reused": await till.post(SESSIONS, me, key=key, json=at(yard, "NEAR_04")),
        "keyless": await till.post(SESSIONS, me, key=None, json=at(yard)),
        "taken": await till.post(SESSIONS, other, json=at(yard)),
        "broken": await till.post(SESSIONS, other, json=at(yard, "NEAR_02")),
        "occupied": await till.post(SESSIONS, other, json=at(yard, "NEAR_03")),
        "unknown": await till.post(SESSIONS, other, json={"connectorId": str(new_id())}),
        "no reservation": await till.post(
            SESSIONS, other, json=at(yard, "NEAR_04") | {"reservationId": str(new_id())}
        ),
        "visitor": await till.post(SESSIONS, None, json=at(yard)),
        "staff": await till.post(SESSIONS, staff_of("charging"), json=at(yard)),
        "another's": await till.get(path, other),
        "another's stop": await till.post(f"{path}/stop", other),
        "another's bill": await till.get(f"{path}/bill", other),
        "another's news": await till.get(f"{path}/events", other),
    }
    assert {name: refusal(answer) for name, answer in answers.items()} == {
        "reused": (422, "idempotency_key_reused"), "keyless": (400, "idempotency_key_missing"),
        "taken": (409, "connector_busy"), "broken": (409, "connector_not_usable"),
        "occupied": (409, "connector_busy"), "unknown": (404, "not_found"),
        "no reservation": (404, "not_found"), "visitor": (401, "unauthenticated"),
        "staff": (403, "forbidden"), "another's": (404, "not_found"),
        "another's stop": (404, "not_found"), "another's bill": (404, "not_found"),
        "another's news": (404, "not_found"),
    }  # fmt: skip

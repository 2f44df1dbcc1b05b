"""Breakfast paid for at a real provider, in the real hour, since its signatures are good for five minutes."""

from datetime import date, timedelta
from typing import Any

import pytest

from api.lifespan import House
from scenes.common.kit.caller import Caller
from scenes.common.kit.clock import local_day
from scenes.common.kit.database import Database
from scenes.common.kit.outbox import relay
from scenes.common.payments import jobs as payments
from tests.support.breakfast import Breakfast
from tests.support.breakfast_orders import order
from tests.support.clock import AdjustableClock
from tests.support.whole import Whole, becomes, booking, good, pay, refusal


@pytest.fixture
async def open_shop(
    paying_house: House, database: Database, clock: AdjustableClock, forgotten: None
) -> Breakfast:
    """The shop as of this very minute."""
    assert forgotten is None
    shop = Breakfast(database, clock, paying_house.cipher)
    await shop.open_now()
    return shop


@pytest.fixture
async def till(open_shop: Breakfast, paying: Whole) -> Whole:
    assert open_shop.items
    return paying


def tomorrow(shop: Breakfast) -> date:
    return local_day(shop.clock()) + timedelta(days=1)


async def ordered(till: Whole, shop: Breakfast, me: Caller, **items: int) -> dict[str, Any]:
    slot = shop.slot(7, 30, tomorrow(shop))
    return await order(till, shop, me, slot=slot, **items)


async def give_back(till: Whole) -> None:
    """Let the worker do its rounds: what was cancelled is given back."""
    async with till.house.database.transaction() as session:
        await relay(session, payments.HANDLERS, now=till.house.clock())
    await payments.try_refunds(till.house.works())


async def test_from_the_menu_to_a_paid_breakfast_that_is_given_back(
    till: Whole, open_shop: Breakfast
) -> None:
    shop, me = open_shop, await open_shop.resident()
    menu = good(await till.get(f"/breakfast/points/{shop.place}/menu", date=f"{tomorrow(shop)}"))
    assert [item["left"] for item in menu["items"]] == [40, 100]
    made = await ordered(till, shop, me, milk=2, bun=1)
    payment = await pay(till, me, made["id"])
    assert (payment["state"], payment["amountFen"]) == ("submitted", 900)
    stranger = await shop.resident()
    assert refusal(await till.get(f"/payments/{payment['id']}", stranger)) == (404, "not_found")
    good(await till.post(f"/sandbox/payments/{payment['id']}/approve", me))
    paid = await becomes(till, me, f"/bookings/{made['id']}", "confirmed")
    assert (paid["payment"], paid["holdExpiresAt"]) == ({"id": payment["id"], "state": "success"}, None)
    assert paid["actions"] == ["cancel"]
    gone = booking(await till.post(f"/bookings/{made['id']}/cancel", me))
    assert gone["state"] == "cancelled"
    await give_back(till)
    back = await becomes(till, me, f"/payments/{payment['id']}", "refunded")
    assert (back["amountFen"], back["refundedFen"]) == (900, 900)


async def test_a_declined_payment_can_be_tried_again_while_the_hold_lasts(
    till: Whole, open_shop: Breakfast
) -> None:
    shop, me = open_shop, await open_shop.resident()
    made = await ordered(till, shop, me, milk=1)
    first = await pay(till, me, made["id"])
    good(await till.post(f"/sandbox/payments/{first['id']}/decline", me))
    await becomes(till, me, f"/payments/{first['id']}", "failed")
    second = await pay(till, me, made["id"])
    assert second["id"] != first["id"]
    good(await till.post(f"/sandbox/payments/{second['id']}/approve", me))
    await becomes(till, me, f"/bookings/{made['id']}", "confirmed")


async def test_nobody_pays_after_the_hold(till: Whole, open_shop: Breakfast) -> None:
    shop, me = open_shop, await open_shop.resident()
    made = await ordered(till, shop, me, milk=1)
    shop.clock.advance(timedelta(minutes=10, seconds=1))
    asked = {"bookingId": made["id"], "method": "sandbox"}
    assert refusal(await till.post("/payments", me, json=asked)) == (409, "hold_expired")
    assert booking(await till.get(f"/bookings/{made['id']}", me))["state"] == "expired"
    other = await till.post("/payments", await shop.resident(), json=asked)
    keyless = await till.post("/payments", me, key=None, json=asked)
    assert [refusal(each) for each in (other, keyless)] == [
        (404, "not_found"),
        (400, "idempotency_key_missing"),
    ]


async def test_the_code_in_hand_is_signed_and_drawn(till: Whole, open_shop: Breakfast) -> None:
    shop, me = open_shop, await open_shop.resident()
    made = await ordered(till, shop, me, milk=1)
    payment = await pay(till, me, made["id"])
    good(await till.post(f"/sandbox/payments/{payment['id']}/approve", me))
    await becomes(till, me, f"/bookings/{made['id']}", "confirmed")
    drawn = await till.get(f"/bookings/{made['id']}/qr.svg", me)
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
    keys = good(await till.get("/breakfast/keys"))
    assert (keys["algorithm"], len(keys["publicKey"])) == ("Ed25519", 43)
    assert refusal(await till.get(f"/bookings/{made['id']}/qr.svg", await shop.resident())) == (
        404, "not_found",
    )  # fmt: skip

"""A desk's bookings and its till over HTTP: who comes or calls is booked, pays, and gets money back."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.lifespan import House
from scenes.common.booking.ledger import Move
from scenes.common.kit.caller import Staff
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.payments import jobs as payments
from tests.support.breakfast import TUESDAY, Breakfast, at
from tests.support.breakfast_orders import wish
from tests.support.clock import AdjustableClock
from tests.support.whole import Whole, good, refusal

CALLER = {"name": "张阿婆", "phone": "13911112222", "born": "1948-03-01", "sex": "f"}
ORDERS = "/staff/breakfast/orders"


@pytest.fixture
async def shop(house: House, database: Database, clock: AdjustableClock, forgotten: None) -> Breakfast:
    assert forgotten is None
    shop = Breakfast(database, clock, house.cipher)
    await shop.furnish(milk=3, slot_orders=2)
    clock.set(at(TUESDAY, 6, 40))
    return shop


@pytest.fixture
async def whole(shop: Breakfast, whole: Whole) -> Whole:
    assert shop.items
    return whole


@pytest.fixture
def clerk(shop: Breakfast) -> Staff:
    return Staff(new_id(), new_id(), "breakfast", frozenset({shop.place}))


def made(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_order_by_phone_is_held_until_its_pick_up_time_ends(
    whole: Whole, shop: Breakfast, clerk: Staff
) -> None:
    key, asked = str(uuid4()), CALLER | wish(shop, milk=2)
    order = made(await whole.post(ORDERS, clerk, key=key, json=asked))
    assert {name: order[name] for name in ("scene", "state", "name", "amountFen", "title")} == {
        "scene": "breakfast", "state": "held", "name": "张*婆", "amountFen": 630, "title": "早餐 豆浆2份",
    }  # fmt: skip
    assert order["holdExpiresAt"] == order["endsAt"] == "2026-11-24T08:00:00+08:00"
    assert made(await whole.post(ORDERS, clerk, key=key, json=asked)) == order
    assert await shop.window_taken(shop.portions("milk")) == 2
    again = await whole.post(ORDERS, clerk, json=CALLER | wish(shop, bun=1))
    assert refusal(again) == (409, "already_booked")


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"phone": "12"}, (400, "invalid")),
        ({"name": ""}, (400, "invalid")),
        ({"born": None}, (409, "newcomer_unknown")),
        ({"items": []}, (400, "invalid")),
        ({"placeId": str(UUID(int=7))}, (404, "not_found")),
        ({"windowId": str(UUID(int=7))}, (404, "not_found")),
    ],
)
async def test_what_a_desk_cannot_order(
    whole: Whole, shop: Breakfast, clerk: Staff, changed: dict[str, Any], answer: tuple[int, str]
) -> None:
    assert refusal(await whole.post(ORDERS, clerk, json=CALLER | wish(shop, milk=1) | changed)) == answer
    assert await shop.rows("SELECT 1 FROM booking") == []


async def test_only_staff_at_their_own_counter(whole: Whole, shop: Breakfast, clerk: Staff) -> None:
    me = await shop.resident()
    asked = CALLER | wish(shop, milk=1)
    assert refusal(await whole.post(ORDERS, me, json=asked))[0] == 403
    auditor = Staff(new_id(), new_id(), "auditor", clerk.place_ids)
    assert refusal(await whole.post(ORDERS, auditor, json=asked))[0] == 403
    other = Staff(new_id(), new_id(), "breakfast", frozenset({new_id()}))
    order = made(await whole.post(ORDERS, clerk, json=asked))
    pay = f"/staff/bookings/{order['id']}/payment"
    assert refusal(await whole.post(pay, other, json={"amountFen": 315}))[0] == 404
    assert refusal(await whole.post(pay, me, json={"amountFen": 315}))[0] == 403
    assert refusal(await whole.get("/staff/refunds", other, placeId=str(shop.place)))[0] == 404


async def test_money_is_taken_once_and_exactly(whole: Whole, shop: Breakfast, clerk: Staff) -> None:
    order = made(await whole.post(ORDERS, clerk, json=CALLER | wish(shop, milk=1)))
    pay = f"/staff/bookings/{order['id']}/payment"
    assert refusal(await whole.post(pay, clerk, json={"amountFen": 350})) == (409, "price_changed")
    assert refusal(await whole.post(pay, clerk, key=None, json={"amountFen": 315})) == (
        400, "idempotency_key_missing",
    )  # fmt: skip
    paid = made(await whole.post(pay, clerk, json={"amountFen": 315}))
    assert {name: paid[name] for name in ("bookingId", "method", "state", "amountFen")} == {
        "bookingId": order["id"], "method": "counter", "state": "success", "amountFen": 315,
    }  # fmt: skip
    assert refusal(await whole.post(pay, clerk, json={"amountFen": 315})) == (409, "already_paid")
    assert [row[0] for row in await shop.rows("SELECT state FROM booking")] == ["confirmed"]


async def test_what_is_called_off_waits_at_the_counter(
    whole: Whole, shop: Breakfast, clerk: Staff, house: House
) -> None:
    order = made(await whole.post(ORDERS, clerk, json=CALLER | wish(shop, milk=1)))
    made(await whole.post(f"/staff/bookings/{order['id']}/payment", clerk, json={"amountFen": 315}))
    people = await shop.rows("SELECT person_id FROM booking")
    await house.ledger.move(
        Move(booking_id=UUID(order["id"]), event="cancel", by="system", actor_id=people[0][0])
    )
    async with house.database.transaction() as session:
        await relay(session, payments.HANDLERS, now=house.clock() + timedelta(seconds=1))
    found = good(await whole.get("/staff/refunds", clerk, placeId=str(shop.place)))
    [waits] = found["items"]
    assert {name: waits[name] for name in ("bookingId", "name", "amountFen")} == {
        "bookingId": order["id"], "name": "张*婆", "amountFen": 315,
    }  # fmt: skip
    for _ in range(2):
        assert (await whole.post(f"/staff/refunds/{waits['id']}/handed-back", clerk)).status_code == 204
    assert good(await whole.get("/staff/refunds", clerk, placeId=str(shop.place)))["items"] == []
    assert refusal(await whole.post(f"/staff/refunds/{new_id()}/handed-back", clerk))[0] == 404

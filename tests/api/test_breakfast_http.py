"""Breakfast over the whole application, call by call as the contract names them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.lifespan import House
from scenes.common.booking.ledger import Move
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from tests.support.breakfast import TUESDAY, Breakfast, at
from tests.support.breakfast_orders import order, wish
from tests.support.clock import AdjustableClock
from tests.support.whole import Whole, booking, good, is_local, refusal

ELDER = date(1940, 5, 1)


@pytest.fixture
async def shop(house: House, database: Database, clock: AdjustableClock, forgotten: None) -> Breakfast:
    assert forgotten is None
    shop = Breakfast(database, clock, house.cipher)
    await shop.furnish(milk=3, slot_orders=2)
    return shop


@pytest.fixture
async def whole(shop: Breakfast, whole: Whole) -> Whole:
    assert shop.items
    return whole


async def test_a_menu_in_the_contracts_words(whole: Whole, shop: Breakfast) -> None:
    answer = await whole.get(f"/breakfast/points/{shop.place}/menu", date=f"{TUESDAY}")
    menu = good(answer)
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert menu["date"] == "2026-11-24"
    [milk, bun] = menu["items"]
    assert {name: milk[name] for name in ("id", "name", "priceFen", "left", "allergens", "suits")} == {
        "id": str(shop.items["milk"]), "name": "豆浆", "priceFen": 350, "left": 3, "allergens": ["soy"],
        "suits": ["soft"],
    }  # fmt: skip
    assert bun["name"] == "菜包"
    first = menu["windows"][0]
    assert (first["startsAt"], first["capacity"], first["free"]) == ("2026-11-24T06:30:00+08:00", 2, 2)
    assert all(is_local(window["endsAt"]) for window in menu["windows"])


async def test_what_a_menu_refuses(whole: Whole, shop: Breakfast) -> None:
    assert refusal(await whole.get(f"/breakfast/points/{new_id()}/menu")) == (404, "not_found")
    wrong = await whole.get(f"/breakfast/points/{shop.place}/menu", date="tomorrow")
    assert refusal(wrong)[0] == 400
    assert [error["path"] for error in wrong.json()["errors"]] == ["date"]


async def test_a_point_is_a_place_that_shows_what_is_left(whole: Whole, shop: Breakfast) -> None:
    places = good(await whole.get("/places", lat=31.24, lng=121.40, scene="breakfast", minutes=30))
    [found] = [place for place in places["items"] if place["id"] == str(shop.place)]
    assert (found["scene"], found["name"]) == ("breakfast", "曹杨早餐店")
    assert found["availability"].keys() >= {"state", "free", "asOf"}


async def test_a_quote_explains_every_rule_and_takes_nothing(whole: Whole, shop: Breakfast) -> None:
    elder = await shop.resident(ELDER, hukou=True)
    quote = good(await whole.post("/breakfast/quotes", elder, key=None, json=wish(shop, milk=3, bun=3)))
    applying = [line for line in quote["lines"] if line["applies"]]
    assert sum(line["fen"] for line in applying) == quote["totalFen"]
    assert (quote["grossFen"], quote["totalFen"]) == (1650, 1102)
    assert all(line["why"] for line in quote["lines"] if line["rule"] != "item")
    assert quote["speak"].startswith("一共十六元五角。")
    assert await shop.window_taken(shop.portions("milk")) == 0
    assert refusal(await whole.post("/breakfast/quotes", None, json=wish(shop, milk=1))) == (
        401, "unauthenticated",
    )  # fmt: skip


async def test_an_elder_pays_what_the_quote_said(whole: Whole, shop: Breakfast) -> None:
    elder = await shop.resident(ELDER, hukou=True)
    wanted = wish(shop, milk=3, bun=3)
    quoted = good(await whole.post("/breakfast/quotes", elder, json=wanted))["totalFen"]
    made = booking(await whole.post("/breakfast/orders", elder, json=wanted | {"agreedFen": quoted}), 201)
    assert (made["amountFen"], made["state"], made["actions"][0]) == (quoted, "held", "pay")
    changed = await whole.post(
        "/breakfast/orders", await shop.resident(), json=wish(shop, bun=1) | {"agreedFen": 150}
    )
    assert refusal(changed) == (409, "price_changed")


async def test_an_order_is_a_booking_that_can_be_read_and_listed(whole: Whole, shop: Breakfast) -> None:
    me = await shop.resident()
    made = await order(whole, shop, me, milk=2, bun=1)
    assert (made["scene"], made["state"], made["amountFen"]) == ("breakfast", "held", 900)
    assert (made["startsAt"], made["endsAt"]) == ("2026-11-24T07:30:00+08:00", "2026-11-24T08:00:00+08:00")
    assert made["holdExpiresAt"] == "2026-11-23T06:10:00+08:00"
    assert (made["place"]["name"], made["title"]) == ("曹杨早餐店", "早餐 豆浆2份、菜包1份")
    assert made["terms"].keys() >= {"cancelUntil", "graceMinutes", "noShowRule"}
    assert (made["payment"], made["person"]["id"]) == (None, str(me.person_id))
    assert booking(await whole.get(f"/bookings/{made['id']}", me)) == made
    listed = good(await whole.get("/bookings", me, scene="breakfast", state="held"))
    assert ([each["id"] for each in listed["items"]], listed["nextCursor"]) == ([made["id"]], None)
    other = await whole.get(f"/bookings/{made['id']}", await shop.resident())
    assert refusal(other) == (404, "not_found")


async def test_a_repeated_order_is_one_order(whole: Whole, shop: Breakfast) -> None:
    me, key = await shop.resident(), str(uuid4())
    first = await whole.post("/breakfast/orders", me, key=key, json=wish(shop, milk=2))
    again = await whole.post("/breakfast/orders", me, key=key, json=wish(shop, milk=2))
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert await shop.window_taken(shop.portions("milk")) == 2
    other = await whole.post("/breakfast/orders", me, key=key, json=wish(shop, milk=1))
    keyless = await whole.post("/breakfast/orders", me, key=None, json=wish(shop, milk=1))
    short = await whole.post("/breakfast/orders", me, key="seven77", json=wish(shop, milk=1))
    assert [refusal(each) for each in (other, keyless, short)] == [
        (422, "idempotency_key_reused"),
        (400, "idempotency_key_missing"),
        (400, "idempotency_key_missing"),
    ]


async def test_sold_out_and_full_take_nothing(whole: Whole, shop: Breakfast) -> None:
    await order(whole, shop, milk=3)
    sold_out = await whole.post("/breakfast/orders", await shop.resident(), json=wish(shop, milk=1, bun=1))
    assert refusal(sold_out) == (409, "window_full")
    assert "豆浆" in sold_out.json()["detail"]
    await order(whole, shop, bun=1)
    full = await whole.post("/breakfast/orders", await shop.resident(), json=wish(shop, bun=1))
    assert refusal(full) == (409, "window_full")
    assert "取餐时间" in full.json()["detail"]
    assert await shop.window_taken(shop.portions("bun")) == 1


async def test_what_an_order_refuses(whole: Whole, shop: Breakfast) -> None:
    me, right = await shop.resident(), wish(shop, milk=1)
    strange = {"itemId": str(new_id()), "quantity": 1}
    twice = [right["items"][0]] * 2
    bodies: dict[str, Any] = {
        "slot": right | {"windowId": str(new_id())},
        "place": right | {"placeId": str(new_id())},
        "item": right | {"items": [strange]},
        "twice": right | {"items": twice},
        "none": right | {"items": []},
        "too many": wish(shop, bun=21),
        "field": right | {"colour": "red"},
        "type": right | {"items": [{"itemId": "milk", "quantity": 1}]},
        "nul": right | {"note": "a\0b"},
        "stranger": right | {"personId": str(new_id())},
    }
    told = {
        name: refusal(await whole.post("/breakfast/orders", me, json=body)) for name, body in bodies.items()
    }
    assert {name: status for name, (status, _) in told.items()} == {
        "slot": 404, "place": 404, "item": 404, "twice": 400, "none": 400, "too many": 400, "field": 400,
        "type": 400, "nul": 400, "stranger": 404,
    }  # fmt: skip
    assert {told[name][1] for name in ("slot", "place", "item", "stranger")} == {"not_found"}
    assert await shop.states() == {}


async def test_after_the_cut_off_it_is_not_open_and_after_the_terms_too_late(
    whole: Whole, shop: Breakfast
) -> None:
    shop.clock.set(at(TUESDAY, 6, 50))
    me = await shop.resident()
    made = await order(whole, shop, me, milk=1)
    await whole.house.ledger.move(Move(booking_id=UUID(made["id"]), event="confirm", by="payment"))
    shop.clock.set(at(TUESDAY, 7, 21))
    late = await whole.post("/breakfast/orders", await shop.resident(), json=wish(shop, bun=1))
    assert refusal(late) == (409, "window_not_open")
    assert refusal(await whole.post(f"/bookings/{made['id']}/cancel", me)) == (409, "too_late")


async def test_a_hold_runs_out_and_a_cancelled_order_stays_cancelled(whole: Whole, shop: Breakfast) -> None:
    me = await shop.resident()
    made = await order(whole, shop, me, milk=3)
    gone = booking(await whole.post(f"/bookings/{made['id']}/cancel", me))
    assert (gone["state"], gone["actions"]) == ("cancelled", [])
    assert refusal(await whole.post(f"/bookings/{made['id']}/extend-hold", me)) == (409, "illegal_move")
    again = await order(whole, shop, me, milk=3)
    assert refusal(await whole.post(f"/bookings/{again['id']}/confirm", me)) == (409, "payment_due")
    shop.clock.advance(timedelta(minutes=10, seconds=1))
    assert refusal(await whole.post(f"/bookings/{again['id']}/extend-hold", me)) == (409, "hold_expired")
    assert (await order(whole, shop, milk=3))["state"] == "held"


async def test_someone_banned_from_breakfast_is_told(whole: Whole, shop: Breakfast) -> None:
    me = await shop.resident()
    await shop.run(
        "INSERT INTO booking_standing VALUES (:person, 'suspended:breakfast', :since)",
        person=me.person_id, since=shop.clock() - timedelta(days=1),
    )  # fmt: skip
    assert refusal(await whole.post("/breakfast/orders", me, json=wish(shop, milk=1))) == (409, "suspended")

"""The desks of charging and breakfast over the whole application: who may enter, and what they do there."""

import csv
import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.app import api_routes
from api.lifespan import House
from scenes.breakfast.rules import days as names
from scenes.charging.service import windows
from scenes.common.booking.ledger import Move
from scenes.common.kit.caller import Caller, Staff
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from tests.support.breakfast import TUESDAY, Breakfast
from tests.support.breakfast_orders import order, wish
from tests.support.charging import FAR, NEAR, Charging
from tests.support.clock import AdjustableClock
from tests.support.whole import API, Whole, booking, good, refusal, resident_of, staff_of

ROOMS = ("/staff/charging", "/staff/breakfast")
PERIODS = [{"start": "00:00", "elecPrice": "0.3", "servicePrice": "0.5"}]
PLACE = object()
"""Stands for the place that is knocked at."""

CALLER = {"name": "张阿婆", "phone": "13911112222", "born": "1948-03-01", "sex": "f"}
BODIES: dict[str, dict[str, Any]] = {
    "tariffs": {"since": "2026-12-01", "periods": PERIODS},
    "out-of-service": {"previewToken": "0" * 32, "reason": "坏了"},
    "stock": {"add": 1},
    "batches": {"stockId": str(new_id()), "batchNo": "B-1"},
    "weather": {"placeId": str(new_id()), "date": "2026-11-22", "weather": "rain"},
    "position": {"lat": 31.24, "lng": 121.40},
    "out-of-order": {"previewToken": "0" * 32, "reason": "坏了"},
    "recall": {"batchNo": "B-1", "reason": "坏了"},
    "orders": CALLER
    | {"placeId": PLACE, "windowId": str(new_id()), "items": [{"itemId": str(new_id()), "quantity": 1}]},
    "reservations": CALLER | {"stationId": PLACE, "startsAt": "2026-11-23T10:00:00+08:00", "minutes": 30},
}
"""What each call is sent, by a word of its path."""

NOBODYS = {"/staff/breakfast/recall"}
"""Calls about a batch, not a place: those of other points are counted, not shown."""


def staff_calls() -> list[tuple[str, str]]:
    """List every call of both desks, so that a new one is tested too."""
    found = {
        (method, path)
        for handler in api_routes(demo=False)
        for path in getattr(handler, "paths", ())
        for method in getattr(handler, "http_methods", ())
        if path.startswith(ROOMS)
    }
    return sorted(found)


async def knock(whole: Whole, method: str, path: str, by: Caller, place: UUID) -> httpx.Response:
    """Make a call of a desk about things that are not the caller's."""
    filled = re.sub(r"\{(place|station)_id:uuid\}", str(place), path)
    filled = re.sub(r"\{\w+:uuid\}", str(new_id()), filled)
    word = next((word for word in BODIES if word in path.split("/")), "")
    body = {name: str(place) if value is PLACE else value for name, value in BODIES.get(word, {}).items()}
    return await whole.http.request(
        method,
        f"{API}{filled}",
        params={"placeId": str(place), "batchNo": "B-1"},
        json=body or None if method == "POST" else None,
        headers=whole.bearer(by) | {"Idempotency-Key": str(new_id())},
    )


@pytest.fixture
async def site(house: House, database: Database, clock: AdjustableClock, forgotten: None) -> Charging:
    """Two stations with everything free, quarters published."""
    assert (house.clock, forgotten) == (clock, None)
    site = Charging(database, clock)
    await site.furnish()
    await site.set_rule({"graceMinutes": 15})
    async with database.transaction() as session:
        await windows.publish(session, now=clock())
    await site.all_free()
    return site


@pytest.fixture
async def shop(house: House, database: Database, clock: AdjustableClock) -> Breakfast:
    shop = Breakfast(database, clock, house.cipher)
    await shop.furnish(milk=3)
    return shop


async def test_every_call_of_a_desk_is_for_its_own_staff(
    site: Charging, shop: Breakfast, whole: Whole
) -> None:
    resident, calls = await shop.resident(), staff_calls()
    assert len(calls) >= 20
    stranger = {room: staff_of(room.rsplit("/", 1)[-1], new_id()) for room in ROOMS}
    told: dict[str, tuple[int, ...]] = {}
    for method, path in calls:
        room = next(room for room in ROOMS if path.startswith(room))
        place = site.stations[NEAR] if room == ROOMS[0] else shop.place
        told[f"{method} {path}"] = tuple([
            (await knock(whole, method, path, by, place)).status_code
            for by in (None, resident, stranger[room])
        ])  # fmt: skip
    expected = {f"{method} {path}": (401, 403, 200 if path in NOBODYS else 404) for method, path in calls}
    assert told == expected


@pytest.fixture
def keeper(site: Charging) -> Staff:
    return staff_of("charging", site.stations[NEAR])


async def test_the_charging_desk_through_a_day(site: Charging, whole: Whole, keeper: Staff) -> None:
    me, gun, near = resident_of(await site.person("王小芳")), site.connector("NEAR_01"), site.stations[NEAR]
    hope = {
        "stationId": str(near), "connectorId": str(gun), "startsAt": "2026-11-23T10:00:00+08:00",
        "minutes": 30,
    }  # fmt: skip
    made = booking(await whole.post("/charging/reservations", me, json=hope), 201)
    board = good(await whole.get("/staff/board", keeper, placeId=str(near)))
    [name] = [each["name"] for plug in board["connectors"] for each in plug["reservations"]]
    assert (name, board["free"], board["date"]) == ("王*芳", 4, "2026-11-23")
    out = f"/staff/charging/connectors/{gun}/out-of-service"
    preview = good(await whole.get(out, keeper))
    assert ([each["id"] for each in preview["reservations"]], preview["moved"]) == ([made["id"]], 0)
    body = {"previewToken": preview["previewToken"], "reason": "枪头裂了"}
    done = good(await whole.post(out, keeper, json=body))
    assert (done["moved"], done["cancelled"]) == (1, 0)
    moved = booking(await whole.get(f"/bookings/{made['id']}", me))
    assert (moved["state"], moved["startsAt"], moved["code"]) == ("confirmed", made["startsAt"], made["code"])
    assert moved["resource"] != made["resource"]
    again = await whole.post("/charging/reservations", await _other(site), json=hope)
    assert refusal(again) == (409, "connector_not_usable")
    good(await whole.post(f"/staff/charging/connectors/{gun}/back", keeper), 204)
    booking(await whole.post("/charging/reservations", await _other(site), json=hope), 201)


async def _other(site: Charging) -> Any:
    return resident_of(await site.person())


async def test_prices_are_dated_and_set_once(site: Charging, whole: Whole, keeper: Staff) -> None:
    path, body = f"/staff/charging/stations/{site.stations[NEAR]}/tariffs", BODIES["tariffs"]
    first = await whole.post(path, keeper, key="one-and-only", json=body)
    again = await whole.post(path, keeper, key="one-and-only", json=body)
    assert good(first, 201) == good(again, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    refused = [
        await whole.post(path, keeper, key="one-and-only", json=body | {"since": "2026-12-02"}),
        await whole.post(path, keeper, key=None, json=body),
        await whole.post(path, keeper, json=body | {"since": "2026-11-22"}),
        await whole.post(path, keeper, json=body | {"periods": PERIODS * 2}),
        await whole.post(path, keeper, json=body | {"periods": PERIODS * 33}),
        await whole.post(path, keeper, json=body | {"periods": [PERIODS[0] | {"elecPrice": "0.12345"}]}),
    ]
    assert [refusal(each) for each in refused] == [
        (422, "idempotency_key_reused"), (400, "idempotency_key_missing"), (409, "tariff_in_past"),
        (400, "invalid"), (400, "invalid"), (400, "invalid"),
    ]  # fmt: skip
    known = good(await whole.get(path, keeper))["items"]
    assert [each["since"] for each in known] == ["2026-12-01", "2026-01-01"]


async def test_a_days_report_opens_in_a_spreadsheet(site: Charging, whole: Whole, keeper: Staff) -> None:
    asked = {"placeId": str(site.stations[NEAR]), "date": "2026-11-23"}
    answer = await whole.get("/staff/charging/report.csv", keeper, **asked)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, *_, last = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (head[0], last[0], last[1]) == ("订单号", "合计", "0笔")
    assert len(head) == len(last)


async def test_the_districts_staff_may_enter_everywhere(
    site: Charging, shop: Breakfast, whole: Whole
) -> None:
    district = staff_of("district")
    for place in (site.stations[NEAR], site.stations[FAR]):
        assert good(await whole.get("/staff/board", district, placeId=str(place)))["free"] == 4
    forecast = await whole.get("/staff/breakfast/forecast", district, placeId=str(shop.place))
    assert good(forecast)["date"] == f"{TUESDAY}"


async def test_the_kitchen_in_the_rush(site: Charging, shop: Breakfast, whole: Whole) -> None:
    assert site.stations
    cook, milk = shop.staff, str(names.stock_id(shop.place, TUESDAY, shop.items["milk"]))
    made = await order(whole, shop, await shop.resident(name="王小芳"), milk=2)
    await whole.house.ledger.move(Move(booking_id=UUID(made["id"]), event="confirm", by="payment"))
    stock = f"/staff/breakfast/stock/{milk}"
    refused = [
        await whole.post(stock, cook, json={"capacity": 1}),
        await whole.post(stock, cook, json={}),
        await whole.post(stock, cook, key=None, json={"add": 1}),
    ]
    assert [refusal(each) for each in refused] == [
        (409, "capacity_below_booked"), (400, "stock_change_invalid"), (400, "idempotency_key_missing"),
    ]  # fmt: skip
    more = [good(await whole.post(stock, cook, key="a-tray-of-ten", json={"add": 10})) for _ in range(2)]
    assert [(each["capacity"], each["taken"]) for each in more] == [(13, 2)] * 2
    batch = {"stockId": milk, "batchNo": "M-1124"}
    assert good(await whole.post("/staff/breakfast/batches", cook, json=batch), 201)["batchNo"] == "M-1124"
    recall = good(await whole.get("/staff/breakfast/recall", cook, batchNo="M-1124"))
    assert [(each["name"], each["kind"], each["units"]) for each in recall["reached"]] == [
        ("王*芳", "waiting", 2)
    ]
    told = good(
        await whole.post("/staff/breakfast/recall", cook, json={"batchNo": "M-1124", "reason": "变质"})
    )
    assert (told["told"], told["elsewhere"]) == (1, 0)
    shop.clock.advance(timedelta(seconds=2))
    gone = await whole.post("/breakfast/orders", await shop.resident(), json=wish(shop, milk=1))
    assert refusal(gone) == (409, "window_full")
    assert gone.json()["detail"] == "豆浆卖完了,请换一样。"

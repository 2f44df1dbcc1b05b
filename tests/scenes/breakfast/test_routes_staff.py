"""The kitchen's calls over HTTP, as the point's staff with two factors."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from api.lifespan import House
from api.staff_desk import follow_board
from scenes.breakfast.rules.kitchen import StockChange
from scenes.breakfast.service import kitchen
from scenes.breakfast.wire_staff import KitchenBoard
from scenes.common.kit.cache import Cache
from scenes.common.kit.fanout import Fanout
from scenes.common.people.tokens.factors import totp_now
from scenes.common.places.datum import from_wgs84
from scenes.common.places.directory import PlaceDirectory
from tests.support.breakfast import TUESDAY, Breakfast, at
from tests.support.kitchen import hire, open_point, paid, stock_id
from tests.support.places import CAOYANG
from tests.support.storefront import PASSWORD

STAFF = "/api/v1/staff/breakfast"


class Desk:
    """The point's staff, asking with a fresh key each time."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        headers = {"Idempotency-Key": str(uuid4())} | more.pop("headers", {})
        answer = await self.http.request(method, STAFF + path, headers=headers, **more)
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
async def desk(breakfast: Breakfast, house: House, client: httpx.AsyncClient) -> Desk:
    breakfast.clock.set(at(TUESDAY, 6, 40))
    secret = await hire(breakfast, house)
    signed_in = await client.post(
        "/api/v1/staff/auth",
        json={
            "username": "breakfast",
            "password": PASSWORD,
            "totp": totp_now(secret, breakfast.clock()),
        },
    )
    client.headers["Authorization"] = f"Bearer {signed_in.json()['accessToken']}"
    return Desk(client)


async def test_stock_is_changed_once_for_a_key(breakfast: Breakfast, desk: Desk) -> None:
    path = f"/stock/{stock_id(breakfast, 'milk')}"
    key = {"Idempotency-Key": str(uuid4())}
    for _ in range(2):
        status, shown = await desk.ask("POST", path, json={"add": 10}, headers=key)
        assert (status, shown["capacity"], shown["onSale"]) == (200, 50, True)
    status, shown = await desk.ask("POST", path, json={"soldOut": True})
    assert (shown["capacity"], shown["taken"], shown["onSale"]) == (0, 0, False)
    menu = await desk.http.get(f"/api/v1/breakfast/points/{breakfast.place}/menu?date={TUESDAY}")
    assert [(item["name"], item["left"]) for item in menu.json()["items"]] == [("豆浆", 0), ("菜包", 100)]
    for wrong, code in (({}, "stock_change_invalid"), ({"add": "ten"}, "invalid"), ({"more": 1}, "invalid")):
        status, problem = await desk.ask("POST", path, json=wrong)
        assert (status, problem["code"]) == (400, code)
    assert (await desk.ask("POST", f"/stock/{uuid4()}", json={"add": 1}))[0] == 404


async def test_the_board_is_masked(breakfast: Breakfast, desk: Desk, house: House) -> None:
    record = await paid(
        breakfast, house.ledger, await breakfast.resident(name="王小芳"), milk=2, note="不要糖"
    )
    async with breakfast.database.read() as session:
        view = await kitchen.board_of(
            session, breakfast.staff, place_id=breakfast.place, day=TUESDAY, now=breakfast.clock()
        )
    board = msgspec.json.decode(msgspec.json.encode(KitchenBoard.of(view, breakfast.clock())))
    [slot] = [slot for slot in board["slots"] if slot["orders"]]
    assert slot["orders"] == [
        {
            "id": str(record.id), "state": "confirmed", "name": "王*芳", "codeEnd": record.code[-4:],
            "items": [{"name": "豆浆", "units": 2}], "note": "不要糖", "allergens": ["soy"],
        }
    ]  # fmt: skip
    assert slot["startsAt"] == "2026-11-24T07:30:00+08:00"
    assert (board["date"], board["items"]) == ("2026-11-24", [{"name": "豆浆", "units": 2}])
    assert desk.http


async def test_a_forecast_without_history_says_so(breakfast: Breakfast, desk: Desk) -> None:
    status, shown = await desk.ask("GET", f"/forecast?placeId={breakfast.place}&weather=rain")
    assert (status, shown["date"], shown["weather"]) == (200, "2026-11-25", "rain")
    assert shown["items"][0] == {
        "itemId": str(breakfast.items["milk"]), "name": "豆浆", "planned": 40, "expected": None, "low": None,
        "high": None, "lastWeek": None, "why": ["还没有卖过,没法估。"],
    }  # fmt: skip
    for query in ("weather=hail", "date=2027-01-01"):
        status, _ = await desk.ask("GET", f"/forecast?placeId={breakfast.place}&{query}")
        assert status == 400
    noted = {"placeId": str(breakfast.place), "date": "2026-11-23", "weather": "rain"}
    assert await desk.ask("POST", "/weather", json=noted) == (204, None)


async def test_a_batch_is_handed_out_asked_for_and_recalled(
    breakfast: Breakfast, desk: Desk, house: House
) -> None:
    await paid(breakfast, house.ledger, await breakfast.resident(name="王小芳"), milk=1)
    batch = {"stockId": str(stock_id(breakfast, "milk")), "batchNo": "m-1", "units": 5}
    key = {"Idempotency-Key": str(uuid4())}
    for _ in range(2):
        status, shown = await desk.ask("POST", "/batches", json=batch, headers=key)
        assert (status, shown["batchNo"]) == (201, "M-1")
    status, shown = await desk.ask("GET", "/recall?batchNo=M-1")
    assert (status, shown["people"], shown["elsewhere"]) == (200, 1, 0)
    assert [(each["kind"], each["name"], each["item"]) for each in shown["reached"]] == [
        ("waiting", "王*芳", "豆浆")
    ]
    status, told = await desk.ask("POST", "/recall", json={"batchNo": "m-1", "reason": "抽检不合格"})
    assert (status, told) == (200, {"batchNo": "M-1", "told": 1, "elsewhere": 0})
    assert (await desk.ask("GET", "/recall?batchNo=%00%00"))[0] == 400


async def test_a_cart_is_heard_put_out_of_order_and_mended(
    breakfast: Breakfast, desk: Desk, house: House
) -> None:
    cart = f"/carts/{breakfast.place}"
    assert (await desk.ask("POST", f"{cart}/out-of-order/preview"))[0] == 404
    await breakfast.run("UPDATE breakfast_point SET kind = 'cart'")
    near = await open_point(breakfast, name="近的店", metres_north=300)
    await house.directory.refresh()
    await paid(breakfast, house.ledger, await breakfast.resident(name="王小芳"), milk=1)
    lat, lng = from_wgs84(*CAOYANG, "gcj02")
    said = {"lat": lat, "lng": lng, "datum": "gcj02"}
    assert (await desk.ask("POST", f"{cart}/position", json=said))[0] == 204
    [(kept_lat, kept_lng)] = await breakfast.rows("SELECT lat, lng FROM cart_position")
    assert (kept_lat, kept_lng) == pytest.approx(CAOYANG, abs=2e-5)
    status, problem = await desk.ask("POST", f"{cart}/position", json={"lat": 39.9, "lng": 116.4})
    assert (status, problem["code"]) == (400, "position_invalid")
    assert (await desk.ask("POST", f"{cart}/position", json={"lat": 91, "lng": 0}))[0] == 400
    status, shown = await desk.ask("POST", f"{cart}/out-of-order/preview")
    assert (status, shown["moves"], shown["refunds"]) == (200, 1, 0)
    assert (shown["orders"][0]["name"], shown["orders"][0]["toPlaceId"]) == ("王*芳", str(near))
    token = {"previewToken": shown["previewToken"], "reason": "电池坏了"}
    for moved in (1, 0):
        status, done = await desk.ask("POST", f"{cart}/out-of-order", json=token)
        assert (status, done["moved"], done["refunded"]) == (200, moved, 0)
    assert (await desk.ask("POST", f"{cart}/in-order"))[0] == 204
    status, problem = await desk.ask("POST", f"{cart}/out-of-order", json=token)
    assert (status, problem["code"]) == (409, "preview_stale")


async def test_residents_and_visitors_stay_outside(breakfast: Breakfast, desk: Desk) -> None:
    calls = [
        ("POST", f"/stock/{uuid4()}"), ("POST", "/batches"), ("GET", "/recall?batchNo=m1"),
        ("POST", "/recall"), ("GET", f"/forecast?placeId={breakfast.place}"),
        ("POST", f"/carts/{breakfast.place}/out-of-order/preview"),
    ]  # fmt: skip
    del desk.http.headers["Authorization"]
    for method, path in calls:
        answer = await desk.http.request(method, STAFF + path, json={})
        assert answer.status_code in {400, 401}, path


async def test_the_live_board_tells_of_a_change_and_of_nothing_else(breakfast: Breakfast) -> None:
    fanout = Fanout(Cache(None))
    directory = PlaceDirectory(breakfast.database, clock=breakfast.clock)
    await directory.refresh()
    followed = await follow_board.fn(
        staff=breakfast.staff, database=breakfast.database, directory=directory, fanout=fanout,
        clock=breakfast.clock, place_id=breakfast.place, day=TUESDAY,
    )  # fmt: skip
    events = aiter(followed.iterator)
    assert capacity_in(await anext(events)) == 40
    following = asyncio.ensure_future(anext(events))
    await fanout.publish(f"place:{breakfast.place}", b"nothing new")
    async with breakfast.database.transaction() as session:
        await kitchen.change_stock(
            session, breakfast.staff, stock_id(breakfast, "milk"), StockChange(add=2), now=breakfast.clock()
        )
    await kitchen.tell_stock(breakfast.database, fanout, breakfast.place, TUESDAY)
    assert capacity_in(await asyncio.wait_for(following, 30)) == 42


def capacity_in(event: bytes) -> int:
    """Read the first item's capacity out of an event of the stream."""
    found = re.search(rb"data: (.+)", event)
    assert found is not None
    return msgspec.json.decode(found[1])["stock"][0]["capacity"]

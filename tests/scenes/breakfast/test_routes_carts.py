from datetime import time, timedelta

import httpx
import pytest

from scenes.breakfast.tables import CartPositionRow, CartStopRow
from scenes.common.kit.ids import new_id
from tests.support.breakfast import MONDAY, Breakfast, at

CARTS = "/api/v1/breakfast/carts"


@pytest.fixture
async def cart(breakfast: Breakfast) -> Breakfast:
    """The shop turned into a cart with a timetable, heard of at half past six on Monday."""
    breakfast.clock.set(at(MONDAY, 6, 30))
    await breakfast.run("UPDATE breakfast_point SET kind = 'cart'")
    async with breakfast.database.transaction() as session:
        for name, begins, ends in (("曹杨路口", 6, 8), ("铜川路口", 8, 10)):
            session.add(
                CartStopRow(
                    id=new_id(), place_id=breakfast.place, weekdays=[0, 1], begins=time(begins),
                    ends=time(ends), name=name, lat=31.2418, lng=121.4004,
                )
            )  # fmt: skip
        session.add(
            CartPositionRow(place_id=breakfast.place, lat=31.2418, lng=121.4004, at=breakfast.clock())
        )
    return breakfast


async def test_a_cart_says_where_it_is_and_its_timetable_where_it_goes(
    cart: Breakfast, client: httpx.AsyncClient
) -> None:
    cart.clock.advance(timedelta(minutes=2))
    [shown] = (await client.get(CARTS)).json()["items"]
    visits = shown.pop("here"), shown.pop("next")
    assert shown == {
        "placeId": str(cart.place), "name": "曹杨早餐店", "state": "running", "reason": None,
        "lat": 31.2418, "lng": 121.4004, "asOf": "2026-11-23T06:30:00+08:00", "ageSeconds": 120,
    }  # fmt: skip
    assert [(v["name"], v["startsAt"], v["endsAt"]) for v in visits] == [
        ("曹杨路口", "2026-11-23T06:00:00+08:00", "2026-11-23T08:00:00+08:00"),
        ("铜川路口", "2026-11-23T08:00:00+08:00", "2026-11-23T10:00:00+08:00"),
    ]


async def test_a_map_of_the_country_gets_its_own_datum(cart: Breakfast, client: httpx.AsyncClient) -> None:
    assert cart.place
    moved = (await client.get(CARTS, params={"datum": "gcj02"})).json()
    assert (moved["datum"], round(moved["items"][0]["lng"], 3)) == ("gcj02", 121.405)
    assert (await client.get(CARTS, params={"datum": "bd09"})).status_code == 400


async def test_a_silent_cart_is_unknown_and_a_broken_one_goes_nowhere(
    cart: Breakfast, client: httpx.AsyncClient
) -> None:
    cart.clock.advance(timedelta(minutes=11))
    [silent] = (await client.get(CARTS, params={"datum": "wgs84"})).json()["items"]
    assert (silent["state"], silent["ageSeconds"], silent["here"]["name"]) == ("unknown", 660, "曹杨路口")
    await cart.run("UPDATE cart_position SET out_of_order_at = at, reason = '轮胎'")
    cart.clock.advance(timedelta(seconds=2))
    # Another spelling of the address: an answer is kept for a second of the machine's own clock.
    [broken] = (await client.get(f"{CARTS}?datum=wgs84&")).json()["items"]
    assert (broken["state"], broken["reason"], broken["next"]) == ("outOfOrder", "轮胎", None)

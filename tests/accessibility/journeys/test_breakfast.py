"""Breakfast by the elder flow, on the same ledger and menu as everybody's."""

from datetime import date

import httpx
import pytest
from sqlalchemy import text

from accessibility.journeys.breakfast import gathered
from accessibility.journeys.breakfast_dishes import read, written
from api.lifespan import House
from scenes.breakfast.service.menu import forget_menu
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from tests.support.breakfast import TUESDAY, Breakfast
from tests.support.clock import AdjustableClock
from tests.support.elder_walk import Walk, labels
from tests.support.kitchen import open_point
from tests.support.whole import Whole

ELDER = date(1940, 5, 1)


@pytest.fixture
async def shop(house: House, database: Database, clock: AdjustableClock, forgotten: None) -> Breakfast:
    assert forgotten is None
    shop = Breakfast(database, clock, house.cipher)
    await shop.furnish(milk=5, slot_orders=3)
    return shop


@pytest.fixture
async def elder(shop: Breakfast) -> Resident:
    return await shop.resident(ELDER, name="陈秀英", lat=31.241, lng=121.401)


@pytest.fixture
async def walk(shop: Breakfast, elder: Resident, house: House, client: httpx.AsyncClient) -> Walk:
    assert shop.items
    await house.directory.refresh()
    return Walk(Whole(house, client), elder)


async def test_the_first_breakfast_takes_five_taps(walk: Walk, shop: Breakfast) -> None:
    first = await walk.start("breakfast")
    assert (first["title"], labels(first)) == ("您想吃什么?", ["豆浆 1份", "菜包 1份"])
    more = await walk.choose("菜包")
    assert (more["title"], labels(more)) == ("还要别的吗?", ["就这些", "菜包 1份", "豆浆 1份"])
    when = await walk.choose("就这些")
    assert when["title"] == "您几点来取?"
    card = await walk.choose(labels(when)[0])
    assert card["confirm"]["lines"][:2] == ["今天(11月23日 星期一)早上6点半", "曹杨早餐店"]
    assert card["confirm"]["lines"][-2:] == ["下一页点「去付款」,在手机上付。", "不付,过一会儿就不留了。"]
    done = await walk.agree()
    assert walk.taps == 5
    assert (done["booking"]["state"], done["booking"]["payment"]) == ("held", None)
    [order] = await shop.rows("SELECT state, scene FROM booking")
    assert tuple(order) == ("held", "breakfast")


async def test_the_same_as_last_time_takes_four(walk: Walk) -> None:
    for answers in (["菜包", "菜包", "就这些"], ["跟上次一样"]):
        await walk.start("breakfast")
        for answer in answers:
            await walk.choose(answer)
        await walk.choose(labels(walk.step)[0])
        done = await walk.agree()
        assert [line["units"] for line in done["booking"]["lines"] if line["label"] == "菜包"] == [2]
    assert walk.taps == 4


async def test_a_sentence_is_one_card(walk: Walk) -> None:
    card = await walk.say("明天早上7点两个菜包一碗豆浆")
    assert card["confirm"]["lines"][0] == "明天(11月24日 星期二)早上7点"
    done = await walk.agree()
    assert walk.taps == 2
    lines = {line["label"]: line["units"] for line in done["booking"]["lines"]}
    assert (lines["菜包"], lines["豆浆"]) == (2, 1)


async def test_what_is_sold_out_is_said_and_something_else_asked(walk: Walk, shop: Breakfast) -> None:
    again = await walk.say("明天早上7点九碗豆浆")
    card = again if again["confirm"] is None else await walk.agree()
    assert (card["title"], labels(card)[0]) == ("您想吃什么?", "豆浆 1份")
    assert await shop.rows("SELECT 1 FROM booking") == []


async def test_it_can_be_undone(walk: Walk, shop: Breakfast) -> None:
    await walk.say("明天早上7点一个菜包")
    await walk.agree()
    undone = await walk.undo()
    assert undone["state"] == "undone"
    assert [tuple(row) for row in await shop.rows("SELECT state FROM booking")] == [("cancelled",)]


def test_items_are_written_and_read_again() -> None:
    bun, milk = new_id(), new_id()
    assert read(written({bun: 2, milk: 1})) == {bun: 2, milk: 1}
    values = {"what": f"all~{written({bun: 2})}", "more": written({bun: 1, milk: 1}), "more2": "0"}
    assert gathered(values) == {bun: 3, milk: 1}


async def test_a_sentence_leads_to_the_nearest_point_that_sells_it(
    walk: Walk, shop: Breakfast, house: House
) -> None:
    cart = await open_point(shop, name="真北路早餐车", metres_north=300)
    async with shop.database.transaction() as session:
        renamed = text("UPDATE breakfast_item SET name = '油条' WHERE id = :id")
        await session.execute(renamed, {"id": shop.items["bun@真北路早餐车"]})
    await house.directory.refresh()
    forget_menu(house.database, cart, TUESDAY)
    card = await walk.say("明天早上7点两根油条")
    assert card["confirm"]["lines"][:2] == ["明天(11月24日 星期二)早上7点", "真北路早餐车"]

"""Reserving and charging by links and forms, without a line of JavaScript."""

import re
from datetime import date
from uuid import UUID

import httpx
import pytest
from redis.asyncio import Redis

from api.lifespan import House
from scenes.charging.service import windows
from scenes.charging.service.charges import Charge, charge_of
from scenes.common.kit.caller import Resident
from scenes.common.kit.embedded import EmbeddedUrls
from scenes.common.kit.ids import new_id
from scenes.common.people.tables import make_person_row
from tests.support.charging import NEAR, Charging
from tests.support.charging_sessions import Garage
from tests.support.clock import AdjustableClock
from tests.support.storefront import Browser


@pytest.fixture
async def garage(house: House, clock: AdjustableClock, stack: EmbeddedUrls) -> Garage:
    """The charging world behind the whole app, with resident 1 living in it; its ledger is the app's."""
    async with Redis.from_url(stack.redis) as redis:
        await redis.flushdb()
    world = Charging(house.database, clock)
    await world.furnish()
    await world.set_rule({
        "depositFen": 5000, "daysAhead": 1,
        "idleFee": {"freeMinutes": 15, "feeFenPerMinute": 50, "maxFeeFen": 3000},
    })  # fmt: skip
    person = make_person_row(
        house.cipher, new_id(), name="陈秀英", birth_date=date(1948, 3, 1), sex="f", now=clock(),
        resident_no=1, has_account=True, phone="13800138000",
    )  # fmt: skip
    async with house.database.transaction() as session:
        session.add(person)
        await windows.publish(session, now=clock())
    await world.all_free()
    garage = Garage(world, house.ledger)
    garage.me = Resident(person.id, new_id())
    return garage


@pytest.fixture
async def browser(garage: Garage, client: httpx.AsyncClient, house: House) -> Browser:
    assert garage.plant
    await house.directory.refresh()
    browser = Browser(client)
    await browser.go("/sign-in")
    await browser.send("/sign-in", resident_no="1")
    return browser


def said(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


async def seen(garage: Garage, session_id: str) -> Charge:
    async with garage.world.database.read() as session:
        return await charge_of(session, UUID(session_id))


async def test_a_time_is_chosen_looked_at_and_kept(browser: Browser, garage: Garage) -> None:
    place = f"/charging/{garage.world.stations[NEAR]}/reserve"
    page = await browser.go(place)
    assert "几点到?" in said(page)
    times = browser.links(rf"{place}\?startsAt=[^\"]+")
    page = await browser.go(times[2])
    text = said(page)
    assert "车位没有地锁,可能被别的车占。" in text
    assert "预约不收费" in text
    page = await browser.send(place)
    assert str(page.url.path).startswith("/bookings/")
    assert "约好" in said(page)
    await browser.go(times[2])
    page = await browser.send(place)
    assert (page.status_code, "没有约成" in said(page)) == (409, True)


async def test_a_charge_is_paid_followed_stopped_and_billed(browser: Browser, garage: Garage) -> None:
    start = f"/charging/connectors/{garage.world.connector('NEAR_01')}/start"
    page = await browser.go(start)
    assert all(words in said(page) for words in ("50 元", "每度 1.19 元", "多的自动退回"))
    page = await browser.send(start)
    here = str(page.url.path)
    assert "等您付款" in said(page)
    charge = await seen(garage, here.rsplit("/", 1)[1])
    garage.plant.begins = False
    await garage.pay(charge)
    await garage.drive()
    assert "正在启动充电桩" in said(await browser.go(here))
    garage.plant.begins = True
    booking = await browser.go(f"/bookings/{charge.booking.id}")
    assert browser.links(here) == [here], booking.status_code
    await garage.later(seconds=3)
    await garage.later(minutes=12)
    page = await browser.go(here)
    assert all(words in said(page) for words in ("正在充电", "12.05 度", "停止充电"))
    page = await browser.send(f"{here}/stop")
    await garage.drive()
    running = (await seen(garage, str(charge.row.id))).row.running_fen
    await garage.order(charge, running)
    await garage.world.tell(NEAR_01=1)
    await garage.drive()
    page = await browser.go(here)
    assert all(words in said(page) for words in ("账单", "电费", "服务费", "合计", "退回"))


async def test_a_charge_that_failed_says_that_the_money_comes_back(browser: Browser, garage: Garage) -> None:
    garage.plant.auth = 1
    start = f"/charging/connectors/{garage.world.connector('NEAR_01')}/start"
    await browser.go(start)
    page = await browser.send(start)
    here = str(page.url.path)
    await garage.pay(await seen(garage, here.rsplit("/", 1)[1]))
    await garage.drive()
    text = said(await browser.go(here))
    assert "枪没有插好。请插好再试一次。付过的钱会自动退回。" in text

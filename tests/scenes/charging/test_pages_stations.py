import re
from datetime import date, timedelta

import httpx
import pytest
from redis.asyncio import Redis

from api.lifespan import House
from scenes.charging.jobs_live import refresh_board, serve_queues
from scenes.common.kit.embedded import EmbeddedUrls
from scenes.common.kit.ids import new_id
from scenes.common.people.tables import make_person_row
from tests.support.charging import FAR, NEAR, Charging
from tests.support.clock import AdjustableClock
from tests.support.storefront import Browser


class Street(Charging):
    """The charging world behind the whole app, with resident 1 living in it."""

    house: House

    async def look(self) -> None:
        """Let the process read its places and its board."""
        await self.house.directory.refresh()
        await refresh_board(self.house.works())


@pytest.fixture
async def street(house: House, clock: AdjustableClock, stack: EmbeddedUrls) -> Street:
    async with Redis.from_url(stack.redis) as redis:
        await redis.flushdb()
    street = Street(house.database, clock)
    street.house = house
    await street.furnish()
    person = make_person_row(
        house.cipher, new_id(), name="陈秀英", birth_date=date(1948, 3, 1), sex="f", now=clock(),
        resident_no=1, has_account=True, phone="13800138000",
    )  # fmt: skip
    async with house.database.transaction() as session:
        session.add(person)
    return street


@pytest.fixture
async def browser(street: Street, client: httpx.AsyncClient) -> Browser:
    await street.look()
    return Browser(client)


def said(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


async def sign_in(browser: Browser) -> None:
    await browser.go("/sign-in")
    await browser.send("/sign-in", resident_no="1")


async def test_the_list_says_where_to_go_and_why(browser: Browser, street: Street) -> None:
    await street.all_free()
    await street.tell(NEAR_01=3)
    await street.look()
    page = await browser.go("/charging")
    assert page.status_code == 200
    assert re.search(r"走路\d+分钟,现在空3个,平电每度1.19元。", said(page))
    assert browser.links(r"/charging/[0-9a-f-]{36}") == [
        f"/charging/{street.stations[NEAR]}", f"/charging/{street.stations[FAR]}",
    ]  # fmt: skip
    assert "到时大约空" in said(await browser.go("/charging?in=60&kind=4"))
    empty = await browser.go("/charging?kind=5")
    assert "附近还没有这样的充电站" in said(empty)


async def test_a_station_shows_each_connector_its_age_and_the_prices(
    browser: Browser, street: Street
) -> None:
    await street.tell(NEAR_01=1, NEAR_02=3, NEAR_03=255)
    street.clock.advance(timedelta(minutes=3))
    await street.look()
    near = f"/charging/{street.stations[NEAR]}"
    page = await browser.go(near)
    words = said(page)
    for phrase in (
        "空着 1 个",
        "在用 1 个",
        "坏了 1 个",
        "不清楚 1 个",
        "3 分钟前",
        "还没有消息",
        "谷电",
        "0.8 元/度",
        "电费 0.31 元 服务费 0.49 元",
        "停车:前2小时免费。",
    ):
        assert phrase in words, phrase
    assert browser.links(r"/charging/connectors/[0-9a-f-]+/start") == [
        f"/charging/connectors/{street.connector('NEAR_01')}/start"
    ]
    assert len(browser.links(r"/charging/connectors/[0-9a-f-]+/report")) == 4
    assert browser.links(f"{near}/reserve") == [f"{near}/reserve"]


async def test_a_visitor_is_asked_to_sign_in_before_queuing(browser: Browser, street: Street) -> None:
    await street.all_free()
    await street.tell(NEAR_01=3, NEAR_02=3, NEAR_03=3)
    await street.look()
    page = await browser.go(f"/charging/{street.stations[NEAR]}")
    assert "快充现在没有空的" in said(page)
    assert "慢充现在没有空的" not in said(page)
    assert browser.links(r"/sign-in\?next=[^\"]+") != []


async def test_one_queues_lets_others_go_first_gets_an_offer_and_leaves(
    browser: Browser, street: Street
) -> None:
    await street.all_free()
    await street.tell(NEAR_01=3, NEAR_02=3, NEAR_03=3)
    await street.quarters("NEAR_01", 8)
    await street.look()
    near = f"/charging/{street.stations[NEAR]}"
    await sign_in(browser)
    await browser.go(near)
    page = await browser.send(f"{near}/queue")
    assert (page.url.path, "下一个就是您" in said(page)) == (near, True)
    snooze = re.findall(r'action="(/charging/queue/[0-9a-f-]+/snooze)"', page.text)
    page = await browser.send(snooze[0])
    assert "上午9点15分以前让别人先" in said(page)
    street.clock.advance(timedelta(minutes=15))
    await street.all_free()
    await serve_queues(street.house.works())
    await street.look()
    page = await browser.go(near)
    assert "给您留到今天上午9点25分" in said(page)
    [offer] = browser.links(r"/bookings/[0-9a-f-]+")
    assert "等您确认" in said(await browser.go(offer))
    await browser.go(near)
    leave = re.findall(r'action="(/charging/queue/[0-9a-f-]+/leave)"', page.text)
    page = await browser.send(leave[0])
    assert "您在排" not in said(page)
    assert await street.states() == {"cancelled": 1}


async def test_a_refusal_is_said_on_the_page(browser: Browser, street: Street) -> None:
    await street.all_free()
    await street.tell(NEAR_01=3, NEAR_02=3, NEAR_03=3)
    await street.look()
    near = f"/charging/{street.stations[NEAR]}"
    await sign_in(browser)
    await browser.go(near)
    form = browser.form(f"{near}/queue")
    street.clock.advance(timedelta(seconds=1))
    await street.all_free()
    await street.look()
    page = await browser.post(f"{near}/queue", form)
    assert (page.status_code, "现在有空位,不用排队。" in said(page)) == (409, True)

"""Ordering breakfast by links and forms only, as a phone without JavaScript does it."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest
from redis.asyncio import Redis

from scenes.breakfast.tables import CartPositionRow
from scenes.common.kit.embedded import EmbeddedUrls
from scenes.common.kit.ids import new_id
from scenes.common.people.tables import PatientLinkRow
from tests.support.breakfast import TUESDAY, Breakfast
from tests.support.storefront import Browser

WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
async def forgotten(stack: EmbeddedUrls) -> None:
    """Forget the rates counted by tests whose clock is ahead of this one's."""
    async with Redis.from_url(stack.redis) as redis:
        await redis.flushdb()


@pytest.fixture
async def me(breakfast: Breakfast, forgotten: None) -> UUID:
    """Resident 1, 70 years old, with Shanghai hukou."""
    assert forgotten is None
    resident = await breakfast.resident(
        date(1956, 5, 1), "陈秀英", resident_no=1, has_account=True, hukou=True
    )
    return resident.person_id


@pytest.fixture
async def browser(me: UUID, client: httpx.AsyncClient) -> Browser:
    assert me
    return Browser(client)


def said(page: httpx.Response) -> str:
    """Read a page's words without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(page.text)))


async def sign_in(browser: Browser) -> None:
    await browser.go("/sign-in")
    await browser.send("/sign-in", resident_no="1")


def quote(breakfast: Breakfast, slot: UUID | None = None, **items: int) -> str:
    """Write the address that the menu's form leads to."""
    wanted = "&".join(f"q_{breakfast.items[key]}={count}" for key, count in items.items())
    return f"/breakfast/{breakfast.place}/quote?slot={slot or breakfast.slot(7, 30)}&{wanted}"


async def agree(browser: Browser, breakfast: Breakfast, **typed: str) -> httpx.Response:
    return await browser.send(f"/breakfast/{breakfast.place}/orders", **typed)


async def test_a_visitor_sees_points_the_menu_and_what_suits_them(
    breakfast: Breakfast, browser: Browser
) -> None:
    page = await browser.go("/breakfast")
    assert "曹杨早餐店" in said(page)
    page = await browser.go(browser.links(r"/breakfast/[0-9a-f-]{36}")[0])
    words = said(page)
    for word in ("豆浆", "3.5 元", "含大豆", "好嚼", "剩 40 份", "6:30", "剩 20 单", "在店里取"):
        assert word in words
    assert (page.text.count('type="radio"'), page.text.count(" checked")) == (6, 0)
    filtered = await browser.go(browser.links(r"[^\"]*suits=soft")[0])
    assert "豆浆" in said(filtered)
    other_day = await browser.go(browser.links(rf"[^\"]*date={WEDNESDAY}")[0])
    assert str(breakfast.slot(7, 30, WEDNESDAY)) in other_day.text


async def test_what_has_a_price_is_explained_agreed_to_and_held(
    breakfast: Breakfast, browser: Browser
) -> None:
    page = await browser.go(quote(breakfast, milk=4, bun=1))
    assert page.url.path == "/sign-in"
    page = await browser.send("/sign-in", resident_no="1")
    words = said(page)
    for word in ("豆浆 4 份 14 元", "菜包 1 份 2 元", "敬老优惠(60岁以上减10%) -1.6 元", "助餐补贴B类 -2 元",
                 "您70岁,便宜1.6 元。", "12.4 元", "每周二都要一样的", "陈秀英(本人)"):  # fmt: skip
        assert word in words, word
    page = await agree(browser, breakfast, note="少放糖")
    assert page.url.path.startswith("/bookings/")
    rows = await breakfast.rows("SELECT state, amount_fen, note, title FROM booking")
    assert rows == [("held", 1240, "少放糖", "早餐 豆浆4份、菜包1份")]


async def test_a_double_tap_is_one_order_and_one_weekly_order(breakfast: Breakfast, browser: Browser) -> None:
    await sign_in(browser)
    await browser.go(quote(breakfast, milk=1))
    action = f"/breakfast/{breakfast.place}/orders"
    fields = browser.form(action) | {"weekly": "1"}
    first, second = await browser.post(action, fields), await browser.post(action, fields)
    assert first.url.path == second.url.path
    assert await breakfast.states() == {"held": 1}
    assert await breakfast.rows("SELECT weekday, booked_by = person_id FROM breakfast_repeat") == [(1, True)]


async def test_without_ticking_nothing_is_repeated(breakfast: Breakfast, browser: Browser) -> None:
    await sign_in(browser)
    await browser.go(quote(breakfast, milk=1))
    fields = browser.form(f"/breakfast/{breakfast.place}/orders")
    fields.pop("weekly")
    await browser.post(f"/breakfast/{breakfast.place}/orders", fields)
    assert await breakfast.rows("SELECT id FROM breakfast_repeat") == []


async def test_choosing_for_whom_shows_that_persons_price(
    breakfast: Breakfast, browser: Browser, me: UUID
) -> None:
    son = await breakfast.resident(date(1990, 5, 1), "王强")
    link = PatientLinkRow(
        account_id=me, person_id=son.person_id, relation="儿子", created_at=breakfast.clock()
    )
    async with breakfast.database.transaction() as session:
        session.add(link)
    await sign_in(browser)
    await browser.go(quote(breakfast, milk=4, bun=1))
    page = await browser.go(browser.links(rf"[^\"]*person={son.person_id}[^\"]*")[0])
    assert "60岁起有优惠。" in said(page)
    await agree(browser, breakfast)
    assert await breakfast.rows("SELECT person_id, booked_by, amount_fen FROM booking") == [
        (son.person_id, me, 1600)
    ]


@pytest.mark.parametrize(
    ("items", "slot", "problem"),
    [
        ({"milk": 0}, None, "请选要什么、要几份。"),
        ({"milk": 21}, None, "每样最多20份。"),
        ({"milk": 1}, new_id(), "没有找到这个取餐时间"),
    ],
)
async def test_a_choice_that_cannot_be_is_said_on_the_menu(
    breakfast: Breakfast, browser: Browser, items: dict[str, int], slot: UUID | None, problem: str
) -> None:
    await sign_in(browser)
    page = await browser.go(quote(breakfast, slot, **items))
    assert page.status_code == 400
    assert problem in said(page)
    assert "要什么" in said(page)


async def test_a_time_to_come_has_to_be_chosen(breakfast: Breakfast, browser: Browser) -> None:
    await sign_in(browser)
    bun = f"q_{breakfast.items['bun']}=3"
    page = await browser.go(f"/breakfast/{breakfast.place}/quote?{bun}")
    assert "请选什么时候来取。" in said(page)
    assert '<option value="3" selected>' in page.text


async def test_sold_out_meanwhile_is_said_beside_the_price(breakfast: Breakfast, browser: Browser) -> None:
    await sign_in(browser)
    await browser.go(quote(breakfast, milk=2))
    await breakfast.run("UPDATE booking_window SET capacity = 1 WHERE resource = '豆浆'")
    page = await agree(browser, breakfast)
    assert page.status_code == 409
    assert "没有订成" in said(page)
    assert "豆浆没有2份了" in said(page)
    assert await breakfast.states() == {}


async def test_what_is_short_is_said_before_anybody_agrees(breakfast: Breakfast, browser: Browser) -> None:
    await sign_in(browser)
    await breakfast.run("UPDATE booking_window SET capacity = 1 WHERE resource = '豆浆'")
    page = await browser.go(quote(breakfast, milk=2))
    assert (page.status_code, "豆浆只剩1份了。" in said(page)) == (200, True)
    await breakfast.run("UPDATE booking_window SET state = 'stopped' WHERE resource = '取餐时间'")
    breakfast.clock.advance(timedelta(seconds=2))
    assert "这个取餐时间订不了了" in said(await browser.go(quote(breakfast, bun=1)))


async def test_the_voucher_speaks_of_breakfast(breakfast: Breakfast, browser: Browser) -> None:
    await sign_in(browser)
    await browser.go(quote(breakfast, milk=1))
    words = said(await agree(browser, breakfast))
    assert "早饭给您留到" in words
    assert "报到" not in words


async def test_hidden_facts_that_were_changed_are_refused(breakfast: Breakfast, browser: Browser) -> None:
    await sign_in(browser)
    for typed in ({"items": "x"}, {"person": "x"}, {"agreed_fen": "1"}):
        await browser.go(quote(breakfast, milk=1))
        page = await agree(browser, breakfast, **typed)
        assert page.status_code in {400, 409}
    assert await breakfast.states() == {}


async def test_a_weekly_order_is_shown_left_out_for_once_and_ended(
    breakfast: Breakfast, browser: Browser
) -> None:
    await sign_in(browser)
    assert "没有每周的早饭" in said(await browser.go("/breakfast/repeats"))
    await browser.go(quote(breakfast, milk=2))
    await agree(browser, breakfast, weekly="1")
    page = await browser.go("/breakfast/repeats")
    assert "每周二早上7点半" in said(page)
    assert "豆浆2份" in said(page)
    [repeat_id] = (await breakfast.rows("SELECT id FROM breakfast_repeat"))[0]
    page = await browser.send(f"/breakfast/repeats/{repeat_id}/skip")
    assert "12月1日 星期二" in said(page)
    page = await browser.send(f"/breakfast/repeats/{repeat_id}/end")
    assert "没有每周的早饭" in said(page)


@pytest.mark.parametrize(
    ("facts", "words"), [({}, "位置不明"), ({"heard": True}, "在路上"), ({"broken": True}, "轮胎坏了")]
)
async def test_a_cart_says_what_is_known_of_it(
    breakfast: Breakfast, browser: Browser, facts: dict[str, Any], words: str
) -> None:
    await breakfast.run("UPDATE breakfast_point SET kind = 'cart'")
    now = breakfast.clock()
    if facts:
        broken = now if "broken" in facts else None
        row = CartPositionRow(
            place_id=breakfast.place, lat=31.2, lng=121.4, at=now, out_of_order_at=broken, reason="轮胎坏了"
        )
        async with breakfast.database.transaction() as session:
            session.add(row)
    assert words in said(await browser.go("/breakfast"))
    assert "到车边取" in said(await browser.go(f"/breakfast/{breakfast.place}"))


async def test_a_place_that_sells_nothing_here_is_shown_as_a_place(
    breakfast: Breakfast, browser: Browser
) -> None:
    assert (await browser.go(f"/breakfast/{new_id()}")).status_code == 404
    await breakfast.run("DELETE FROM breakfast_stock")
    await breakfast.run("DELETE FROM breakfast_item")
    await breakfast.run("DELETE FROM breakfast_point")
    page = await browser.go(f"/breakfast/{breakfast.place}")
    assert page.url.path == f"/places/{breakfast.place}"

"""A desk books for who comes or calls, takes the money and hands it back: three rooms, one slip."""

import re
from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from api.lifespan import House
from scenes.common.kit.outbox import relay
from scenes.common.payments import jobs as payments
from tests.api.web.test_charging_desk import Site
from tests.api.web.test_pages import said, sign_in_staff
from tests.api.web.test_walk_in_pages import PUBLIC
from tests.support.breakfast import TUESDAY, Breakfast, at
from tests.support.charging import NEAR
from tests.support.clock import AdjustableClock
from tests.support.kitchen import hire
from tests.support.storefront import Browser, District, signed_in_at_desk

BREAKFAST = "/staff/breakfast/walk-in"
CHARGING = "/staff/charging/walk-in"
CALLER = {"name": "张阿婆", "phone": "13911112222", "born": "1948-03-01", "sex": "f"}


@pytest.fixture
async def shop(house: House, clock: AdjustableClock, forgotten: None, client: httpx.AsyncClient) -> Breakfast:
    assert forgotten is None
    assert client
    shop = Breakfast(house.database, clock, house.cipher)
    await shop.furnish()
    clock.set(at(TUESDAY, 6, 40))
    await house.directory.refresh()
    return shop


@pytest.fixture
async def counter(shop: Breakfast, house: House, client: httpx.AsyncClient) -> Browser:
    return await signed_in_at_desk(client, "breakfast", await hire(shop, house), shop.clock())


async def form(counter: Browser, shop: Breakfast, **wanted: str) -> dict[str, str | list[str]]:
    """Open the form and fill it: so many of each item by its name, the slot of half past seven."""
    await counter.go(f"{BREAKFAST}?placeId={shop.place}")
    assert counter.page is not None
    shown = re.findall(r'>([^<]+) <span[^\n]*name="item" value="([0-9a-f-]{36})"', counter.page.text)
    filled = counter.form(BREAKFAST) | CALLER | {"slot": str(shop.slot(7, 30)), "note": "软一点"}
    return filled | {
        "item": [item for _, item in shown], "units": [wanted.get(name, "") for name, _ in shown],
    }  # fmt: skip


async def bookings(database_of: Breakfast | District) -> list[tuple[str, str, int]]:
    found = await database_of.rows(
        "SELECT p.name, b.state, b.amount_fen FROM booking b JOIN person p ON p.id = b.person_id"
    )
    return [(name, state, fen) for name, state, fen in found]


async def relayed(house: House) -> None:
    async with house.database.transaction() as session:
        await relay(session, payments.HANDLERS, now=house.clock())


async def test_breakfast_by_phone_is_cooked_paid_when_fetched_and_handed_out(
    counter: Browser, shop: Breakfast
) -> None:
    page = await counter.post(BREAKFAST, await form(counter, shop, 豆浆="2", 菜包="1"))
    words = said(page)
    assert page.status_code == 200, words
    assert "豆浆 2份 7 元" in words
    assert "张*婆" in words
    assert "张阿婆" not in page.text
    assert "还没付款" in words
    assert "上午8点以前在柜台付款,过了就取消。" in words
    assert await bookings(shop) == [("张阿婆", "held", 810)]
    slip = page.url.path
    kitchen = said(await counter.go(f"/staff/breakfast/kitchen?placeId={shop.place}"))
    assert "豆浆 2" in kitchen
    assert "取时付款" in kitchen
    shop.clock.set(at(TUESDAY, 7, 35))
    await counter.go(f"/staff/breakfast?placeId={shop.place}")
    refused = await counter.send("/staff/breakfast/redeem", known="张阿婆 2222")
    assert refused.status_code == 409
    assert "请先收钱" in said(refused)
    assert f'href="{slip}"' in refused.text
    page = await counter.go(slip)
    await counter.send(counter.action("/paid"))
    assert await bookings(shop) == [("张阿婆", "confirmed", 810)]
    page = await counter.go(slip)
    assert "已约好" in said(page)
    done = await counter.send("/staff/breakfast/redeem")
    assert "交给 张*婆" in said(done)
    assert await bookings(shop) == [("张阿婆", "fulfilled", 810)]
    acts = [row[0] for row in await shop.rows("SELECT action FROM audit_entry ORDER BY seq")]
    wanted = ["staff.person.register", "staff.book", "staff.payment.take"]
    assert [each for each in acts if each in wanted] == wanted


async def test_an_unpaid_phone_order_ends_with_its_pick_up_time_and_gives_the_food_back(
    counter: Browser, shop: Breakfast, house: House
) -> None:
    await counter.post(BREAKFAST, await form(counter, shop, 豆浆="3"))
    assert await shop.window_taken(shop.portions("milk")) == 3
    shop.clock.set(at(TUESDAY, 8, 1))
    await house.ledger.sweep()
    assert await bookings(shop) == [("张阿婆", "expired", 945)]
    assert await shop.window_taken(shop.portions("milk")) == 0


async def test_one_unpaid_order_of_a_day_at_a_time_and_nothing_typed_is_lost(
    counter: Browser, shop: Breakfast
) -> None:
    await counter.post(BREAKFAST, await form(counter, shop, 豆浆="1"))
    again = await counter.post(BREAKFAST, await form(counter, shop, 菜包="2"))
    assert again.status_code == 409
    assert "已经有一单还没取" in said(again)
    assert (counter.form(BREAKFAST)["name"], counter.form(BREAKFAST)["note"]) == ("张阿婆", "软一点")
    assert re.findall(r'name="units" value="2"', again.text)
    assert await bookings(shop) == [("张阿婆", "held", 315)]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"units": ["", ""]}, "请写要什么、要几份"),
        ({"units": ["两", ""]}, "份数请写数字"),
        ({"units": ["999", ""]}, "每样最多"),
        ({"slot": ""}, "请选什么时候来取"),
        ({"phone": "12"}, "手机号"),
    ],
)
async def test_what_cannot_be_ordered_is_said_beside_what_was_typed(
    counter: Browser, shop: Breakfast, changed: dict[str, str | list[str]], why: str
) -> None:
    page = await counter.post(BREAKFAST, await form(counter, shop, 豆浆="1") | changed)
    assert page.status_code == 409
    assert why in said(page)
    assert counter.form(BREAKFAST)["name"] == "张阿婆"
    assert await bookings(shop) == []


async def test_money_of_what_is_not_wanted_after_all_is_handed_back(
    counter: Browser, shop: Breakfast, house: House
) -> None:
    slip = (await counter.post(BREAKFAST, await form(counter, shop, 菜包="2"))).url.path
    await counter.send(counter.action("/paid"))
    await counter.go(slip)
    page = await counter.send(counter.action("/call-off"))
    assert "已取消" in said(page)
    await relayed(house)
    assert "要退的钱 1 笔" in said(await counter.go(f"/staff/breakfast?placeId={shop.place}"))
    page = await counter.go(f"/staff/refunds?placeId={shop.place}")
    assert "张*婆 3.6 元" in said(page)
    page = await counter.send(counter.action("/handed-back"))
    assert "没有要退的钱" in said(page)
    assert "要退的钱 1 笔" not in said(await counter.go(f"/staff/breakfast?placeId={shop.place}"))
    assert await shop.rows("SELECT refund_state, refunded_fen FROM payment") == [("refunded", 360)]


async def test_a_menu_of_one_thing_is_ordered_too(counter: Browser, shop: Breakfast) -> None:
    async with shop.database.transaction() as session:
        left = {"id": shop.portions("bun")}
        await session.execute(text("UPDATE booking_window SET state = 'stopped' WHERE id = :id"), left)
    filled = await form(counter, shop, 豆浆="1")
    assert filled["item"] == [str(shop.items["milk"])]
    page = await counter.post(BREAKFAST, filled | {"item": str(shop.items["milk"]), "units": "1"})
    assert page.status_code == 200, said(page)
    assert await bookings(shop) == [("张阿婆", "held", 315)]


async def test_another_points_desk_is_closed(counter: Browser, shop: Breakfast) -> None:
    filled = await form(counter, shop, 豆浆="1")
    other = str(UUID(int=7))
    assert (await counter.post(BREAKFAST, filled | {"place_id": other})).status_code == 404
    assert (await counter.go(f"{BREAKFAST}?placeId={other}")).status_code == 404
    assert (await counter.go(f"/staff/refunds?placeId={other}")).status_code == 404
    assert await bookings(shop) == []


async def test_a_clinics_number_that_costs_something_is_paid_at_its_desk(
    browser: Browser, district: District
) -> None:
    async with district.database.transaction() as session:
        await session.execute(text("UPDATE booking_window SET price_fen = 2500"))
    await sign_in_staff(browser, district)
    day = await district.rows("SELECT day FROM clinic_session")
    await browser.go(f"/staff/walk-in?placeId={district.place}&date={day[0][0]}")
    assert browser.page is not None
    window = re.findall(PUBLIC, browser.page.text)[0]
    page = await browser.post("/staff/walk-in", browser.form("/staff/walk-in") | CALLER | {"window": window})
    assert "以前在柜台付款" in said(page)
    hours = await district.rows("SELECT hold_expires_at > starts_at FROM booking")
    assert [tuple(row) for row in hours] == [(True,)]
    slip = page.url.path
    await browser.send(browser.action("/paid"))
    assert await bookings(district) == [("张阿婆", "confirmed", 2500)]
    assert "已约好" in said(await browser.go(slip))


@pytest.fixture
async def site(house: House, clock: AdjustableClock, forgotten: None) -> Site:
    assert forgotten is None
    site = Site(house.database, clock)
    await site.open(house)
    return site


async def test_a_charger_is_reserved_for_who_calls(site: Site, client: httpx.AsyncClient) -> None:
    browser = await signed_in_at_desk(client, "charging", site.totp_secret, site.clock())
    station = site.stations[NEAR]
    tomorrow = date.fromisoformat(str(site.clock().date())) + timedelta(days=1)
    page = await browser.go(f"{CHARGING}?placeId={station}&date={tomorrow}&minutes=30")
    start = re.findall(r'<option value="([^"]+\+08:00)"', page.text)[0]
    action = f"{CHARGING}?placeId={station}&date={tomorrow}"
    filled = browser.form(action) | CALLER | {"starts_at": start}
    page = await browser.post(action, filled)
    assert page.status_code == 200, said(page)
    assert "张*婆" in said(page)
    assert (await browser.post(action, filled)).url == page.url
    rows = await site.rows("SELECT state, details->>'minutes', details ? 'deskStaffId' FROM booking")
    assert [tuple(row) for row in rows] == [("confirmed", "30", True)]
    await browser.go(action)
    wrong = await browser.post(action, filled | {"starts_at": "", "key": browser.form(action)["key"]})
    assert wrong.status_code == 409
    assert "请选几点开始充" in said(wrong)

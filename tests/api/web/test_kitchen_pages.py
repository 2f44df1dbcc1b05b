"""A breakfast point by links and forms only: the day, handing out, stock, lists, recalls, a broken cart."""

from datetime import date, timedelta

import httpx
import pytest

from api.lifespan import House
from scenes.breakfast.tables import BreakfastDemandRow
from tests.api.web.test_pages import said
from tests.support.breakfast import TUESDAY, Breakfast, at
from tests.support.clock import AdjustableClock
from tests.support.kitchen import hire, open_point, paid, stock_id
from tests.support.storefront import Browser, signed_in_at_desk

WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
async def morning(
    house: House, clock: AdjustableClock, forgotten: None, client: httpx.AsyncClient
) -> Breakfast:
    """Open a cart and a shop near it, with three orders for Tuesday, and go there at twenty to seven."""
    assert forgotten is None
    assert client
    morning = Breakfast(house.database, clock, house.cipher)
    await morning.furnish(kind="cart")
    await open_point(morning, name="梅岭早餐店", metres_north=300, buns=4)
    people = [
        await morning.resident(name=name, phone=phone)
        for name, phone in (("王小芳", "13800138000"), ("李明", "13900139000"), ("陈秀英", "13700137000"))
    ]
    await paid(morning, house.ledger, people[0], milk=2, bun=1, note="不要糖")
    await paid(morning, house.ledger, people[1], slot=morning.slot(7, 0), milk=1)
    await paid(morning, house.ledger, people[2], bun=5)
    clock.set(at(TUESDAY, 6, 40))
    await house.directory.refresh()
    return morning


@pytest.fixture
async def desk(morning: Breakfast, house: House, client: httpx.AsyncClient) -> Browser:
    """Sign the point's staff in with both factors."""
    desk = await signed_in_at_desk(client, "breakfast", await hire(morning, house), morning.clock())
    assert desk.page is not None
    assert desk.page.url.path == "/staff/breakfast", said(desk.page)
    return desk


def path(morning: Breakfast, page: str = "") -> str:
    return f"/staff/breakfast{page}?placeId={morning.place}"


async def test_the_day_is_shown_by_slot_with_its_stock(desk: Browser, morning: Breakfast) -> None:
    words = said(await desk.go(path(morning)))
    assert "0 / 3" in words
    assert "豆浆 2、菜包 6" in words.replace("菜包 6、豆浆 2", "豆浆 2、菜包 6")
    assert "3/40 37" in words


async def test_an_order_is_handed_out_by_name_and_number_once(desk: Browser, morning: Breakfast) -> None:
    morning.clock.set(at(TUESDAY, 7, 32))
    await desk.go(path(morning))
    page = await desk.send("/staff/breakfast/redeem", known="王小芳 8000")
    words = said(page)
    assert page.status_code == 200
    assert "交给 王*芳 豆浆 2份 菜包 1份 不要糖" in words.replace("菜包 1份 豆浆 2份", "豆浆 2份 菜包 1份")
    assert "1 / 3" in words
    page = await desk.send("/staff/breakfast/redeem", known="王小芳 8000")
    assert page.status_code == 409
    assert "已经取走了。" in said(page)
    page = await desk.send("/staff/breakfast/redeem", known="00000000")
    assert page.status_code == 404


async def test_stock_goes_up_down_and_out(desk: Browser, morning: Breakfast) -> None:
    milk = f"/staff/breakfast/stock/{stock_id(morning, 'milk')}"
    await desk.go(path(morning))
    assert "3/50 47" in said(await desk.send(milk, act="add", by="10"))
    assert "3/45 42" in said(await desk.send(milk, act="add", by="-5"))
    assert "卖完 再卖" in " ".join(said(await desk.send(milk, act="sold_out")).replace("加减", "").split())
    assert "3/40 37" in said(await desk.send(milk, act="on_sale"))
    refused = await desk.send(milk, act="add", by="-38")
    assert (refused.status_code, "已经有人订了3份,不能再少。" in said(refused)) == (409, True)
    refused = await desk.send(milk, act="add", by="很多")
    assert (refused.status_code, "请写要加几份,减就写负数。" in said(refused)) == (409, True)


async def test_sending_a_stock_form_twice_is_one_change(desk: Browser, morning: Breakfast) -> None:
    milk = f"/staff/breakfast/stock/{stock_id(morning, 'milk')}"
    await desk.go(path(morning))
    form = desk.form(milk) | {"act": "add", "by": "10"}
    await desk.post(milk, form)
    assert "3/50 47" in said(await desk.post(milk, form))


async def test_the_list_to_cook_by_masks_names_and_shows_notes(desk: Browser, morning: Breakfast) -> None:
    words = said(await desk.go(path(morning, "/kitchen")))
    assert "菜包 6 , 豆浆 3" in words
    assert "王*芳" in words
    assert "王小芳" not in words
    assert "不要糖 大豆" in words


async def test_tomorrow_is_foretold_with_range_and_reasons(desk: Browser, morning: Breakfast) -> None:
    async with morning.database.transaction() as session:
        session.add_all(
            BreakfastDemandRow(
                place_id=morning.place, item_id=morning.items["milk"], day=WEDNESDAY - timedelta(days=n),
                portions=24 if n % 7 else 36, capacity=40, sold_out=False, weather="fine",
            )
            for n in range(1, 57)
        )  # fmt: skip
    page = await desk.go(path(morning, "/forecast") + "&weather=rain")
    words = said(page)
    assert "周三平常要" in words
    assert "还没有卖过,没法估。" in words
    assert '<svg class="range"' in page.text
    noted = said(await desk.send("/staff/breakfast/weather", weather="storm"))
    assert "记下了:大雨" in noted
    kept = "SELECT weather FROM breakfast_demand WHERE day = :day"
    assert await morning.rows(kept, day=WEDNESDAY - timedelta(days=2)) == [("storm",)]
    refused = await desk.go(path(morning, "/forecast") + "&date=2027-11-25")
    assert refused.status_code == 400


async def test_a_batch_is_set_asked_for_and_recalled(desk: Browser, morning: Breakfast) -> None:
    await desk.go(path(morning, "/recall"))
    milk = str(stock_id(morning, "milk"))
    await desk.send("/staff/breakfast/batches", stock_id=milk, batch_no="m-1124", units="12")
    assert "M-1124" in said(await desk.go(path(morning, "/recall")))
    morning.clock.set(at(TUESDAY, 7, 32))
    await desk.go(path(morning))
    await desk.send("/staff/breakfast/redeem", known="王小芳 8000")
    words = said(await desk.go(path(morning, "/recall") + "&batchNo=m-1124"))
    assert "批号 M-1124:1 人已经拿到,1 人订了还没取。" in words
    assert "王小芳" not in words
    told = said(await desk.send("/staff/breakfast/recall/tell", reason="抽检不合格"))
    assert "已经通知 2 人。这一批已停卖。" in told
    wrong = await desk.go(path(morning, "/recall") + "&batchNo=%E6%89%B9%E5%8F%B7")
    assert "批号只能有字母、数字、点和横线。" in said(wrong)


async def test_a_broken_cart_is_previewed_stopped_and_mended(desk: Browser, morning: Breakfast) -> None:
    await desk.go(path(morning, "/cart"))
    words = said(await desk.send("/staff/breakfast/cart/preview", reason="餐车坏了"))
    assert "2 单改到附近,1 单取消,退款 10 元。" in words
    assert "改到梅岭早餐店 7:30取,直线300米" in words
    words = said(await desk.send("/staff/breakfast/cart"))
    assert "2 单改到附近,1 单退款。" in words
    words = said(await desk.go(path(morning, "/cart")))
    assert "这辆餐车今天(11月24日 星期二)早上6点40分停用了。" in words
    assert "看会影响谁" not in words
    page = await desk.send("/staff/breakfast/cart/mended")
    assert page.url.path == "/staff/breakfast"


async def test_another_point_is_closed(desk: Browser, morning: Breakfast) -> None:
    other = await open_point(morning, name="远的店", metres_north=900)
    for page in ("", "/kitchen", "/forecast", "/recall", "/cart"):
        answer = await desk.go(f"/staff/breakfast{page}?placeId={other}")
        assert answer.status_code == 404, page

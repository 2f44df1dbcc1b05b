"""退款异常: the district sees what no provider gives back, reaches the person, says how it went back."""

from uuid import UUID

import pytest

from api.lifespan import House
from scenes.common.kit.outbox import relay
from scenes.common.notices import service as notices
from scenes.common.notices.jobs import HANDLERS
from tests.api.web.test_import_page import desk
from tests.api.web.test_menu_numbers import numbers
from tests.api.web.test_pages import said, sign_in_staff
from tests.support.storefront import Browser, District
from tests.support.stuck import WAY, stuck_money

__all__ = ["desk"]

PAGE = "/staff/stuck-refunds"


@pytest.fixture
async def refund_id(house: House, district: District) -> UUID:
    assert district.me
    async with house.database.transaction() as session:
        refund_id = await stuck_money(session, house.cipher, house.clock)
    await house.directory.refresh()
    return refund_id


async def test_the_money_is_found_and_the_person_reached_and_told(
    refund_id: UUID, desk: Browser, district: District, house: House
) -> None:
    page = await desk.go(PAGE)
    words = said(page)
    assert "王*芳 3.5 元" in words
    assert "早餐 豆浆1份" in words
    assert "曹杨早餐店" in words
    assert "为什么退 取消了,要全退" in words
    assert "付款方式 演示付款(sandbox) " in words
    assert ("13812345678" in page.text, "王秀芳" in page.text) == (False, False)
    assert numbers(page)[PAGE] == ("退款异常,1 条待处理", "1")
    opened = await desk.send(f"{PAGE}/{refund_id}/contact#r-{refund_id}")
    assert "王秀芳 3.5 元" in said(opened)
    assert 'href="tel:13812345678"' in opened.text
    done = await desk.send(f"{PAGE}/{refund_id}/returned", way=WAY)
    assert "没有退不回去的钱" in said(done)
    assert numbers(done)[PAGE] == ("退款异常", "")
    async with house.database.transaction() as session:
        await relay(session, HANDLERS, now=house.clock())
    [[person]] = await district.rows("SELECT person_id FROM payment")
    async with house.database.read() as session:
        told = await notices.inbox(session, person, before=None, limit=9)
    assert [(each.title, each.text) for each in told] == [
        ("钱退给您了", "3.5 元已经由工作人员退给您。没有收到,请打电话给我们。"),
    ]  # fmt: skip


async def test_the_provider_is_asked_again(refund_id: UUID, desk: Browser, district: District) -> None:
    await desk.go(PAGE)
    page = await desk.send(f"{PAGE}/{refund_id}/retry")
    assert "没有退不回去的钱" in said(page)
    assert [tuple(row) for row in await district.rows("SELECT state, tries FROM refund")] == [
        ("requested", 1)
    ]


async def test_without_a_word_on_how_nothing_is_ended(
    refund_id: UUID, desk: Browser, district: District
) -> None:
    await desk.go(PAGE)
    page = await desk.send(f"{PAGE}/{refund_id}/returned", way=" ")
    assert page.status_code == 400
    assert "请写钱是怎样退的" in said(page)
    assert [tuple(row) for row in await district.rows("SELECT state FROM refund")] == [("abnormal",)]


async def test_other_desks_have_no_such_page(refund_id: UUID, browser: Browser, district: District) -> None:
    assert refund_id
    page = await sign_in_staff(browser, district)
    assert PAGE not in page.text
    assert (await browser.go(PAGE)).status_code == 403

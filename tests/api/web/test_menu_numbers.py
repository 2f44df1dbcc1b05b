"""How many wait, in the console's menu: on every page, without JavaScript, and live without reloading."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text

from accessibility.flows.tables import CallbackRequestRow
from api.app import compose
from api.lifespan import House
from scenes.common.kit.ids import new_id
from scenes.eldercare.jobs_sos import climb
from scenes.eldercare.service import sos_desk
from tests.api.web.test_kept_typing import sign_in as sign_in_at
from tests.api.web.test_pages import said, sign_in_staff
from tests.api.web.test_sos_pages import at_the_desk, household
from tests.scenes.common.payments.conftest import free_port, serving
from tests.support.sos import Household
from tests.support.storefront import Browser, District

__all__ = ["household"]

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 812}

_ENTRY = re.compile(
    r'<a href="(/staff/[^"]+)" accesskey="\w"[^>]*? aria-label="([^"]+)">[^<]+<span[^>]*>(.*?)</span>'
)


def numbers(page: httpx.Response) -> dict[str, tuple[str, str]]:
    """Read the menu's counted entries: by address, what is spoken and what is shown."""
    return {href: (unescape(spoken), shown) for href, spoken, shown in _ENTRY.findall(page.text)}


async def call_for_help(house: House, household: Household, who: Any = None) -> None:
    """Press the button and wait until the desk is called."""
    person_id = (who or household.elder).person_id
    await household.tap(person_id=person_id, raised_by=person_id)
    household.clock.advance(timedelta(seconds=11))
    await climb(house.works())


async def alarms(household: Household) -> list[UUID]:
    """Name every alarm there is."""
    async with household.database.read() as session:
        return list((await session.scalars(text("SELECT id FROM sos_alarm ORDER BY id"))).all())


async def test_the_menu_tells_how_many_wait_on_every_page(
    browser: Browser, district: District, household: Household, house: House
) -> None:
    await call_for_help(house, household)
    nothing = {"/staff/calls": ("电话通知", ""), "/staff/callbacks": ("回电", "")}
    one = {
        "/staff/eldercare": ("助老,1 条待处理", "1"), "/staff/sos": ("呼救,1 条待处理", "1"), **nothing,
    }  # fmt: skip
    assert numbers(await at_the_desk(browser, district)) == one
    assert numbers(await browser.go("/staff/stats")) == one
    assert numbers(await browser.go("/staff/keys")) == one
    [alarm] = await alarms(household)
    await browser.go(f"/staff/sos/{alarm}")
    await browser.send(f"/staff/sos/{alarm}/answer")
    assert numbers(await browser.send(f"/staff/sos/{alarm}/close", result="helped")) == {
        "/staff/eldercare": ("助老", ""), "/staff/sos": ("呼救", ""), **nothing,
    }  # fmt: skip


async def test_a_clinic_sees_only_what_it_may_open(
    browser: Browser, district: District, house: House
) -> None:
    page = await sign_in_staff(browser, district)
    assert numbers(page) == {"/staff/callbacks": ("回电", "")}
    async with house.database.transaction() as session:
        asked = {"person_id": district.me, "requested_by": district.me}
        session.add(CallbackRequestRow(id=new_id(), asked_at=house.clock(), **asked))
    district.clock.advance(timedelta(seconds=1))
    assert numbers(await browser.go("/staff/schedule")) == {"/staff/callbacks": ("回电,1 条待处理", "1")}


async def test_under_load_the_page_comes_without_numbers(
    browser: Browser, district: District, household: Household, house: House
) -> None:
    await call_for_help(house, household)
    await at_the_desk(browser, district)
    district.clock.advance(timedelta(seconds=2))
    async with house.database.read_for_many(), house.database.read_for_many():
        page = await browser.go("/staff/sos")
    assert (page.status_code, "陈" in said(page)) == (200, True)
    assert {shown for _, shown in numbers(page).values()} == {""}


@pytest.fixture
async def url(house: House, household: Household, page: Page) -> AsyncIterator[str]:
    assert household.elder
    async with serving(compose(house), free_port()) as url:
        yield url
        await page.close()  # it follows the menu's numbers, which this server would wait for


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_a_new_alarm_changes_the_number_without_reloading(  # noqa: PLR0913, PLR0917 - one fact each
    page: Page, url: str, district: District, household: Household, house: House, size: Any
) -> None:
    await page.set_viewport_size(size)
    await page.goto(f"{url}/staff/assist")
    await sign_in_at(page, "eldercare", district.totp())
    sos = page.get_by_role("navigation").locator("a[href='/staff/sos']")
    await expect(sos).to_have_accessible_name("呼救")
    await page.fill("#phone", "138")
    before = await places(page)
    opened = await page.evaluate("performance.timeOrigin")

    await call_for_help(house, household)
    await expect(sos).to_have_accessible_name("呼救,1 条待处理")
    await expect(sos).to_have_text("呼救1")
    await expect(page.get_by_role("navigation").get_by_role("status")).to_have_text(
        "助老,1 条待处理。呼救,1 条待处理"
    )
    assert await places(page) == before
    assert await page.input_value("#phone") == "138"

    [alarm] = await alarms(household)
    async with house.database.transaction() as session:
        await sos_desk.answer(session, household.staff, alarm, now=household.clock())
        await sos_desk.close(
            session, household.staff, alarm, result="helped", note="", cipher=house.cipher,
            now=household.clock(),
        )  # fmt: skip
    household.clock.advance(timedelta(seconds=1))
    await expect(sos).to_have_accessible_name("呼救")
    await expect(sos).to_have_text("呼救")
    assert await places(page) == before
    assert await page.evaluate("performance.timeOrigin") == opened


async def places(page: Page) -> list[list[float]]:
    """Measure where each entry of the menu and the page's own part stand."""
    return await page.evaluate(
        """() => [...document.querySelectorAll("nav a, nav button, main, h1")].map((node) => {
          const box = node.getBoundingClientRect();
          return [box.x, box.y, box.width, box.height];
        })"""
    )

"""Slips in a lift: what a phone keeps for where there is no network, and of whom."""

import re

import pytest
from playwright.async_api import Page

from tests.support.booked import PAID, hold_clinic, pay
from tests.support.demo_district import sign_in


@pytest.fixture
def url(demo: tuple[str, str]) -> str:
    return demo[0]


async def book_clinic(page: Page, url: str) -> str:
    """Book the first free number of a clinic and pay; answer the slip's address."""
    await hold_clinic(page, url)
    slip = f"{page.url}/slip"
    await pay(page)
    await page.locator(".tag", has_text=PAID).wait_for()
    return slip


async def kept(page: Page, url: str, path: str = "/") -> None:
    """Open a page and wait until the phone keeps what it should."""
    await page.goto(f"{url}{path}")
    await page.locator("html[data-kept=yes]").wait_for()


async def test_the_slip_is_there_without_a_network_until_somebody_else_takes_the_phone(
    url: str, page: Page
) -> None:
    await sign_in(page, url, 41)
    slip = await book_clinic(page, url)
    await page.goto(slip)
    code = await page.locator(".slip .code").inner_text()
    await kept(page, url)

    await page.context.set_offline(True)
    await page.goto(f"{url}/places")
    assert await page.locator("h1").inner_text() == "现在没有网络"
    assert code in await page.locator("main").inner_text()
    await page.locator(f'main a[href="{slip.removeprefix(url)}"]').click()
    assert await page.locator(".slip .code").inner_text() == code
    assert await page.locator(".slip .qr svg").is_visible()
    assert await page.locator(".slip .code").evaluate("node => getComputedStyle(node).fontWeight") == "700"

    await page.context.set_offline(False)
    await page.goto(f"{url}/me")
    await page.get_by_role("button", name="退出登录").click()
    await page.wait_for_url(f"{url}/")
    await page.locator("html[data-kept=yes]").wait_for()
    await sign_in(page, url, 42)
    await page.locator("html[data-kept=yes]").wait_for()
    await page.context.set_offline(True)
    await page.goto(f"{url}/me/bookings")
    assert code not in await page.locator("main").inner_text()
    await page.goto(slip)
    assert await page.locator("h1").inner_text() == "现在没有网络"


async def test_signing_out_forgets_even_without_a_network(url: str, page: Page) -> None:
    await sign_in(page, url, 43)
    slip = await book_clinic(page, url)
    await kept(page, url)
    await page.goto(f"{url}/me")
    await page.context.set_offline(True)
    await page.get_by_role("button", name="退出登录").click()
    await page.get_by_role("heading", name="现在没有网络").wait_for()
    assert await page.evaluate("caches.has('lc-slips')") is False
    await page.goto(slip)
    assert await page.locator(".code").count() == 0


async def test_nothing_but_slips_and_the_shells_files_is_kept(url: str, page: Page) -> None:
    await sign_in(page, url, 44)
    slip = await book_clinic(page, url)
    await kept(page, url)
    await kept(page, url, "/me/bookings")
    names = await page.evaluate(
        """async () => {
          const all = [];
          for (const name of await caches.keys())
            for (const each of await (await caches.open(name)).keys()) all.push(new URL(each.url).pathname);
          return all;
        }"""
    )
    kinds = {re.sub(r"[0-9a-f-]{36}", "…", name) for name in names if not name.startswith("/static/")}
    assert kinds == {"/offline", "/kept/owner", "/bookings/…/slip"}
    assert slip.removeprefix(url) in names


async def test_a_visitors_phone_says_that_there_is_no_network(url: str, page: Page) -> None:
    await kept(page, url)
    await page.context.set_offline(True)
    await page.goto(f"{url}/clinic")
    assert await page.locator("h1").inner_text() == "现在没有网络"
    assert await page.get_by_role("link", name="打电话给人工").is_visible()

"""A page that follows its booking misses nothing between being made and its stream's opening."""

import asyncio

from playwright.async_api import Page, Route

from tests.support.booked import PAID, hold_clinic, pay
from tests.support.demo_district import sign_in


async def test_a_payment_before_the_stream_opens_is_shown(demo: tuple[str, str], page: Page) -> None:
    url = demo[0]
    await sign_in(page, url, 45)
    opened = asyncio.Event()

    async def late(route: Route) -> None:
        await opened.wait()
        await route.continue_()

    await page.route("**/api/v1/bookings/*/events", late)
    await hold_clinic(page, url)

    elsewhere = await page.context.new_page()
    await elsewhere.goto(page.url)
    await pay(elsewhere)
    await elsewhere.locator(".tag", has_text=PAID).wait_for()
    assert await page.locator(".tag", has_text=PAID).count() == 0

    opened.set()
    await page.locator(".tag", has_text=PAID).wait_for()

"""A clinic booking made by hand in a browser: from the room's list to the payment sandbox and back."""

import re
from typing import Final

from playwright.async_api import Page

PAID: Final = "已约好"


async def hold_clinic(page: Page, url: str) -> None:
    """Hold the first free number of a clinic; the page shows the booking, to be paid."""
    await page.goto(f"{url}/clinic")
    await page.locator(".list a").first.click()
    await page.get_by_role("link", name=re.compile("^全科")).click()
    await page.locator(".slots a").first.click()
    await page.get_by_role("button", name="就约这个,去付款").click()


async def pay(page: Page) -> None:
    """Pay at the sandbox, and come back to the booking."""
    await page.get_by_role("button", name="去付款").click()
    await page.get_by_role("button", name="确认付款").click()
    await page.get_by_role("link", name="回到预约").click()

"""A resident's day in the demo, lived through its pages, so that there is something behind every address."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Page, expect

PATIENCE = 60_000
"""Milliseconds: what a step may take on a machine that has other things to do."""

Deed = Callable[[Page, str], Awaitable[None]]


async def book_a_doctor(tab: Page, url: str) -> None:
    await tab.goto(f"{url}/clinic?uiStyle=standard")
    await tab.locator(".list a").first.click()
    await tab.get_by_role("link", name=re.compile("^全科")).click()
    # whether today's numbers can still be called off hangs on the hour
    await tab.locator(".days a:not([aria-current])", has=tab.locator(".tag.ok, .tag.few")).first.click()
    await tab.locator(".slots a").first.click()
    await tab.get_by_role("button", name=re.compile("^就约这个")).click()
    await expect(tab).to_have_url(re.compile("/bookings/"))
    voucher = tab.url
    await tab.get_by_role("button", name="去付款").click()
    await tab.get_by_role("button", name="确认付款").click()
    await tab.get_by_role("link", name="回到预约").click()
    await expect(tab).to_have_url(voucher)
    await tab.locator(".tag", has_text="已约好").wait_for()


async def choose_breakfast(tab: Page, url: str) -> None:
    await tab.goto(f"{url}/breakfast")
    await tab.locator(".list a").first.click()
    await tab.locator(".days a").nth(1).click()
    await tab.locator(".dish select").first.select_option(index=1)
    await tab.locator("input[name=slot]").first.check()
    await tab.get_by_role("button", name="看看价钱").click()
    await expect(tab).to_have_url(re.compile("/quote"))


async def ask_for_help(tab: Page, url: str) -> None:
    await tab.goto(f"{url}/eldercare")
    await tab.locator("a[href^='/eldercare/services/']").first.click()
    await tab.locator("main form button[type=submit], main form button.btn").first.click()
    await expect(tab).to_have_url(re.compile("/eldercare/"))


async def begin_a_flow(tab: Page, url: str) -> None:
    await tab.goto(f"{url}/elder")
    await tab.locator("button.big.clinic").click()
    await expect(tab).to_have_url(re.compile("/elder/flows/"))


async def say_something(tab: Page, url: str) -> None:
    await tab.goto(f"{url}/elder")
    await tab.locator("form.say [name=text]").fill("我想看看")
    await tab.locator("form.say button").click()
    await expect(tab).to_have_url(re.compile("/elder/(say|flows)"))


async def call_for_help(tab: Page, url: str) -> None:
    await tab.goto(f"{url}/eldercare/sos")
    await tab.locator(".sos-big").click()
    await expect(tab.get_by_role("status").first).to_be_visible()


DEEDS: tuple[Deed, ...] = (
    book_a_doctor, choose_breakfast, ask_for_help, begin_a_flow, say_something, call_for_help,
)  # fmt: skip


async def live_a_day(tab: Page, url: str) -> list[str]:
    """Do each deed; return where each one led, as addresses within the site."""
    tab.set_default_timeout(PATIENCE)
    led: list[str] = []
    for deed in DEEDS:
        await deed(tab, url)
        led.append(tab.url.removeprefix(url))
    return led

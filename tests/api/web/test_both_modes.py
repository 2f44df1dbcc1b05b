"""Every scene from home to done in a real browser: standard and elder, with scripts and without."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from playwright.async_api import Browser, Locator, Page

from tests.support.demo_district import phone

MOST_TAPS = 5
OLD = 75
"""An age at which every service for elders is open to somebody."""

FLOWS = ("clinic", "breakfast", "eldercare", "charging")
BOOKED = {"给您留好了", "约好了", "订好了", "已经告诉他们了"}


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
async def hand(request: pytest.FixtureRequest, chrome: Browser) -> AsyncIterator[tuple[Page, int]]:
    """A phone with or without JavaScript, and the first of the residents that use it."""
    async with phone(chrome, scripts=request.param) as context:
        yield await context.new_page(), 10 if request.param else 30


async def tap(page: Page, what: Locator) -> None:
    """Tap what leads to another page, and wait for that."""
    async with page.expect_navigation():
        await what.click()


async def elder_from(url: str, number: int) -> int:
    """Name the first demo resident from a number on who is old enough for every service."""
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, timeout=20) as http:
        while (await http.post("/auth/demo", json={"residentNo": number})).json()["person"]["age"] < OLD:
            number += 1
    return number


async def come(page: Page, url: str, number: int, *, style: str) -> None:
    """Sign in as a demo resident and come home in a style."""
    await page.goto(f"{url}/sign-in")
    await page.fill("#no", str(number))
    await tap(page, page.get_by_role("button", name="登录", exact=True))
    await page.goto(f"{url}/?uiStyle={style}")


async def elder_taps(page: Page, flow: str) -> int:
    """Go from the elder home to the end of a flow by what each page offers first; count the taps."""
    await tap(page, page.locator(f'form[action="/elder/start/{flow}"] button'))
    taps = 1
    while await page.locator('form[action$="/back"]').count():
        sure = page.locator("button.yes")
        await tap(page, sure if await sure.count() else page.locator("button.pick").first)
        taps += 1
        assert taps <= MOST_TAPS, (flow, await page.locator("main").inner_text())
    return taps


@pytest.mark.parametrize("flow", FLOWS)
async def test_an_elder_is_done_in_five_taps(
    demo: tuple[str, str], hand: tuple[Page, int], flow: str
) -> None:
    (url, _), (page, first) = demo, hand
    number = first + FLOWS.index(flow)
    number = await elder_from(url, number) if flow == "eldercare" else number
    await come(page, url, number, style="elder")
    taps = await elder_taps(page, flow)
    done = re.sub(r"\s", "", await page.locator("h1").inner_text())
    assert (taps <= MOST_TAPS, done in BOOKED) == (True, True), (taps, done)
    assert await page.locator(".btn.help").is_visible()


async def clinic(page: Page) -> None:
    await tap(page, page.get_by_role("link", name="看病预约"))
    await tap(page, page.locator(".list a").first)
    await tap(page, page.get_by_role("link", name=re.compile("^全科")))
    await tap(page, page.locator(".slots a").first)
    await tap(page, page.get_by_role("button", name=re.compile("^就约这个")))


async def breakfast(page: Page) -> None:
    await tap(page, page.get_by_role("link", name="早餐").first)
    await tap(page, page.locator(".list a").first)
    await tap(page, page.locator(".days a").nth(1))
    await page.locator(".dish select").first.select_option(index=1)
    await page.locator("input[name=slot]").first.check()
    await tap(page, page.get_by_role("button", name="看看价钱"))
    await tap(page, page.get_by_role("button", name=re.compile("^就订这些")))


async def charging(page: Page) -> None:
    await tap(page, page.get_by_role("link", name="充电").first)
    await tap(page, page.get_by_role("link", name="去这里充"))
    await tap(page, page.get_by_role("link", name="约个时间来充"))
    await tap(page, page.locator("section .slots a").first)
    await tap(page, page.get_by_role("button", name="就约这个"))


async def eldercare(page: Page) -> None:
    await tap(page, page.get_by_role("link", name="助老服务"))
    await tap(page, page.locator('a[href^="/eldercare/services/"]').first)
    if await page.locator("input[name=window]").count():
        await page.locator("input[name=window]").first.check()
    if await page.locator("input[name=agreed]").count():
        await page.locator("input[name=agreed]").check()
    await tap(page, page.locator("form.form button[type=submit]"))


STANDARD: dict[str, Callable[[Page], Awaitable[None]]] = {
    "clinic": clinic, "breakfast": breakfast, "charging": charging, "eldercare": eldercare,
}  # fmt: skip


@pytest.mark.parametrize("scene", STANDARD)
async def test_a_resident_is_done_in_the_standard_style(
    demo: tuple[str, str], hand: tuple[Page, int], scene: str
) -> None:
    (url, _), (page, first) = demo, hand
    number = first + 10 + list(STANDARD).index(scene)
    number = await elder_from(url, number) if scene == "eldercare" else number
    await come(page, url, number, style="standard")
    await STANDARD[scene](page)
    assert re.fullmatch(r".*/(bookings|eldercare/requests)/[0-9a-f-]{36}", page.url.partition("?")[0])
    assert await page.locator('[role="alert"]').count() == 0
    voucher = page.url.removeprefix(url).partition("?")[0]
    await page.goto(f"{url}/eldercare" if "/requests/" in voucher else f"{url}/me/bookings")
    assert await page.locator(f'a[href^="{voucher}"]').count() == 1

"""The main journey in a real browser against the whole demo district, its payment provider included."""

import re
import subprocess
import sys
from time import time

from playwright.async_api import Page
from pyotp import TOTP

from api.settings import load_settings
from scenes.common.booking.voucher import VoucherSigner
from tests.scenes.common.payments.conftest import until
from tests.support.buyer import Buyer, Order
from tests.support.demo_district import demo_environment


def factors(folder: str, role: str) -> tuple[str, str]:
    """Read a demo desk's password and the present code."""
    told = subprocess.run(
        [sys.executable, "-m", "api", "demo-staff"],
        env=demo_environment(folder),
        capture_output=True,
        check=True,
    )
    _, password, secret, *_ = next(
        line.split() for line in told.stdout.decode().splitlines() if line.startswith(f"{role} ")
    )
    return password, TOTP(secret).at(int(time()))


async def fits(page: Page) -> bool:
    """Tell whether nothing hangs over the side."""
    return await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_from_the_first_page_to_the_paper_in_hand_and_to_the_desk(
    demo: tuple[str, str], page: Page
) -> None:
    url, folder = demo
    await page.goto(url)
    await page.get_by_role("link", name="看病预约").click()
    await page.locator(".list a").first.click()
    await page.get_by_role("link", name=re.compile("^全科")).click()
    assert await fits(page)
    await page.locator(".slots a").first.click()
    await page.fill("#no", "1")
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.get_by_role("button", name="就约这个,去付款").click()
    assert await page.locator(".tag").first.inner_text() == "待付款"
    voucher = page.url
    await page.get_by_role("button", name="去付款").click()
    await page.get_by_role("button", name="确认付款").click()
    await page.get_by_role("link", name="回到预约").click()
    assert page.url == voucher
    await page.locator(".tag", has_text="已约好").wait_for()
    code = await page.locator(".code").first.inner_text()
    await page.get_by_role("link", name="打印预约单").click()
    assert await page.locator(".slip .code").inner_text() == code
    for width, style in ((320, "standard"), (375, "elder"), (320, "elder")):
        await page.set_viewport_size({"width": width, "height": 812})
        for path in ("/", "/clinic", "/me", voucher.removeprefix(url), f"{voucher.removeprefix(url)}/slip"):
            await page.goto(f"{url}{path}?uiStyle={style}")
            assert await fits(page), (path, width, style)
    await at_the_desk(page, url, folder, code)


async def sign_in(page: Page, url: str, folder: str, role: str) -> None:
    password, totp = factors(folder, role)
    await page.context.clear_cookies()
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.goto(f"{url}/staff")
    await page.fill("#username", role)
    await page.fill("#password", password)
    await page.fill("#totp", totp)
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.wait_for_load_state()


async def at_the_desk(page: Page, url: str, folder: str, code: str) -> None:
    await sign_in(page, url, folder, "clinic")
    if "/board" not in page.url:
        await page.locator(".list a").first.click()
    await page.fill("#known", code)
    await page.press("#known", "Enter")
    assert "1 号" in await page.locator(".result").inner_text()


async def test_breakfast_from_the_first_page_to_paid_and_every_week(
    demo: tuple[str, str], page: Page
) -> None:
    url, _ = demo
    await page.goto(url)
    await page.get_by_role("link", name="早餐").first.click()
    await page.locator(".list a").first.click()
    await page.locator(".days a").nth(1).click()
    menu = page.url
    await page.locator(".dish select").first.select_option(index=1)
    await page.locator("input[name=slot]").first.check()
    await page.get_by_role("button", name="看看价钱").click()
    await page.fill("#no", "1")
    await page.get_by_role("button", name="登录", exact=True).click()
    quote = page.url
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="就订这些,去付款").click()
    voucher = page.url
    await page.get_by_role("button", name="去付款").click()
    await page.get_by_role("button", name="确认付款").click()
    await page.get_by_role("link", name="回到预约").click()
    assert page.url == voucher
    await page.locator(".tag", has_text="已约好").wait_for()
    await page.goto(f"{url}/breakfast/repeats")
    assert await page.get_by_role("button", name="下一次不要").count() == 1
    for width, style in ((320, "standard"), (375, "elder"), (320, "elder")):
        await page.set_viewport_size({"width": width, "height": 812})
        for shown in (f"{url}/breakfast", menu, quote, voucher, f"{url}/breakfast/repeats"):
            await page.goto(f"{shown}{'&' if '?' in shown else '?'}uiStyle={style}")
            assert await fits(page), (shown, width, style)


async def knows(page: Page, place_id: str, code: str) -> None:
    """Wait until the counter has an order in its list."""
    await until(lambda: page.evaluate(f"localStorage.getItem('counter:{place_id}')?.includes('{code}')"))


async def cut_off(page: Page) -> None:
    """Take the network away; the browser's own switch comes late to a page that is loaded anew."""
    await page.context.set_offline(True)
    await page.context.route("**/api/**", lambda route: route.abort())


async def connect_again(page: Page) -> None:
    await page.context.unroute("**/api/**")
    await page.context.set_offline(False)
    await page.evaluate("dispatchEvent(new Event('online'))")


async def fetched(page: Page, words: str) -> str:
    """Type something at the counter and return what it says."""
    await page.locator("#counter-result").evaluate("node => node.replaceChildren()")
    await page.fill("#known", words)
    await page.press("#known", "Enter")
    await page.locator("#counter-result p").wait_for()
    return await page.locator("#counter-result").inner_text()


async def test_the_breakfast_counter_goes_on_without_network(demo: tuple[str, str], page: Page) -> None:
    url, folder = demo
    async with Buyer(url) as buyer:
        here, elsewhere = await buyer.points(2)
        first, second = [await buyer.paid_breakfast(here) for _ in range(2)]
        other = await buyer.paid_breakfast(elsewhere)
        await sign_in(page, url, folder, "breakfast")
        await page.goto(f"{url}/staff/breakfast/counter?placeId={here}")
        await page.locator("[data-ready=yes]").wait_for(state="attached")
        await knows(page, here, first.code)
        await cut_off(page)
        signer = VoucherSigner(load_settings(demo_environment(folder)).secret_key)
        signed = signer.text_of(second)
        forged = signed[:-4] + ("AAAA" if not signed.endswith("AAAA") else "BBBB")
        assert await fetched(page, "00000000") == "没有找到这个取餐码。"
        assert "不是我们发的" in await fetched(page, forged)
        assert await fetched(page, signer.text_of(other)) == "这一份不在这里取。"
        assert "可以交给顾客" in await fetched(page, f"{first.code[:4]} {first.code[4:]}")
        assert "已经取走了" in await fetched(page, first.code)
        assert "可以交给顾客" in await fetched(page, signed)
        await page.fill("#known", "1234")
        await page.reload()
        assert await page.input_value("#known") == "1234"
        assert await page.locator("#counter-waiting").inner_text() == "2"
        assert "已经取走了" in await fetched(page, signed)
        assert await buyer.states(first, second) == ["confirmed", "confirmed"]
        await connect_again(page)
        await page.locator("#counter-waiting", has_text=re.compile("^0$")).wait_for()
        assert await buyer.states(first, second, other) == ["fulfilled", "fulfilled", "confirmed"]
        assert await page.locator("#counter-troubles").inner_text() == "0"
        await handed_out_elsewhere_meanwhile(page, url, here, await buyer.paid_breakfast(here))


async def handed_out_elsewhere_meanwhile(page: Page, url: str, here: str, order: Order) -> None:
    """Two counters, one without network, hand the same order out: the later word is shown for a person."""
    await page.reload()
    await knows(page, here, order.code)
    await page.route("**/api/v1/staff/redeem", lambda route: route.abort())
    assert "可以交给顾客" in await fetched(page, order.code)
    there = await page.context.new_page()
    await there.goto(f"{url}/staff/breakfast?placeId={here}")
    await there.fill("#known", order.code)
    await there.press("#known", "Enter")
    await there.locator(".result").wait_for()
    await page.unroute("**/api/v1/staff/redeem")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.locator("#counter-waiting", has_text=re.compile("^0$")).wait_for()
    assert "已经取走了" in await page.locator("#counter-refused").inner_text()
    await page.get_by_role("button", name="处理好了").click()
    assert await page.locator("#counter-troubles").inner_text() == "0"

"""The main journey in a real browser against the whole demo district, its payment provider included."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time

import pytest
from playwright.async_api import Page, async_playwright
from pyotp import TOTP

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 120


def _environment(folder: str) -> dict[str, str]:
    return os.environ | {"LIFECIRCLE_DATA_DIR": folder, "LIFECIRCLE_DEMO": "1", "PYTHONUNBUFFERED": "1"}


def _demo(folder: str, log: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the demo district on a free port and wait until it says where it serves."""
    argv = [sys.executable, "-m", "api", "demo", "--data-dir", folder, "--residents", "60", "--port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen(argv, env=_environment(folder), stdout=subprocess.PIPE, stderr=output)  # noqa: S603
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(rb"ready (http\S+)", line)
        if found:
            return process, found[1].decode()
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[str, str]]:
    with TemporaryDirectory(prefix="lc-journey-") as folder:
        Path(folder).chmod(0o755)
        process, url = _demo(f"{folder}/data", Path(folder) / "log")
        try:
            yield url, f"{folder}/data"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(START_SECONDS)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    if CHROMIUM is None:
        pytest.fail("the page tests need a browser: apt-get install -y chromium fonts-noto-cjk")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(viewport={"width": 375, "height": 812}, locale="zh-CN")
        yield await context.new_page()
        await browser.close()


def _clinic_factors(folder: str) -> tuple[str, str]:
    """Read the demo desk's password and the present code."""
    told = subprocess.run(
        [sys.executable, "-m", "api", "demo-staff"], env=_environment(folder), capture_output=True, check=True
    )
    _, password, secret, *_ = next(
        line.split() for line in told.stdout.decode().splitlines() if line.startswith("clinic ")
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


async def at_the_desk(page: Page, url: str, folder: str, code: str) -> None:
    password, totp = _clinic_factors(folder)
    await page.context.clear_cookies()
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.goto(f"{url}/staff")
    await page.fill("#username", "clinic")
    await page.fill("#password", password)
    await page.fill("#totp", totp)
    await page.get_by_role("button", name="登录", exact=True).click()
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

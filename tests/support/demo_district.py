"""The whole demo district as a process of its own, and a phone's browser that looks at it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.support.folders import fast_folder

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 120
PHONE = {"width": 375, "height": 812}


def demo_environment(folder: str) -> dict[str, str]:
    """Return what commands of the demo in a folder need."""
    return os.environ | {"LIFECIRCLE_DATA_DIR": folder, "LIFECIRCLE_DEMO": "1", "PYTHONUNBUFFERED": "1"}


@contextmanager
def demo_district(residents: int = 60) -> Iterator[tuple[str, str]]:
    """Run the demo on a free port; give its address and its folder."""
    with TemporaryDirectory(prefix="lc-demo-", dir=fast_folder()) as folder:
        Path(folder).chmod(0o755)
        process, url = _started(f"{folder}/data", Path(folder) / "log", residents)
        try:
            yield url, f"{folder}/data"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(START_SECONDS)


class SharedDemo:
    """One demo for several tests: started for the first that asks, and again for one after its end."""

    def __init__(self) -> None:
        self._open: ExitStack | None = None
        self._found = ("", "")

    def running(self) -> tuple[str, str]:
        """Return its address and its folder."""
        if self._open is None:
            self._open = ExitStack()
            self._found = self._open.enter_context(demo_district())
        return self._found

    def end(self) -> None:
        """End it, if it runs."""
        if self._open is not None:
            self._open.close()
            self._open = None


def _started(folder: str, log: Path, residents: int) -> tuple[subprocess.Popen[bytes], str]:
    """Start it and wait until it says where it serves."""
    argv = [
        sys.executable,
        "-m",
        "api",
        "demo",
        "--data-dir",
        folder,
        "--residents",
        str(residents),
        "--port",
        "0",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(argv, env=demo_environment(folder), stdout=subprocess.PIPE, stderr=output)  # noqa: S603
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(rb"ready (http\S+)", line)
        if found:
            return process, found[1].decode()
    raise AssertionError(log.read_text())


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium without a screen."""
    if CHROMIUM is None:
        pytest.fail("the page tests need a browser: apt-get install -y chromium fonts-noto-cjk")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def phone(browser: Browser, *, scripts: bool = True) -> AsyncIterator[BrowserContext]:
    """Take a new phone of 375 px, with JavaScript or without; it shares nothing with another one."""
    context = await browser.new_context(
        viewport=PHONE,  # pyright: ignore[reportArgumentType]
        locale="zh-CN",
        java_script_enabled=scripts,
    )
    yield context
    await context.close()


async def sign_in(page: Page, url: str, number: int = 1) -> None:
    """Sign in as a demo resident."""
    await page.goto(f"{url}/sign-in")
    await page.fill("#no", str(number))
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.wait_for_url(f"{url}/")

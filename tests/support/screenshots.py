"""Pictures of every main page in both styles, out of a demo district somebody has lived a day in.

`python -m tests.support.screenshots [FOLDER]` (`make screenshots`) makes the district in a temporary folder
and writes docs/screenshots/. Look at what it wrote before committing it.
"""

import asyncio
import io
import re
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from tests.support.demo_district import CHROMIUM, FLAGS, PHONE, demo_district, demo_environment, sign_in
from tests.support.lived_in import live_a_day
from tests.support.sites import Reader

FOLDER: Final = Path("docs/screenshots")
DESK: Final = {"width": 1280, "height": 800}
TALLEST: Final = 1400
"""CSS pixels shown of a long page on a phone."""

COLOURS: Final = 128
_VENUE: Final = re.compile(r"placeId=[0-9a-f-]{36}")
STYLES: Final = ("standard", "elder")


class Shot(NamedTuple):
    """A page: its name, its address, and the links to follow from there (a selector each)."""

    name: str
    path: str
    follow: tuple[str, ...] = ()


FIRST: Final = ".list a"
NEXT_DAY: Final = ("a:has-text('后一天')",)
"""What can be ordered today depends on the hour."""

RESIDENT: Final = (
    Shot("home", "/"),
    Shot("places", "/places"),
    Shot("search", "/search?q=doujiang"),
    Shot("clinic", "/clinic"),
    Shot("department", "/clinic", (FIRST, "a:has-text('全科')")),
    Shot("number", "/clinic", (FIRST, "a:has-text('全科')", ".slots a")),
    Shot("breakfast", "/breakfast"),
    Shot("menu", "/breakfast", (FIRST,)),
    Shot("charging", "/charging"),
    Shot("station", "/charging", (FIRST,)),
    Shot("eldercare", "/eldercare"),
    Shot("service", "/eldercare", ("a[href^='/eldercare/services/']",)),
    Shot("sos", "/eldercare/sos"),
    Shot("wellbeing", "/eldercare/wellbeing"),
    Shot("readings", "/eldercare/readings"),
    Shot("bookings", "/me/bookings"),
    Shot("family", "/me/family"),
    Shot("inbox", "/me/inbox"),
    Shot("me", "/me"),
    Shot("preferences", "/preferences"),
    Shot("accessibility", "/accessibility"),
    Shot("offline", "/offline"),
    Shot("sign-in", "/sign-in"),
)
ELDER_ONLY: Final = (Shot("elder", "/elder"), Shot("elder-all", "/elder/all"))
STAFF: Final = {
    "clinic": (
        Shot("board", "/staff/board"), Shot("schedule", "/staff/schedule"), Shot("walk-in", "/staff/walk-in"),
        Shot("stats", "/staff/stats"),
    ),
    "breakfast": (
        Shot("breakfast", "/staff/breakfast"), Shot("kitchen", "/staff/breakfast/kitchen"),
        Shot("counter", "/staff/breakfast/counter"), Shot("order-for", "/staff/breakfast/walk-in", NEXT_DAY),
    ),
    "charging": (Shot("charging", "/staff/charging"), Shot("tariffs", "/staff/charging/tariffs"),
        Shot("reserve-for", "/staff/charging/walk-in", NEXT_DAY),
    ),
    "eldercare": (
        Shot("sos", "/staff/sos"), Shot("care", "/staff/eldercare"), Shot("care-map", "/staff/eldercare/map"),
        Shot("wellbeing", "/staff/wellbeing"), Shot("readings", "/staff/readings"),
        Shot("callbacks", "/staff/callbacks"),
    ),
    "district": (Shot("coverage", "/staff/coverage"), Shot("import", "/staff/import"),
        Shot("stuck-refunds", "/staff/stuck-refunds"),
    ),
    "auditor": (Shot("audit", "/staff/audit"),),
}  # fmt: skip


class Camera:
    """Takes pictures in one tab and keeps them small."""

    def __init__(self, tab: Page, folder: Path, url: str) -> None:
        self.tab = tab
        self.folder = folder
        self.url = url

    async def take(self, shot: Shot, name: str, *, style: str | None = None) -> None:
        """Go to a page and picture it."""
        await self.tab.goto(_styled(f"{self.url}{shot.path}", style))
        for selector in shot.follow:
            await self.tab.locator(selector).first.click()
            await self.tab.wait_for_load_state()
        await self.picture(name)

    async def picture(self, name: str) -> None:
        """Picture the page that is shown, from its top to `TALLEST`."""
        size = self.tab.viewport_size
        assert size is not None
        whole = await self.tab.evaluate("document.documentElement.scrollHeight")
        taller: Any = size | {"height": max(size["height"], min(whole, TALLEST))}
        await self.tab.set_viewport_size(taller)  # so that what sticks to the lower edge is there
        taken = await self.tab.screenshot()
        await self.tab.set_viewport_size(size)
        with Image.open(io.BytesIO(taken)) as image:
            small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(self.folder / f"{name}.png", optimize=True)
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()


def _styled(address: str, style: str | None) -> str:
    if style is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}uiStyle={style}"


@asynccontextmanager
async def tab_of(browser: Browser, size: dict[str, int], **how: Any) -> AsyncGenerator[Page]:
    """Open a window of a size, twice as dense on a phone."""
    dense = 2 if size is PHONE else 1
    viewport: Any = size
    context = await browser.new_context(
        viewport=viewport, device_scale_factor=dense, locale="zh-CN", reduced_motion="reduce",
        service_workers="block", **how,
    )  # fmt: skip
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def residents(browser: Browser, folder: Path, url: str) -> None:
    """Picture what a resident sees, in both styles, after a day of theirs."""
    async with tab_of(browser, PHONE) as tab:
        await sign_in(tab, url)
        led = await live_a_day(tab, url)
        camera = Camera(tab, folder, url)
        voucher = next(path for path in led if path.startswith("/bookings/"))
        flow = next(path for path in led if path.startswith("/elder/flows/"))
        own = (Shot("booking", voucher), Shot("slip", f"{voucher}/slip"))
        for style in STYLES:
            tail = "" if style == "standard" else "-elder"
            for shot in (*RESIDENT, *own):
                await camera.take(shot, f"{shot.name}{tail}", style=style)
        for shot in (*ELDER_ONLY, Shot("elder-flow", flow)):
            await camera.take(shot, shot.name, style="elder")


async def looks(browser: Browser, folder: Path, url: str) -> None:
    """Picture the home in the other colours, on the narrowest phone, and the living page of components."""
    home = Shot("home", "/")
    for name, how in (("dark", {"color_scheme": "dark"}), ("contrast", {"contrast": "more"})):
        async with tab_of(browser, PHONE, **how) as tab:
            await Camera(tab, folder, url).take(home, f"home-{name}")
    async with tab_of(browser, {"width": 320, "height": 640}) as tab:
        await Camera(tab, folder, url).take(home, "home-320")
    async with tab_of(browser, DESK) as tab:
        await Camera(tab, folder, url).take(Shot("design", "/design"), "design")
        await Camera(tab, folder, url).take(Shot("places", "/places"), "places-desk")


async def consoles(browser: Browser, folder: Path, url: str, data: str) -> None:
    """Picture the desks of each role."""
    for role, (password, secret) in _factors(data).items():
        if role not in STAFF:
            continue
        reader = await Reader(url).staff(role, password, secret)
        async with tab_of(browser, DESK) as tab:
            cookies: Any = reader.cookies()
            await tab.context.add_cookies(cookies)
            await tab.goto(f"{url}/staff")
            venue = _VENUE.search(await tab.content())
            for shot in STAFF[role]:
                own = shot._replace(path=f"{shot.path}?{venue[0]}") if venue else shot
                await Camera(tab, folder, url).take(own, f"staff-{shot.name}")


def _factors(data: str) -> dict[str, tuple[str, str]]:
    argv = [sys.executable, "-m", "api", "demo-staff"]
    done = subprocess.run(argv, env=demo_environment(data), capture_output=True, check=True)  # noqa: S603
    lines = (line.split() for line in done.stdout.decode().splitlines())
    return {line[0]: (line[1], line[2]) for line in lines if len(line) > 2 and re.fullmatch(r"\w+", line[0])}


async def _main(folder: Path) -> None:
    with demo_district(residents=1000) as (url, data):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            await residents(browser, folder, url)
            await looks(browser, folder, url)
            await consoles(browser, folder, url, data)
            await browser.close()


def main(argv: Sequence[str]) -> None:
    """Write the pictures."""
    folder = Path(argv[0]) if argv else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_main(folder))


if __name__ == "__main__":
    main(sys.argv[1:])

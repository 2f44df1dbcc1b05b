"""Checking pages that somebody named, or a whole site, and publishing what it came to."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx
import msgspec

from accessibility.checker.browser import browsing, looking
from accessibility.checker.crawling import crawl
from accessibility.checker.looking import SCALES, WIDTHS, look_at, shown_in
from accessibility.checker.measured import Setting, Ui
from accessibility.checker.publishing import publish
from accessibility.checker.report import Looked, Score
from api.settings import Settings
from scenes.common.kit.database import Database
from scenes.common.kit.looks import UI_COOKIE

if TYPE_CHECKING:
    from playwright.async_api import Browser

UIS: Final[tuple[Ui, Ui]] = ("standard", "elder")
SECONDS: Final = 30
"""What one answer may take while links are followed."""

Cookies = list[dict[str, Any]]
Tell = Callable[[str], None]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be checked, and how: `resident` signs in as one of the demo's first."""

    urls: Sequence[str]
    uis: Sequence[Ui] = UIS
    widths: Sequence[int] = WIDTHS
    scales: Sequence[float] = SCALES
    resident: int | None = None
    axe: bool = True
    whole: bool = False
    """Whether the links of these pages are followed, as this resident and as a visitor."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Pages of one site, and the cookies of who reads them."""

    urls: Sequence[str]
    cookies: Cookies


async def looks(wanted: Wanted, tell: Tell) -> list[Looked]:
    """Look at every page in every setting; tells how far it is. Raises CheckerMissing."""
    found: list[Looked] = []
    async with browsing() as browser:
        mine = await _signed_in(browser, wanted) if wanted.resident is not None else []
        named = [Reading(urls=wanted.urls, cookies=mine)]
        for reading in await _followed(wanted, mine) if wanted.whole else named:
            for ui in wanted.uis:
                found += await _read(browser, wanted, reading, ui=ui, tell=tell)
    return found


async def _read(browser: "Browser", wanted: Wanted, reading: Reading, *, ui: Ui, tell: Tell) -> list[Looked]:
    """Look at one reader's pages in one style."""
    urls = [url for url in reading.urls if not wanted.whole or shown_in(ui, url)]
    style: Cookies = [{"name": UI_COOKIE, "value": ui, "url": site} for site in sorted(set(map(_site, urls)))]
    kept = [each for each in reading.cookies if each["name"] != UI_COOKIE]
    looking_at = look_at(
        browser, urls, ui=ui, cookies=[*kept, *style],
        widths=wanted.widths, scales=wanted.scales, axe=wanted.axe,
    )  # fmt: skip
    found: list[Looked] = []
    told: set[str] = set()
    async for look in looking_at:
        if look.path not in told:
            told.add(look.path)
            tell(f"{ui} {len(told)} of {len(urls)}: {look.path}")
        found.append(look)
    return found


async def _followed(wanted: Wanted, mine: Cookies) -> list[Reading]:
    """Find the pages of the site: a visitor's are those of a kind that the resident does not see."""
    site = _site(wanted.urls[0])
    starts = [_within(url) for url in wanted.urls if _site(url) == site]
    readings: list[Reading] = []
    known: set[str] = set()
    for cookies in [mine, Cookies()] if mine else [mine]:
        pages: dict[str, list[str]] = {}
        for ui in wanted.uis:
            for kind, addresses in (await _crawled(site, starts, cookies, ui=ui)).items():
                pages.setdefault(kind, addresses)
        urls = [f"{site}{each}" for kind, found in pages.items() if kind not in known for each in found]
        known |= pages.keys()
        readings.append(Reading(urls=urls, cookies=cookies))
    return readings if known else [Reading(urls=wanted.urls, cookies=mine)]


async def _crawled(site: str, starts: Sequence[str], cookies: Cookies, *, ui: Ui) -> dict[str, list[str]]:
    """Follow links in one style; nothing where the site does not answer."""
    kept = {str(each["name"]): str(each["value"]) for each in cookies} | {UI_COOKIE: ui}
    sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
    async with httpx.AsyncClient(base_url=site, headers=sent, timeout=SECONDS) as http:
        try:
            return await crawl(http, starts)
        except httpx.TransportError:
            return {}


async def _signed_in(browser: "Browser", wanted: Wanted) -> Cookies:
    """Sign in through the demo's own page; return the cookies it gave."""
    async with looking(browser, Setting()) as tab:
        await tab.goto(f"{_site(wanted.urls[0])}/sign-in")
        await tab.locator("#no").fill(str(wanted.resident))
        await tab.locator("form:has(#no) button").click()
        await tab.wait_for_load_state()
        return [dict(cookie) for cookie in await tab.context.cookies()]


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _within(url: str) -> str:
    return url.removeprefix(_site(url)) or "/"


def publish_score(settings: Settings, score: Score) -> None:
    """Let `/accessibility` show this score."""

    async def write() -> None:
        database = Database(settings.database_url or "", pool_size=2)
        try:
            async with database.transaction() as session:
                await publish(session, score)
        finally:
            await database.close()

    asyncio.run(write())

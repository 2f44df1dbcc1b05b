"""Checking pages that somebody named, or a whole site, and publishing what it came to."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx
import msgspec

from accessibility.checker.browser import browsing
from accessibility.checker.crawling import CONSOLE, console_kind, crawl, in_console, kind_of
from accessibility.checker.looking import SCALES, WIDTHS, look_at, shown_in
from accessibility.checker.measured import Ui
from accessibility.checker.publishing import publish
from accessibility.checker.report import Looked, Score
from api.settings import Settings
from api.signing_in import Cookies, Now, StaffLogin, as_resident, as_staff
from scenes.common.kit.clock import system_clock
from scenes.common.kit.database import Database
from scenes.common.kit.looks import SCALES as TYPE_SIZES
from scenes.common.kit.looks import UI_COOKIE, Look

if TYPE_CHECKING:
    from playwright.async_api import Browser

UIS: Final[tuple[Ui, Ui]] = ("standard", "elder")
SECONDS: Final = 30
"""What one answer may take while links are followed."""

Tell = Callable[[str], None]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be checked, and how: `resident` signs in as one of the demo's first.

    What readers chose for themselves comes on top of the host's enlargements (`scales`).
    """

    urls: Sequence[str]
    uis: Sequence[Ui] = UIS
    widths: Sequence[int] = WIDTHS
    scales: Sequence[float] = SCALES
    resident: int | None = None
    staff: Sequence[StaffLogin] = ()
    dark: bool = False
    """Whether the readers' device asks for dark pages."""
    type_size: int = TYPE_SIZES[0]
    """Per cent of the style's own type that the readers have chosen, one of TYPE_SIZES."""
    high_contrast: bool = False
    """Whether they have chosen high contrast."""
    axe: bool = True
    whole: bool = False
    """Whether the links of these pages are followed, as this resident, as a visitor and as these staff."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Pages of one site, and the cookies of who reads them."""

    urls: Sequence[str]
    cookies: Cookies


class Follower(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who follows links from some pages, in some styles, to pages of some kinds."""

    cookies: Cookies
    starts: Sequence[str]
    uis: Sequence[Ui]
    kind: Callable[[str], str | None]


async def looks(wanted: Wanted, tell: Tell, *, now: Now = system_clock) -> list[Looked]:
    """Look at every page in every setting; tells how far it is. Raises CheckerMissing, NotLetIn."""
    found: list[Looked] = []
    async with browsing() as browser:
        for reading in await _readings(browser, wanted, now=now):
            for ui in wanted.uis:
                found += await _read(browser, wanted, reading, ui=ui, tell=tell)
    return found


async def _readings(browser: "Browser", wanted: Wanted, *, now: Now) -> list[Reading]:
    """Sign in whoever is named, and say which pages each of them reads."""
    site = _site(wanted.urls[0])
    mine = await as_resident(browser, site, wanted.resident) if wanted.resident is not None else Cookies()
    staff = [await as_staff(browser, site, login, now=now) for login in wanted.staff]
    if wanted.whole:
        return await _followed(wanted, mine, staff)
    signed_in = [each for each in (mine, *staff) if each]
    return [Reading(urls=wanted.urls, cookies=cookies) for cookies in signed_in or [Cookies()]]


async def _read(browser: "Browser", wanted: Wanted, reading: Reading, *, ui: Ui, tell: Tell) -> list[Looked]:
    """Look at one reader's pages in one style."""
    urls = [url for url in reading.urls if not wanted.whole or shown_in(ui, url)]
    look = Look(ui=ui, scale=wanted.type_size, contrast="high" if wanted.high_contrast else "normal")
    chosen = {cookie.key: cookie.value for cookie in look.cookies()}
    style: Cookies = [
        {"name": name, "value": value, "url": site}
        for site in sorted(set(map(_site, urls)))
        for name, value in chosen.items()
    ]
    kept = [each for each in reading.cookies if each["name"] not in chosen]
    looking_at = look_at(
        browser, urls, ui=ui, cookies=[*kept, *style],
        widths=wanted.widths, scales=wanted.scales, dark=wanted.dark, axe=wanted.axe,
    )  # fmt: skip
    found: list[Looked] = []
    told: set[str] = set()
    async for look in looking_at:
        if look.path not in told:
            told.add(look.path)
            tell(f"{ui} {len(told)} of {len(urls)}: {look.path}")
        found.append(look)
    return found


async def _followed(wanted: Wanted, mine: Cookies, staff: Sequence[Cookies]) -> list[Reading]:
    """Find the pages of the site; of a kind that one reader is shown, later ones are not looked at."""
    site = _site(wanted.urls[0])
    readings: list[Reading] = []
    known: set[str] = set()
    for follower in _followers(wanted, site, mine, staff):
        pages: dict[str, list[str]] = {}
        for ui in follower.uis:
            for kind, addresses in (await _crawled(site, follower, ui=ui)).items():
                pages.setdefault(kind, addresses)
        urls = [f"{site}{each}" for kind, found in pages.items() if kind not in known for each in found]
        known |= pages.keys()
        readings.append(Reading(urls=urls, cookies=follower.cookies))
    return readings if known else [Reading(urls=wanted.urls, cookies=mine)]


def _followers(wanted: Wanted, site: str, mine: Cookies, staff: Sequence[Cookies]) -> list[Follower]:
    """Say who follows links, in order: the resident, a visitor, then staff, and these within the console.

    Where only the console was named, and for staff, nobody else is sent.
    """
    starts = [_within(url) for url in wanted.urls if _site(url) == site]
    public = [each for each in starts if not staff or not in_console(urlsplit(each).path)]
    residents = ([mine, Cookies()] if mine else [mine]) if public else []
    return [
        *(Follower(cookies=each, starts=public, uis=wanted.uis, kind=kind_of) for each in residents),
        *(
            Follower(cookies=each, starts=[CONSOLE, *starts], uis=("standard",), kind=console_kind)
            for each in staff
        ),
    ]


async def _crawled(site: str, follower: Follower, *, ui: Ui) -> dict[str, list[str]]:
    """Follow links in one style; nothing where the site does not answer."""
    kept = {str(each["name"]): str(each["value"]) for each in follower.cookies} | {UI_COOKIE: ui}
    sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
    async with httpx.AsyncClient(base_url=site, headers=sent, timeout=SECONDS) as http:
        try:
            return await crawl(http, follower.starts, kind=follower.kind)
        except httpx.TransportError:
            return {}


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

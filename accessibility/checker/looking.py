"""Looks at pages in every setting that matters: both styles, two widths, the host's enlargements, spacing."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec

from accessibility.checker.browser import HEIGHT, axe_findings, checked, look_again, looking
from accessibility.checker.crawling import in_console
from accessibility.checker.measured import Finding, Page, Setting, Ui
from accessibility.checker.report import Looked
from accessibility.checker.structure import help_place
from accessibility.checker.verdicts import help_moves

if TYPE_CHECKING:
    from playwright.async_api import Browser
    from playwright.async_api import Page as Tab

WIDTHS: Final = (375, 320)
SCALES: Final = (1.0, 1.4, 1.5)
DESK: Final = 1280
ENTRIES: Final = ("/", "/elder", "/me", "/me/looks")
"""The home page and the settings, which lead to 长辈版."""


def settings_for(
    path: str,
    ui: Ui,
    *,
    widths: Sequence[int] = WIDTHS,
    scales: Sequence[float] = SCALES,
    dark: bool = False,
) -> list[Setting]:
    """List how a page is looked at, smallest text first; the desk's pages on a desk too, and not enlarged."""
    staff = in_console(path)
    entry = path in ENTRIES
    if staff:
        return [Setting(ui=ui, width=width, staff=True, dark=dark) for width in (DESK, *widths)]
    looks = [
        Setting(ui=ui, width=width, scale=scale, entry=entry, dark=dark)
        for scale in scales
        for width in widths
    ]
    spaced = msgspec.structs.replace(looks[0], width=min(widths), scale=max(scales), spaced=True)
    return [*looks, spaced]


def shown_in(ui: Ui, path: str) -> bool:
    """Tell whether an address is to be looked at in a style: elder mode and the console have one each."""
    there = urlsplit(path).path
    return not (there == "/elder" or there.startswith("/elder/") if ui == "standard" else in_console(there))


async def look_at(  # noqa: PLR0913 - each is one fact of the look
    browser: "Browser",
    addresses: Iterable[str],
    *,
    ui: Ui,
    cookies: Sequence[dict[str, Any]] = (),
    widths: Sequence[int] = WIDTHS,
    scales: Sequence[float] = SCALES,
    dark: bool = False,
    axe: bool = True,
) -> AsyncGenerator[Looked]:
    """Open pages one after the other, once each, and judge them in each setting.

    axe-core looks at each page once. What stands elsewhere than on the other pages is told at the end.
    """
    places: dict[Setting, dict[str, tuple[float, float]]] = {}
    async with looking(browser, Setting(ui=ui, width=widths[0], dark=dark), cookies) as tab:
        for address in addresses:
            wanted = settings_for(urlsplit(address).path or "/", ui, widths=widths, scales=scales, dark=dark)
            if not await _opened(tab, address, wanted[0]):
                yield Looked(path=address, setting=wanted[0], findings=[_unopened(address)])
                continue
            for order, setting in enumerate(wanted):
                await look_again(tab, setting)
                page, found = await checked(tab, setting)
                if axe and order == 0:
                    found += await axe_findings(tab, setting)
                _note_help(places, address, page, setting=setting)
                yield Looked(path=address, setting=setting, findings=found)
    for setting, by_page in places.items():
        for address, finding in help_moves(by_page):
            yield Looked(path=address, setting=setting, findings=[finding])


async def _opened(tab: "Tab", address: str, setting: Setting) -> bool:
    """Open a page; tell whether there is one, also where the site is down."""
    from playwright.async_api import Error  # noqa: PLC0415 - only who checks needs it

    await tab.set_viewport_size({"width": setting.width, "height": HEIGHT})
    try:
        answer = await tab.goto(address, wait_until="load")
    except Error:
        return False
    return answer is not None and answer.ok


def _unopened(address: str) -> Finding:
    return Finding(criterion="opens", path="html", seen=f"no page at {address}", needed="a page")


def _note_help(
    places: dict[Setting, dict[str, tuple[float, float]]], address: str, page: Page, *, setting: Setting
) -> None:
    place = help_place(page, setting)
    if place is not None:
        shared = msgspec.structs.replace(setting, entry=False, staff=False)
        places.setdefault(shared, {})[address] = place

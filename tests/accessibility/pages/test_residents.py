"""Every page a resident can open, in both styles, at every size: nothing for the checker or axe to find."""

import re

import pytest
from playwright.async_api import Browser

from accessibility.checker.browser import looking
from accessibility.checker.looking import look_at, shown_in
from accessibility.checker.measured import Setting, Ui
from scenes.common.kit.looks import SCALE_COOKIE
from tests.accessibility.pages.conftest import silent
from tests.support.lived_in import live_a_day
from tests.support.sites import Reader, merged

NO_PAGE = {
    "/api/v1/openapi.json": "a document",
    "/metrics": "figures for a machine",
    "/static/{name:str}": "files",
    "/bookings": "the same page as /me/bookings",
}
BEHIND = {
    "/charging/sessions/{session_id:uuid}": "a charge: walked in tests/api/web/test_journey.py",
    "/clinic/queue/{session_id:uuid}": "a queue: only on the day of a visit",
    "/clinic/sessions/{session_id:uuid}/waitlist": "only where a session is full",
    "/clinic/sessions/{session_id:uuid}": "leads on to its department's page",
    "/eldercare/sos/{alarm_id:uuid}": "an alarm as the family sees it: tests/api/web/test_sos_pages.py",
    "/eldercare/video/{window_id:uuid}": "only for who has a relative in a nursing home",
}
"""Pages that a day in the demo does not lead to."""

STARTS = [
    "/",
    "/me",
    "/me/bookings",
    "/search?q=yake",
    "/search?q=没有这个",
    "/design",
    "/offline",
    "/nowhere",
]


async def found_by(
    url: str, browser: Browser, patterns: dict[str, re.Pattern[str]], ui: Ui
) -> tuple[Reader, dict[str, list[str]]]:
    """Live a day as resident 1, then follow every link."""
    reader = await Reader(url).resident(1)
    async with looking(browser, Setting(), reader.cookies()) as tab:
        led = await live_a_day(tab, url)
    elder = Reader(url, ui=ui)
    elder.http.cookies.update(reader.http.cookies)
    return elder, await elder.crawl([*STARTS, "/elder", *led], patterns)


@pytest.fixture(scope="module")
def known() -> dict[str, list[str]]:
    return {}


async def test_every_page_in_the_standard_style(
    demo: tuple[str, str],
    browser: Browser,
    patterns: dict[str, re.Pattern[str]],
    known: dict[str, list[str]],
) -> None:
    url, _ = demo
    reader, pages = await found_by(url, browser, patterns, "standard")
    visitor = await Reader(url).crawl(["/", "/sign-in", "/staff/sign-in"], patterns)
    found = merged(pages, {name: links for name, links in visitor.items() if name not in pages})
    missing = {name for name in patterns if not name.startswith("/staff") and name not in found}
    assert missing == set(NO_PAGE) | set(BEHIND)
    known.update({name: list(links) for name, links in found.items()})
    addresses = [f"{url}{links[0]}" for links in found.values() if shown_in("standard", links[0])]
    looks = [each async for each in look_at(browser, addresses, ui="standard", cookies=reader.cookies())]
    silent(looks)


async def test_every_page_in_the_elder_style(
    demo: tuple[str, str], browser: Browser, known: dict[str, list[str]]
) -> None:
    url, _ = demo
    assert known, "the standard style has found the pages"
    reader = await Reader(url, ui="elder").resident(1)
    addresses = [f"{url}{links[0]}" for links in known.values() if shown_in("elder", links[0])]
    looks = [each async for each in look_at(browser, addresses, ui="elder", cookies=reader.cookies())]
    silent(looks)


@pytest.mark.parametrize("ui", ["standard", "elder"])
async def test_every_page_at_twice_the_type_and_in_the_dark(
    demo: tuple[str, str], browser: Browser, known: dict[str, list[str]], ui: Ui
) -> None:
    url, _ = demo
    assert known, "the standard style has found the pages"
    reader = await Reader(url, ui=ui).resident(1)
    addresses = [f"{url}{links[0]}" for links in known.values() if shown_in(ui, links[0])]
    cookies = [*reader.cookies(), {"name": SCALE_COOKIE, "value": "200", "url": url}]
    looks = look_at(browser, addresses, ui=ui, cookies=cookies, widths=(320,), scales=(1.0,), dark=True)
    silent([each async for each in looks])

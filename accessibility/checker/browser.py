"""Pages measured in a real Chromium, driven by Playwright (not needed to run the district)."""

import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import msgspec

from accessibility.checker.measured import Finding, Page, Setting, Target
from accessibility.checker.pictures import judged_on_pictures, on_pictures
from accessibility.checker.targets import ELDER, MAIN, STAFF, USUAL
from accessibility.checker.verdicts import judged

if TYPE_CHECKING:
    from playwright.async_api import Browser
    from playwright.async_api import Page as Tab

HEIGHT: Final = 812
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb", "--hide-scrollbars",
)  # fmt: skip
SPACING: Final = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-bottom:2em!important}"
)
BARE: Final = "*{color:transparent!important;text-shadow:none!important;caret-color:transparent!important}"
AXE_OPTIONS: Final[dict[str, Any]] = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
}


class CheckerMissing(Exception):  # noqa: N818 - it says in one line what is missing
    """Playwright or a browser is not there."""


def script(name: str) -> str:
    """Return one of the measuring scripts."""
    return files("accessibility.checker").joinpath(name).read_text("utf-8")


@asynccontextmanager
async def browsing() -> AsyncGenerator["Browser"]:
    """Start a headless Chromium; raises CheckerMissing with what to install."""
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - only who checks needs it
    except ImportError:
        raise CheckerMissing("the checker needs Playwright: pip install playwright") from None
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise CheckerMissing("the checker needs a browser: apt install chromium fonts-noto-cjk")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def looking(
    browser: "Browser", setting: Setting, cookies: Sequence[dict[str, Any]] = ()
) -> AsyncGenerator["Tab"]:
    """Open a tab as wide as a setting says, with what watches a page's scripts."""
    context = await browser.new_context(
        viewport={"width": setting.width, "height": HEIGHT}, locale="zh-CN", bypass_csp=True,
        reduced_motion="reduce", color_scheme="dark" if setting.dark else "light", service_workers="block",
    )  # fmt: skip
    try:
        await context.add_init_script(script("watch.js"))
        if cookies:
            await context.add_cookies(list(cookies))  # pyright: ignore[reportArgumentType] - as context.cookies() gave them
        yield await context.new_page()
    finally:
        await context.close()


async def look_again(tab: "Tab", setting: Setting) -> None:
    """Bring a loaded page into a setting: the window's width, enlarged or spaced text."""
    await tab.set_viewport_size({"width": setting.width, "height": HEIGHT})
    await tab.evaluate(script("scale.js"), setting.scale)
    if setting.spaced:
        await tab.add_style_tag(content=SPACING)


async def measured(tab: "Tab", setting: Setting) -> Page:
    """Measure the page that a tab shows."""
    page = msgspec.convert(await tab.evaluate(script("measure.js")), Page)
    needed = STAFF if setting.staff else ELDER if setting.elder else USUAL
    hits = await tab.evaluate(script("hits.js"), MAIN if setting.elder else needed)
    return msgspec.structs.replace(page, targets=msgspec.convert(hits, list[Target]))


async def checked(tab: "Tab", setting: Setting) -> tuple[Page, list[Finding]]:
    """Measure the page that a tab shows, and judge it."""
    page = await measured(tab, setting)
    found = judged(page, setting)
    if on_pictures(page):
        style = await tab.add_style_tag(content=BARE)
        shot = await tab.screenshot(full_page=True)
        await style.evaluate("(node) => node.remove()")
        found += judged_on_pictures(page, setting, shot)
    return page, found


async def axe_findings(tab: "Tab", setting: Setting) -> list[Finding]:
    """Run axe-core on the page that a tab shows, with target-size on (CheckerMissing without its package).

    The window is as high as the page meanwhile: axe-core does not scroll, and would hold against a button
    that the foot of the window happens to cover half of it. Our own hits are measured in a phone's window.
    """
    await tab.evaluate(axe_source())
    async with _as_high_as_the_page(tab, setting.width):
        answer = await tab.evaluate("(options) => axe.run(document, options)", AXE_OPTIONS)
    return [
        Finding(
            criterion=f"axe {violation['id']}",
            path=" ".join(map(str, node["target"])),
            seen=str(node.get("failureSummary") or violation["help"]).replace("\n", " ")[:200],
            needed=violation["help"],
        )
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]


@asynccontextmanager
async def _as_high_as_the_page(tab: "Tab", width: int) -> AsyncGenerator[None]:
    high = await tab.evaluate("() => document.documentElement.scrollHeight")
    await tab.set_viewport_size({"width": width, "height": max(HEIGHT, high)})
    try:
        yield
    finally:
        await tab.set_viewport_size({"width": width, "height": HEIGHT})


def axe_source() -> str:
    """Return axe-core's script, as its Python package ships it."""
    try:
        return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    except ModuleNotFoundError:
        raise CheckerMissing("axe-core is not there: pip install axe-playwright-python") from None

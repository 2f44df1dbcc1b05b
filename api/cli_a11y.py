"""`lifecircle a11y URL…`: the page checker from the command line."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from accessibility.checker.browser import CheckerMissing, browsing, looking
from accessibility.checker.looking import SCALES, WIDTHS, look_at, settings_for
from accessibility.checker.measured import Setting, Ui
from accessibility.checker.report import Looked, as_json, as_text, scored
from api.checking import publish_score
from api.cli_ground import the_database

FOUND: Final = 1
UIS: Final[tuple[Ui, Ui]] = ("standard", "elder")


@click.command("a11y")
@click.argument("urls", nargs=-1, required=True, metavar="URL…")
@click.option("--ui", "uis", type=click.Choice(UIS), multiple=True, help="style  [default: both]")
@click.option(
    "--width", "widths", type=click.IntRange(240, 4000), multiple=True, help="pixels  [default: 375, 320]"
)
@click.option("--scale", "scales", type=click.FloatRange(0.5, 4), multiple=True,
              help="the host's enlargement of text  [default: 1, 1.4, 1.5]")  # fmt: skip
@click.option(
    "--resident", type=click.IntRange(1), metavar="N", help="sign in as the demo's resident N first"
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--axe/--no-axe", default=True, show_default=True, help="let axe-core look too")
@click.option("--publish", is_flag=True, help="let /accessibility of this district tell what came of it")
def a11y(  # noqa: PLR0913 - each is one option
    urls: Sequence[str],
    *,
    uis: Sequence[Ui],
    widths: Sequence[int],
    scales: Sequence[float],
    resident: int | None,
    form: str,
    axe: bool,
    publish: bool,
) -> int:
    """Hold pages to 适老化 (APP), WCAG 2.2 and our own rules; exit 1 when something is found."""
    wrong = next((url for url in urls if urlsplit(url).scheme not in {"http", "https"}), None)
    if wrong is not None:
        raise click.ClickException(f"{wrong!r} is no address: give it with http://")
    looking_for = _Wanted(
        urls, uis or UIS, widths or WIDTHS, scales=scales or SCALES, resident=resident, axe=axe
    )
    try:
        looks = asyncio.run(looking_for.looks())
    except CheckerMissing as missing:
        raise click.ClickException(str(missing)) from None
    at = datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(timespec="seconds")
    click.echo(as_json(looks, at=at) if form == "json" else as_text(looks))
    if publish:
        with the_database() as settings:
            publish_score(settings, scored(looks, at=at))
    return FOUND if any(look.findings for look in looks) else 0


class _Wanted:
    """What the command was asked for."""

    def __init__(  # noqa: PLR0913 - as above
        self,
        urls: Sequence[str],
        uis: Sequence[Ui],
        widths: Sequence[int],
        *,
        scales: Sequence[float],
        resident: int | None,
        axe: bool,
    ) -> None:
        self._urls, self._uis, self._widths, self._scales = urls, uis, widths, scales
        self._resident, self._axe = resident, axe

    async def looks(self) -> list[Looked]:
        """Look at every page in every setting."""
        found: list[Looked] = []
        async with browsing() as browser:
            cookies = await self._signed_in(browser) if self._resident is not None else []
            for ui in self._uis:
                for url in self._urls:
                    settings = settings_for(
                        urlsplit(url).path or "/", ui, widths=self._widths, scales=self._scales
                    )
                    address = f"{url}{'&' if urlsplit(url).query else '?'}uiStyle={ui}"
                    looks = look_at(
                        browser, [address], ui=ui, cookies=cookies, settings=settings, axe=self._axe
                    )
                    found += [look async for look in looks]
        return found

    async def _signed_in(self, browser: Any) -> list[dict[str, Any]]:
        """Sign in through the demo's own page; return the cookies it gave."""
        site = urlsplit(self._urls[0])
        async with looking(browser, Setting()) as tab:
            await tab.goto(f"{site.scheme}://{site.netloc}/sign-in")
            await tab.locator("#no").fill(str(self._resident))
            await tab.locator("form:has(#no) button").click()
            await tab.wait_for_load_state()
            return [dict(cookie) for cookie in await tab.context.cookies()]

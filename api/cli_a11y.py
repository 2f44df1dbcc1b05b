"""`lifecircle a11y URL…`: the page checker from the command line."""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from accessibility.checker.browser import CheckerMissing
from accessibility.checker.looking import SCALES, WIDTHS
from accessibility.checker.measured import Ui
from accessibility.checker.report import as_json, as_text, scored
from api.checking import UIS, Wanted, looks, publish_score
from api.cli_ground import part, say, the_database
from api.settings import load_settings
from api.signing_in import NotLetIn, StaffLogin
from scenes.common.kit.looks import SCALES as TYPE_SIZES

FOUND: Final = 1


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
@click.option("--staff", "names", multiple=True, metavar="NAME",
              help="sign in as NAME of the demo's staff, in the settings' district")  # fmt: skip
@click.option("--dark", is_flag=True, help="on a device that asks for dark pages")
@click.option("--type", "type_size", type=click.Choice([str(size) for size in TYPE_SIZES]), default="100",
              show_default=True, help="per cent of its own type, as a reader has chosen in 字号")  # fmt: skip
@click.option("--high-contrast", is_flag=True, help="as a reader has chosen")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--axe/--no-axe", default=True, show_default=True, help="let axe-core look too")
@click.option("--crawl", "whole", is_flag=True, help="follow the pages' links and check the whole site")
@click.option("--publish", is_flag=True, help="let /accessibility of this district tell what came of it")
def a11y(  # noqa: PLR0913 - each is one option
    urls: Sequence[str],
    *,
    uis: Sequence[Ui],
    widths: Sequence[int],
    scales: Sequence[float],
    resident: int | None,
    names: Sequence[str],
    dark: bool,
    type_size: str,
    high_contrast: bool,
    form: str,
    axe: bool,
    whole: bool,
    publish: bool,
) -> int:
    """Hold pages to 适老化 (APP), WCAG 2.2 and our own rules; exit 1 when something is found."""
    wrong = next((url for url in urls if urlsplit(url).scheme not in {"http", "https"}), None)
    if wrong is not None:
        raise click.ClickException(f"{wrong!r} is no address: give it with http://")
    wanted = Wanted(
        urls=urls, uis=uis or UIS, widths=widths or WIDTHS, scales=scales or SCALES,
        resident=resident, staff=_staff(names), dark=dark, type_size=int(type_size),
        high_contrast=high_contrast, axe=axe, whole=whole,
    )  # fmt: skip
    try:
        found = asyncio.run(looks(wanted, say if whole else _quietly))
    except (CheckerMissing, NotLetIn) as missing:
        raise click.ClickException(str(missing)) from None
    at = datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(timespec="seconds")
    click.echo(as_json(found, at=at) if form == "json" else as_text(found))
    if publish:
        with the_database() as settings:
            publish_score(settings, scored(found, at=at))
    return FOUND if any(look.findings for look in found) else 0


def _staff(names: Sequence[str]) -> list[StaffLogin]:
    """Know both factors of the demo's staff, from the key of the settings; they need no database."""
    if not names:
        return []
    settings, factors_of = load_settings(os.environ), part("scenes.demo.service.staff", "factors_of")
    logins: list[StaffLogin] = []
    for name in names:
        factors = factors_of(name, settings.secret_key)
        if factors is None:
            raise click.ClickException(f"{name!r} is nobody of the demo's staff: see lifecircle demo-staff")
        logins.append(StaffLogin(name, *factors))
    return logins


def _quietly(_: str) -> None:
    """Leave a few named pages uncounted."""

"""`lifecircle a11y --staff` signs in with both factors and follows the console's links."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from accessibility.checker.crawling import console_kind, kind_of
from api.app import compose
from api.lifespan import House
from api.settings import Settings
from api.web.desk_nav import desk_nav
from scenes.demo.service.staff import hire
from tests.scenes.common.payments.conftest import free_port, serving
from tests.support.clock import AdjustableClock
from tests.support.storefront import District

QUICK = ("--width", "375", "--no-axe", "--format", "json")


class Done(NamedTuple):
    """What the command came to."""

    code: int
    told: str
    said: str


async def run(settings: Settings, *arguments: str) -> Done:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api", "a11y", *arguments, env=os.environ | settings.environment(),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, said = await process.communicate()
    return Done(process.returncode or 0, told.decode(), said.decode())


@pytest.fixture
async def url(settings: Settings, clock: AdjustableClock, forgotten: None) -> AsyncIterator[str]:
    """A district of today with the demo's staff, served."""
    assert forgotten is None
    house = House(settings)
    district = District(house.database, clock, house.cipher)
    await district.furnish()
    async with house.database.transaction() as session:
        await hire(
            session, secret_key=settings.secret_key, cipher=house.cipher,
            places={"clinic": [district.place]}, now=house.clock(),
        )  # fmt: skip
    async with serving(compose(house), free_port()) as url:
        yield url


def kinds(done: Done, url: str) -> set[str]:
    """Name the kinds of pages that were looked at."""
    looks: list[Any] = json.loads(done.told)["looks"]
    return {kind_of(urlsplit(look["path"].removeprefix(url)).path) for look in looks}


async def test_the_console_is_followed_as_each_of_the_staff_that_are_named(
    url: str, settings: Settings
) -> None:
    auditor = await run(settings, f"{url}/staff", "--crawl", "--staff", "auditor", *QUICK)
    assert (auditor.code, kinds(auditor, url)) == (0, {"/staff", "/staff/audit", "/staff/keys"}), auditor
    again = await run(settings, f"{url}/staff", "--crawl", "--staff", "auditor", "--staff", "clinic", *QUICK)
    found = kinds(again, url)
    menus = {line.href for role in ("auditor", "clinic") for line in desk_nav(role, "")}
    assert (again.code, menus - found, {kind for kind in found if console_kind(kind) is None}) == (
        0, set(), set()
    ), again  # fmt: skip
    assert found >= {"/staff/board", "/staff/walk-in", "/staff/keys"}


async def test_a_named_page_is_opened_as_the_staff_that_are_named(url: str, settings: Settings) -> None:
    done = await run(settings, f"{url}/staff/sos", "--staff", "eldercare", *QUICK)
    assert (done.code, kinds(done, url)) == (0, {"/staff/sos"}), done


async def test_whoever_is_not_let_in_is_one_line(url: str, settings: Settings) -> None:
    stranger = await run(settings, f"{url}/staff", "--staff", "nobody", *QUICK)
    assert stranger == Done(
        2, "", "lifecircle: 'nobody' is nobody of the demo's staff: see lifecircle demo-staff\n"
    )
    elsewhere = replace(settings, secret_key=b"the key of another district, long")
    refused = await run(elsewhere, f"{url}/staff", "--staff", "clinic", *QUICK)
    assert (refused.code, refused.told, refused.said.count("\n")) == (2, "", 1), refused
    assert "clinic was not let in" in refused.said
    nowhere = await run(settings, "http://127.0.0.1:9/staff", "--staff", "clinic", *QUICK)
    assert (nowhere.code, nowhere.told, nowhere.said.count("\n")) == (2, "", 1), nowhere
    resident = await run(settings, f"{url}/", "--resident", "77", *QUICK)
    assert (resident.code, resident.told, resident.said.count("\n")) == (2, "", 1), resident


def test_a_call_for_help_is_not_opened_since_that_tells_the_caller_that_it_was_seen() -> None:
    asked = ["/staff", "/staff/sos", "/staff/sos/01a21bb1-6520-70c3-a0b2-6ee77acd8b14", "/", "/staffing"]
    assert [console_kind(path) for path in asked] == ["/staff", "/staff/sos", None, None, None]

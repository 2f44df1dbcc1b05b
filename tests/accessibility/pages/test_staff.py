"""Every page of the staff console, on a desk and on a phone: nothing for the checker or axe to find."""

import re
import subprocess
import sys
from datetime import timedelta

from playwright.async_api import Browser

from accessibility.checker.looking import look_at
from accessibility.checker.report import Looked
from scenes.common.kit.clock import local_day, system_clock
from tests.accessibility.pages.conftest import silent
from tests.support.demo_district import demo_environment
from tests.support.sites import Reader

BOARD = "/staff/board"
BREAKFAST = "/staff/breakfast/walk-in"
SUNDAY = 7
ROLES = ("clinic", "charging", "breakfast", "eldercare", "district", "auditor", "carer1")
BEHIND = {
    "/staff/breakfast/cart": "only at a cart's own desk: tests/api/web/test_kitchen_pages.py",
    "/staff/eldercare/{request_id:uuid}/photos": "only during a visit: tests/api/test_care_photos.py",
    "/staff/family-doctor/{person_id:uuid}": "only with the consent of a signed resident",
    "/staff/import/{import_id:uuid}": "after a file was taken in: tests/api/web/test_import_page.py",
    "/staff/schedule.csv": "a file",
    "/staff/walk-in/{booking_id:uuid}": "a slip, the same template as that of breakfast",
    "/staff/charging/walk-in/{booking_id:uuid}": "a slip, the same template as that of breakfast",
    "/staff/sos/{alarm_id:uuid}": "while somebody calls for help: tests/api/web/test_sos_pages.py",
}
"""Pages that no link of the console leads to."""


def factors(folder: str) -> dict[str, tuple[str, str]]:
    """Read the demo's passwords and second factors."""
    argv = [sys.executable, "-m", "api", "demo-staff"]
    done = subprocess.run(argv, env=demo_environment(folder), capture_output=True, check=True)  # noqa: S603
    lines = [line.split() for line in done.stdout.decode().splitlines()]
    return {line[0]: (line[1], line[2]) for line in lines if line[0] in ROLES}


async def boards_of(reader: Reader, patterns: dict[str, re.Pattern[str]]) -> list[str]:
    """Find a clinic's board of today and of the next working day, where each session can still be closed."""
    way = {name: patterns[name] for name in ("/staff", BOARD)}
    following = (local_day(system_clock()) + timedelta(days=ahead) for ahead in (1, 2))
    later = next(day for day in following if day.isoweekday() != SUNDAY)
    today = (await reader.crawl(["/staff"], way)).get(BOARD, [])[:1]
    return [*today, *(f"{board}&date={later}" for board in today)]


async def slip_of_an_order(reader: Reader, form: str) -> str:
    """Order breakfast for somebody by phone, for tomorrow, and return the address of the slip."""
    tomorrow = local_day(system_clock()) + timedelta(days=1)
    page = await reader.http.get(f"{form.partition('&date=')[0]}&date={tomorrow}")
    fields = {
        name: re.findall(rf'name="{name}" value="([^"]+)"', page.text)
        for name in ("csrf", "key", "place_id", "day", "item")
    }
    fields["slot"] = re.findall(r'<option value="([0-9a-f-]{36})"', page.text)
    filled = {name: values[0] for name, values in fields.items()}
    caller = {"name": "张阿婆", "phone": "13911112222", "born": "1948-03-01", "sex": "f", "units": "1"}
    slip = await reader.http.post(BREAKFAST, data=filled | caller)
    assert re.fullmatch(rf"{BREAKFAST}/[0-9a-f-]{{36}}", slip.url.path), slip.text
    return slip.url.path


async def test_every_page_of_the_console(
    demo: tuple[str, str], browser: Browser, patterns: dict[str, re.Pattern[str]]
) -> None:
    url, folder = demo
    found: dict[str, tuple[str, str]] = {}
    readers: dict[str, Reader] = {}
    for role, (password, secret) in factors(folder).items():
        readers[role] = await Reader(url).staff(role, password, secret)
        starts = [name for name in patterns if name.startswith("/staff") and "{" not in name]
        boards = await boards_of(readers[role], patterns)
        for name, links in (await readers[role].crawl(["/staff", *boards, *starts], patterns)).items():
            found.setdefault(name, (role, links[0]))
    slip = await slip_of_an_order(readers["breakfast"], found[BREAKFAST][1])
    found[f"{BREAKFAST}/{{booking_id:uuid}}"] = "breakfast", slip
    missing = {name for name in patterns if name.startswith("/staff") and name not in found}
    assert missing == set(BEHIND)
    looks: list[Looked] = []
    for role, reader in readers.items():
        addresses = [
            f"{url}{link}" for name, (who, link) in found.items() if who == role and name.startswith("/staff")
        ]
        looks += [each async for each in look_at(browser, addresses, ui="standard", cookies=reader.cookies())]
    silent(looks)

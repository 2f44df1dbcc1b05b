"""Importing places by forms only: choose, read, confirm, take back."""

import re

import httpx
import pytest

from api.lifespan import House
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.people.tokens.factors import totp_now
from tests.api.web.test_pages import said
from tests.support.clock import AdjustableClock
from tests.support.importing import ROW, a_file
from tests.support.storefront import HTML, PASSWORD, Browser, District

WRONG = "C2,,看病,医院,,,31.24,121.4,,,,"


@pytest.fixture
async def desk(browser: Browser, district: District, house: House, clock: AdjustableClock) -> Browser:
    assert district.me
    async with house.database.transaction() as session:
        account = await create_staff(
            session,
            NewStaff(username="district", password=PASSWORD, display_name="区里", role="district",
                     place_ids=frozenset()),
            passwords=house.sign_in_tools.passwords,
            cipher=house.cipher,
            now=clock(),
        )  # fmt: skip
    await browser.go("/staff/sign-in?next=/staff/import")
    totp = totp_now(account.totp_secret, clock())
    await browser.send("/staff/sign-in", username="district", password=PASSWORD, totp=totp)
    return browser


async def upload(desk: Browser, content: bytes) -> httpx.Response:
    await desk.go("/staff/import")
    fields = desk.form("/staff/import") | {"datum": "wgs84", "placeKind": "clinic/health_station"}
    del fields["file"]
    desk.page = await desk.http.post(
        "/staff/import", data=fields, files={"file": ("表.csv", content)}, headers=HTML, follow_redirects=True
    )
    return desk.page


async def test_a_file_is_looked_at_confirmed_and_taken_back(desk: Browser, house: House) -> None:
    words = said(await upload(desk, a_file(ROW, WRONG)))
    assert ("还没导入" in words, "没有写名称" in words) == (True, True)
    await house.directory.refresh()
    places = len(house.directory.all())
    assert desk.page is not None
    [act] = re.findall(r'action="(/staff/import/[^"]+/confirm)"', desk.page.text)
    assert "已导入" in said(await desk.send(act))
    await house.directory.refresh()
    assert len(house.directory.all()) == places + 1
    assert "表.csv" in said(await desk.go("/staff/import"))
    await desk.go(act.removesuffix("/confirm"))
    assert "已撤回" in said(await desk.send(act.replace("/confirm", "/undo")))
    await house.directory.refresh()
    assert len(house.directory.all()) == places


async def test_what_changed_meanwhile_is_shown_before_it_is_done(desk: Browser) -> None:
    await upload(desk, a_file(ROW))
    assert desk.page is not None
    [first] = re.findall(r'action="(/staff/import/[^"]+/confirm)"', desk.page.text)
    fields = desk.form(first)
    await upload(desk, a_file(ROW.replace("枫桥路2号", "枫桥路3号")))
    [second] = re.findall(r'action="(/staff/import/[^"]+/confirm)"', desk.page.text)
    await desk.send(second)
    changed = await desk.post(first, fields)
    words = said(changed)
    assert (changed.status_code, "又有了变化" in words, "改:地址" in words) == (409, True, True)
    assert "已导入" in said(await desk.send(first))
    refused = await desk.post(second.replace("/confirm", "/undo"), fields)
    assert (refused.status_code, "后来又由" in said(refused)) == (409, True)


async def test_no_file_or_a_wrong_one_is_refused_in_words(desk: Browser) -> None:
    assert "请先选一个文件" in said(await upload(desk, b""))
    assert "没有名称这一列" in said(await upload(desk, "地址\n枫桥路".encode()))


async def test_only_the_district_may(browser: Browser, district: District) -> None:
    await browser.go("/staff/sign-in?next=/staff")
    await browser.send("/staff/sign-in", username="clinic", password=PASSWORD, totp=district.totp())
    assert (await browser.go("/staff/import")).status_code == 403

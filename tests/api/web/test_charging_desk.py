"""The charging desk's pages, and the resident's report of a broken connector, without JavaScript."""

from datetime import date, timedelta

import httpx
import pytest

from api.lifespan import House
from scenes.charging.service import windows
from scenes.common.kit.ids import new_id
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.people.tables import make_person_row
from scenes.common.people.tokens.factors import totp_now
from tests.api.web.test_pages import said
from tests.support.charging import NEAR, Charging
from tests.support.clock import AdjustableClock
from tests.support.photos import facts, photo
from tests.support.storefront import PASSWORD, Browser


class Site(Charging):
    """A charging district with resident 1 and the desk of its near station."""

    totp_secret: str

    async def open(self, house: House) -> None:
        """Furnish, move resident 1 in and hire `charging`."""
        await self.furnish()
        await self.set_rule({"graceMinutes": 15})
        await self.all_free()
        person = make_person_row(
            house.cipher, new_id(), name="陈秀英", birth_date=date(1950, 5, 1), sex="f", now=self.clock(),
            resident_no=1, has_account=True,
        )  # fmt: skip
        async with self.database.transaction() as session:
            session.add(person)
            await windows.publish(session, now=self.clock())
            account = await create_staff(
                session,
                NewStaff(
                    username="charging", password=PASSWORD, display_name="站长", role="charging",
                    place_ids=frozenset({self.stations[NEAR]}),
                ),
                passwords=house.sign_in_tools.passwords, cipher=house.cipher, now=self.clock(),
            )  # fmt: skip
        self.totp_secret = account.totp_secret


@pytest.fixture
async def site(house: House, clock: AdjustableClock, forgotten: None) -> Site:
    assert forgotten is None
    site = Site(house.database, clock)
    await site.open(house)
    return site


@pytest.fixture
async def browser(site: Site, client: httpx.AsyncClient) -> Browser:
    assert site.stations
    return Browser(client)


async def at_desk(browser: Browser, site: Site) -> httpx.Response:
    await browser.go("/staff/sign-in")
    code = totp_now(site.totp_secret, site.clock())
    return await browser.send("/staff/sign-in", username="charging", password=PASSWORD, totp=code)


async def test_the_only_stations_board_comes_first(browser: Browser, site: Site) -> None:
    page = await at_desk(browser, site)
    assert (page.status_code, page.url.path) == (200, "/staff/charging")
    words = said(page)
    assert "兰溪路充电站" in words
    assert "空 / 在用 4 / 0" in words


async def test_prices_are_set_from_a_day_on_and_mistakes_stay_in_the_form(
    browser: Browser, site: Site
) -> None:
    await at_desk(browser, site)
    path = f"/staff/charging/tariffs?placeId={site.stations[NEAR]}"
    await browser.go(path)
    form = browser.form(path) | {"since": "2026-12-01", "start": ["08:00", ""], "elec": ["0.8", ""]}
    form |= {"service": ["0,5", ""]}
    wrong = await browser.post(path, form)
    assert wrong.status_code == 409
    assert "价钱写成 0.8" in said(wrong)
    assert 'value="0,5"' in wrong.text
    good = {"start": ["08:00", ""], "elec": ["0.8", ""], "service": ["0.5", ""]}
    done = await browser.post(path, form | browser.form(path) | good)
    assert "2026-12-01 起" in said(done)


async def test_a_connector_goes_out_of_service_after_a_look_and_comes_back(
    browser: Browser, site: Site
) -> None:
    await at_desk(browser, site)
    outage = browser.links(r"/staff/charging/connectors/[0-9a-f-]+")[0]
    assert "会影响 0 个预约" in said(await browser.go(outage))
    stale = await browser.send(outage, reason="枪头坏了", token="0" * 32)
    assert (stale.status_code, "重新预览" in said(stale)) == (409, True)
    assert 'value="枪头坏了"' in stale.text
    assert "已停用" in said(await browser.send(outage, reason="检修"))
    board = await browser.go(f"/staff/charging?placeId={site.stations[NEAR]}")
    assert "停用 检修" in said(board)
    back = await browser.send(f"{outage}/back")
    assert "空 / 在用 4 / 0" in said(back)


async def test_a_resident_reports_a_broken_plug_with_a_photo_and_staff_repair_it(
    browser: Browser, site: Site
) -> None:
    await browser.go("/sign-in")
    await browser.send("/sign-in", resident_no="1")
    path = f"/charging/connectors/{site.connector('NEAR_01')}/report"
    await browser.go(path)
    form = browser.form(path) | {"kind": "broken_plug", "note": "裂了"}
    del form["photo"]  # a browser sends the file in its place
    files = {"photo": ("a.png", photo(kind="PNG"), "image/png")}
    thanks = await browser.http.post(path, data=form, files=files, headers={"Accept": "text/html"})
    assert (thanks.status_code, "谢谢您" in said(thanks)) == (200, True), said(thanks)
    await browser.go(path)
    again = await browser.http.post(path, data=form, headers={"Accept": "text/html"}, files={"photo": b""})
    assert (again.status_code, "您已经报过了" in said(again)) == (409, True)
    await browser.go("/me")
    await browser.send("/sign-out")
    site.clock.advance(timedelta(minutes=1))
    assert "1号枪 枪头坏了" in said(await at_desk(browser, site))
    page = await browser.go(f"/staff/charging/faults?placeId={site.stations[NEAR]}")
    assert "看照片" in said(page), page.text
    [picture] = browser.links(r"/api/v1/staff/charging/faults/[0-9a-f-]+/photo")
    kept = await browser.http.get(picture)
    assert facts(kept.content) == ("JPEG", (40, 20), {})
    report = picture.removeprefix("/api/v1").removesuffix("/photo")
    assert "裂了" in said(page)
    assert "修好了" in said(await browser.send(f"{report}/repair"))

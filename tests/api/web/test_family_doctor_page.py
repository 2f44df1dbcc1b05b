"""A health centre's page of its signed residents, reached from the day's board by links only."""

from datetime import timedelta

import pytest

from api.lifespan import House
from scenes.clinic.service import family
from scenes.common.kit.caller import Resident
from scenes.common.people import service as people
from scenes.eldercare.service import readings
from tests.api.web.test_pages import said
from tests.support.clock import AdjustableClock
from tests.support.storefront import PASSWORD, Browser, District

HERE = "/staff/family-doctor"


@pytest.fixture
async def measured(house: House, clock: AdjustableClock, district: District) -> District:
    """Let the resident sign with Dr Li, agree to be seen, and measure her blood pressure twice."""
    me = Resident(district.me, district.me)
    async with house.database.transaction() as session:
        await family.sign(
            session, district.me, place_id=district.place, doctor_id=district.doctors["李敏"], now=clock()
        )
        await people.set_consents(session, district.me, wanted={"health": True}, now=clock())
        device, secret = await readings.register(session, me, district.me, "bp", now=clock())
        for minutes, high in ((0, 130), (5, 191)):
            clock.advance(timedelta(minutes=minutes))
            await readings.take(
                session, device.id, secret, at=clock(), values={"systolic": high, "diastolic": 80},
                cipher=house.cipher, now=clock(),
            )  # fmt: skip
    return district


async def at_the_board(browser: Browser, district: District) -> None:
    await browser.go("/staff/sign-in?next=/staff")
    await browser.send("/staff/sign-in", username="clinic", password=PASSWORD, totp=district.totp())
    assert HERE in browser.links(r"/staff/[a-z-]+")


async def test_from_the_board_to_the_last_readings(browser: Browser, measured: District) -> None:
    await at_the_board(browser, measured)
    page = await browser.go(HERE)
    assert "陈*英" in page.text
    assert "陈秀英" not in page.text
    [link] = browser.links(rf"{HERE}/[0-9a-f-]{{36}}")
    page = await browser.go(link)
    words = said(page)
    assert "陈秀英的读数" in words
    assert "最近2次,最低80,最高191,最后一次191/80。" in words
    assert "高压从180、低压从110起算偏高,高压90以下算偏低。" in words
    assert [words.count("偏高"), words.count("没到提醒线")] == [2, 1]
    assert page.text.count("<polyline") == 2


async def test_once_consent_is_withdrawn_a_sentence_and_nothing_else(
    browser: Browser, house: House, measured: District, clock: AdjustableClock
) -> None:
    await at_the_board(browser, measured)
    async with house.database.transaction() as session:
        await people.set_consents(session, measured.me, wanted={"health": False}, now=clock())
    page = await browser.go(f"{HERE}/{measured.me}")
    assert page.status_code == 403
    assert "老人还没有同意让别人看健康信息。" in said(page)
    assert [word for word in ("陈秀英", "191") if word in said(page)] == []  # ids have such digits by chance
    assert "polyline" not in page.text
    page = await browser.go(HERE)
    assert browser.links(rf"{HERE}/[0-9a-f-]{{36}}") == []


async def test_another_places_resident_is_not_found(browser: Browser, measured: District) -> None:
    await at_the_board(browser, measured)
    neighbour = await measured.resident("王芳")
    page = await browser.go(f"{HERE}/{neighbour.person_id}")
    assert page.status_code == 404
    assert "没有找到这位签约居民。" in said(page)

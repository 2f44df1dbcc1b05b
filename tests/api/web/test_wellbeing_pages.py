"""The daily sign by forms and links only."""

import re
from datetime import timedelta

from api.lifespan import House
from scenes.common.kit.caller import Resident
from scenes.eldercare.jobs_wellbeing import follow_missed
from scenes.eldercare.service import readings
from tests.api.web.test_pages import said, sign_in
from tests.api.web.test_sos_pages import at_the_desk, household  # noqa: F401 - a fixture
from tests.support.clock import AdjustableClock
from tests.support.sos import Household
from tests.support.storefront import Browser, District

HERE = "/eldercare/wellbeing"


async def test_one_big_button_and_it_is_done(browser: Browser) -> None:
    await sign_in(browser)
    page = await browser.go(HERE)
    assert "我平安" in page.text
    page = await browser.send(HERE)
    assert "今天报过平安了。" in said(page)
    assert "我平安" not in page.text


async def test_an_hour_a_pause_and_the_desk(
    browser: Browser,
    house: House,
    clock: AdjustableClock,
    district: District,
    household: Household,  # noqa: F811
) -> None:
    del household
    await sign_in(browser)
    await browser.go(HERE)
    page = await browser.send(f"{HERE}/plan", hour="08:30", kin="1", community="1", active="1")
    assert 'value="08:30"' in page.text
    page = await browser.send(f"{HERE}/pause", days="3", reason="hospital")
    assert "起再报平安" in said(page)
    page = await browser.send(f"{HERE}/pause", days="0", reason="away")
    assert "起再报平安" not in said(page)
    clock.advance(timedelta(days=2, hours=6))
    await follow_missed(house.works())
    await at_the_desk(browser, district)
    page = await browser.go("/staff/wellbeing")
    [visit] = browser.links(r"/staff/wellbeing/[0-9a-f-]{36}")
    page = await browser.go(visit)
    assert "tel:" not in page.text
    page = await browser.send(f"{visit}/take")
    page = await browser.send(f"{visit}/close", result="fine")
    assert "都有消息。" in said(page)


async def test_readings_are_drawn_and_said_in_words_and_an_alert_is_taken_in_hand(
    browser: Browser,
    house: House,
    clock: AdjustableClock,
    district: District,
    household: Household,  # noqa: F811
) -> None:
    del household
    async with house.database.transaction() as session:
        me = Resident(district.me, district.me)
        device, secret = await readings.register(session, me, district.me, "heart", now=clock())
        for bpm in (70, 140, 150):
            clock.advance(timedelta(minutes=5))
            await readings.take(
                session, device.id, secret, at=clock(), values={"bpm": bpm}, cipher=house.cipher, now=clock()
            )
    await sign_in(browser)
    page = await browser.go("/eldercare/readings")
    glance = said(page).split("看全部心率")[0]
    assert re.findall(r"心率 150,偏高|这七天量了3次,2次偏高。", glance) == [
        "心率 150,偏高",
        "这七天量了3次,2次偏高。",
    ]
    assert "最近3次,最低70,最高150,最后一次150。" in said(page)
    assert '<polyline points="0,100 150,12 300,0"' in page.text
    await at_the_desk(browser, district)
    page = await browser.go("/staff/readings")
    assert "心率偏高" in said(page)
    [alert] = re.findall(r'action="(/staff/readings/[0-9a-f-]{36}/see)"', page.text)
    page = await browser.send(alert)
    assert "tel:13800138000" in page.text

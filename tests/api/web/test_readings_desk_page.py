"""One person's readings at the desk by forms and links only."""

import re
from datetime import timedelta

from api.lifespan import House
from scenes.common.kit.caller import Resident
from scenes.common.people import service as people
from scenes.eldercare.service import readings
from tests.api.web.test_pages import said
from tests.api.web.test_sos_pages import at_the_desk, household  # noqa: F401 - a fixture
from tests.support.clock import AdjustableClock
from tests.support.sos import Household
from tests.support.storefront import Browser, District


async def test_from_an_alert_to_the_person_a_device_and_limits(
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
        for bpm in (140, 150):
            clock.advance(timedelta(minutes=5))
            await readings.take(
                session, device.id, secret, at=clock(), values={"bpm": bpm}, cipher=house.cipher, now=clock()
            )
    await at_the_desk(browser, district)
    await browser.go("/staff/readings")
    [here] = browser.links(r"/staff/readings/people/[0-9a-f-]{36}")
    page = await browser.go(here)
    assert "老人还没有同意让别人看健康信息,读数不能看。" in said(page)
    assert [word for word in ("150", "陈秀英", "提醒的界线") if word in said(page)] == []
    assert "polyline" not in page.text
    async with house.database.transaction() as session:
        await people.set_consents(session, district.me, wanted={"health": True}, now=clock())
    page = await browser.go(here)
    assert "最近2次,最低140,最高150,最后一次150。" in said(page)
    page = await browser.send(f"{here}/limits", bpm_high="160", bpm_low="")
    assert re.findall(r'name="bpm_(?:high|low)" inputmode="decimal" value="(\d+)"', page.text) == [
        "160",
        "45",
    ]
    page = await browser.send(f"{here}/devices", kind="bp")
    assert re.search(r"<code>[0-9a-f-]{36}\.[\w-]{43}</code>", page.text)
    page = await browser.go(here)
    assert "<code>" not in page.text
    for gone in re.findall(rf'action="({here}/devices/[0-9a-f-]{{36}}/withdraw)"', page.text):
        page = await browser.send(gone)
    assert "停用" not in page.text

"""The call list by forms only, and over HTTP."""

import re
from datetime import timedelta

import httpx

from api.lifespan import House
from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from scenes.common.notices import service
from scenes.common.notices.rules import Facts
from tests.api.web.test_pages import said
from tests.api.web.test_sos_pages import household
from tests.support.clock import AdjustableClock
from tests.support.notices import move_in
from tests.support.sos import Household
from tests.support.storefront import PASSWORD, Browser, District
from tests.support.whole import Whole

__all__ = ["household"]


async def to_call(house: House, clock: AdjustableClock) -> None:
    async with house.database.transaction() as session:
        person = await move_in(session, house.cipher, account=False)
        await service.tell(
            session, person, dedupe="news", template="session_stopped", facts=Facts(title="内科"), now=clock()
        )


async def test_a_call_is_taken_made_and_gone(
    browser: Browser, district: District, household: Household, house: House, clock: AdjustableClock
) -> None:
    assert household
    await to_call(house, clock)
    await browser.go("/staff/sign-in?next=/staff/calls")
    await browser.send("/staff/sign-in", username="eldercare", password=PASSWORD, totp=district.totp())
    page = await browser.go("/staff/calls")
    words = said(page)
    assert ("停诊通知" in words, "王*芳" in words, "13812345678" in words) == (True, True, False)
    [take] = re.findall(r'action="(/staff/calls/[^"]+/take)"', page.text)
    words = said(await browser.send(take))
    assert ("王秀芳" in words, "13812345678" in words) == (True, True)
    assert "现在没有要打的电话。" in said(await browser.send(take.replace("/take", "/done")))


async def test_the_same_over_http(house: House, client: httpx.AsyncClient, clock: AdjustableClock) -> None:
    whole, staff = Whole(house, client), Staff(new_id(), new_id(), "district", frozenset())
    await to_call(house, clock)
    clock.advance(timedelta(minutes=1))
    [call] = (await whole.get("/staff/calls", staff)).json()["items"]
    assert (call["hands"], call["phone"], call["person"]) == ("free", None, "王*芳")
    taken = (await whole.post(f"/staff/calls/{call['id']}/take", staff, key=None)).json()
    assert (taken["hands"], taken["phone"]) == ("mine", "13812345678")
    colleague = Staff(new_id(), new_id(), "eldercare", frozenset())
    refused = await whole.post(f"/staff/calls/{call['id']}/take", colleague, key=None)
    assert (refused.status_code, refused.json()["code"]) == (409, "call_taken")
    unanswered = (await whole.post(f"/staff/calls/{call['id']}/no-answer", staff, key=None)).json()
    assert (unanswered["hands"], unanswered["tries"], unanswered["phone"]) == ("free", 1, None)
    assert (await whole.get("/staff/calls", staff)).json()["items"] == []

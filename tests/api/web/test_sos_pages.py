"""Calling for help by forms and links only, and the desk that answers by keyboard."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from api.lifespan import House
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.people.tables import PatientLinkRow
from scenes.eldercare.jobs_sos import climb
from tests.api.web.test_pages import said, sign_in
from tests.support.clock import AdjustableClock
from tests.support.notices import move_in
from tests.support.sos import Household
from tests.support.storefront import PASSWORD, Browser, District


@pytest.fixture
async def household(house: House, clock: AdjustableClock, district: District) -> Household:
    household = Household(house.database, clock, house.cipher)
    await household.move_in()
    async with house.database.transaction() as session:
        account = await create_staff(
            session,
            NewStaff(
                username="eldercare", password=PASSWORD, display_name="调度", role="eldercare",
                place_ids=frozenset(),
            ),
            passwords=house.sign_in_tools.passwords,
            cipher=house.cipher,
            now=clock(),
        )  # fmt: skip
    district.totp_secret = account.totp_secret
    return household


async def at_the_desk(browser: Browser, district: District) -> httpx.Response:
    await browser.go("/staff/sign-in?next=/staff/sos")
    await browser.send("/staff/sign-in", username="eldercare", password=PASSWORD, totp=district.totp())
    return await browser.go("/staff/sos")


async def go_on(house: House, clock: AdjustableClock, seconds: float) -> None:
    clock.advance(timedelta(seconds=seconds))
    await climb(house.works())


async def test_somebody_not_signed_in_finds_the_numbers(browser: Browser) -> None:
    page = await browser.go("/eldercare/sos")
    assert page.url.path == "/eldercare/sos"
    assert 'href="tel:120"' in page.text
    assert 'href="tel:12345"' in page.text
    assert browser.links(r"/sign-in\?next=/eldercare/sos")


async def test_one_tap_and_a_big_way_back(browser: Browser) -> None:
    await sign_in(browser)
    page = await browser.go("/eldercare/sos")
    assert "http-equiv" not in page.text
    page = await browser.send("/eldercare/sos")
    assert "还有 10 秒" in said(page)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.text
    assert 'data-again="3"' in page.text
    undo = next(iter(_actions(page)))
    page = await browser.send(undo)
    assert "已经撤回,没有叫人。" in said(page)
    assert browser.form("/eldercare/sos")


async def test_the_page_says_who_is_being_called(
    browser: Browser, house: House, clock: AdjustableClock
) -> None:
    await sign_in(browser)
    await browser.go("/eldercare/sos")
    await browser.send("/eldercare/sos")
    await go_on(house, clock, 10)
    page = await browser.go("/eldercare/sos")
    assert "正在叫服务台。" in said(page)
    await go_on(house, clock, 60)  # nobody is kin, carer or on duty: straight on to the advice
    page = await browser.go("/eldercare/sos")
    assert "请您现在打120。" in said(page)
    fine = next(action for action in _actions(page) if action.endswith("/cancel"))
    page = await browser.send(fine)
    assert "已经告诉服务台您没事。" in said(page)


async def test_the_desk_answers_attends_and_closes(
    browser: Browser, household: Household, district: District, house: House, clock: AdjustableClock
) -> None:
    alarm_id, _ = await household.tap()
    await go_on(house, clock, 10)
    page = await at_the_desk(browser, district)
    assert "1 个呼救没人应答" in said(page)
    assert "陈*英" in said(page)
    assert "13800138000" not in page.text
    await browser.go(f"/staff/sos/{alarm_id}")
    page = await browser.send(f"/staff/sos/{alarm_id}/answer")
    assert "有人处理" in said(page)
    await browser.send(f"/staff/sos/{alarm_id}/attend")
    page = await browser.send(f"/staff/sos/{alarm_id}/close", result="helped", note="没事了")
    assert page.url.path == "/staff/sos"
    assert "帮到了" in said(page)
    assert (await household.row(alarm_id)).result == "helped"


async def opened(house: House, household: Household) -> list[str]:
    """Read what staff did about the elder's number and place."""
    async with house.database.read() as session:
        found = await session.execute(
            text("SELECT action FROM audit_entry WHERE jsonb_exists(subject_ids, :who) ORDER BY seq"),
            {"who": str(household.elder.person_id)},
        )
    return [action for (action,) in found]


async def test_one_tap_shows_the_number_ready_to_ring_and_is_written_down(
    browser: Browser, household: Household, district: District, house: House, clock: AdjustableClock
) -> None:
    alarm_id, _ = await household.tap()
    await go_on(house, clock, 10)
    await at_the_desk(browser, district)
    await browser.go(f"/staff/sos/{alarm_id}")
    page = await browser.send(f"/staff/sos/{alarm_id}/answer")
    assert ("138****8000" in said(page), "13800138000" in page.text) == (True, False)
    assert "staff.sos.phone" not in await opened(house, household)
    page = await browser.send(f"/staff/sos/{alarm_id}/phone")
    assert 'href="tel:13800138000"' in page.text
    assert (await opened(house, household)).count("staff.sos.phone") == 1
    assert "13800138000" not in (await browser.go(f"/staff/sos/{alarm_id}")).text


async def test_the_desk_reads_where_they_live(
    browser: Browser, household: Household, district: District, house: House, clock: AdjustableClock
) -> None:
    await household.lives_at(household.elder, "枣阳路12弄3号401室")
    alarm_id, _ = await household.tap()
    await go_on(house, clock, 10)
    assert "枣阳路" not in (await at_the_desk(browser, district)).text
    assert "住在 枣阳路12弄3号401室" in said(await browser.go(f"/staff/sos/{alarm_id}"))


async def test_a_call_that_an_answer_made_needless_is_no_failure(
    browser: Browser, household: Household, district: District, house: House, clock: AdjustableClock
) -> None:
    async with house.database.transaction() as session:
        grandson = await move_in(session, house.cipher, account=False)
        session.add(
            PatientLinkRow(
                account_id=grandson,
                person_id=household.elder.person_id,
                relation="parent",
                created_at=clock(),
            )
        )
    alarm_id, _ = await household.tap()
    await go_on(house, clock, 10)
    await go_on(house, clock, 60)
    await at_the_desk(browser, district)
    assert "待打电话" in said(await browser.go(f"/staff/sos/{alarm_id}"))
    words = said(await browser.send(f"/staff/sos/{alarm_id}/answer"))
    assert "已有人应答,不用再打" in words
    assert "没叫到" not in words


async def test_a_drill_begins_by_a_number_and_says_so(
    browser: Browser, household: Household, district: District, house: House, clock: AdjustableClock
) -> None:
    await at_the_desk(browser, district)
    page = await browser.send("/staff/sos/drills", phone="13000000000")
    assert page.status_code == 409
    assert "没有找到这位居民。" in said(page)
    await browser.send("/staff/sos/drills", phone="138 0013 8000")
    await go_on(house, clock, 10)
    page = await browser.go("/staff/sos")
    assert "演练" in said(page)
    assert await household.inbox(household.daughter) == []
    assert "还没有" in said(page)  # the figures count no drill


def _actions(page: httpx.Response) -> list[str]:
    return [part.split('"', 1)[0] for part in page.text.split('action="')[1:] if "/cancel" in part[:80]]

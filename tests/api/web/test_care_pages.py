"""Care by forms and links only: asking, the desk's steps by keyboard, the code at the door, the stars."""

import re
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from api.lifespan import House
from scenes.common.people.service import NewStaff, create_staff
from scenes.eldercare.service import requests
from tests.api.web.test_pages import said, sign_in
from tests.support.care import CODE_OF, NURSING, CareTown
from tests.support.clock import AdjustableClock
from tests.support.storefront import PASSWORD, Browser, District
from tests.support.whole import resident_of


@pytest.fixture
async def town(house: House, clock: AdjustableClock, district: District) -> CareTown:
    town = CareTown(house.database, clock, house.cipher)
    await town.furnish()
    async with house.database.transaction() as session:
        account = await create_staff(
            session,
            NewStaff(
                username="eldercare", password=PASSWORD, display_name="调度", role="eldercare",
                place_ids=frozenset({town.place}),
            ),
            passwords=house.sign_in_tools.passwords,
            cipher=house.cipher,
            now=clock(),
        )  # fmt: skip
    district.totp_secret = account.totp_secret
    return town


async def ask_for_nursing(browser: Browser, town: CareTown) -> str:
    """Sign in and ask for a nurse; answer the request's address."""
    await sign_in(browser)
    here = f"/eldercare/services/{town.services['nursing']}"
    await browser.go(here)
    page = await browser.send(here, address="3号楼502室", note="换药")
    assert page.url.path.startswith("/eldercare/requests/"), said(page)
    return page.url.path


async def at_the_desk(browser: Browser, district: District) -> None:
    browser.http.cookies.clear()
    await browser.go("/staff/sign-in?next=/staff/eldercare")
    await browser.send("/staff/sign-in", username="eldercare", password=PASSWORD, totp=district.totp())


async def step(browser: Browser, path: str, name: str, **typed: str) -> str:
    """Take one step at the desk; answer what the page says then."""
    await browser.go(path)
    return said(await browser.post(path, browser.form(path) | {"step": name} | typed))


async def test_anybody_sees_what_can_be_asked_for(browser: Browser, town: CareTown) -> None:
    await town.bath_time()
    words = said(await browser.go("/eldercare"))
    assert "bath" in words
    assert "每次 80 元" in words
    words = said(await browser.go(f"/eldercare/services/{town.services['bath']}"))
    assert "80岁以上少付 30 元" in words
    assert "明天" in words


async def test_too_young_is_said_on_the_form_and_what_was_typed_stays(
    browser: Browser, town: CareTown
) -> None:
    await sign_in(browser)
    here = f"/eldercare/services/{town.services['errand']}"
    await browser.go(here)
    page = await browser.send(here, note="买降压药")
    assert page.status_code == 409
    assert "只给规定年龄以上的老人" in said(page)
    assert browser.form(here)["note"] == "买降压药"


async def test_from_the_form_to_the_stars(browser: Browser, town: CareTown, district: District) -> None:
    mine = await ask_for_nursing(browser, town)
    assert "正在找人" in said(await browser.go(mine))
    request_id = mine.rsplit("/", 1)[1]
    desk = f"/staff/eldercare/{request_id}"
    await at_the_desk(browser, district)
    assert "陈秀英" in said(await browser.go("/staff/eldercare"))
    assert "3号楼502室" in said(await browser.go(desk))
    assert "等答应" in await step(browser, desk, "assign", carer=str(town.lu.staff_id))
    assert "有人来" in await step(browser, desk, "accept")
    assert "到达码不对" in await step(browser, desk, "arrive", code="wrong")
    code = (await town.rows(CODE_OF, id=request_id))[0][0]
    assert "已到" in await step(browser, desk, "arrive", code=code)
    await step(browser, desk, "complete", note="伤口干净")
    browser.http.cookies.clear()
    await sign_in(browser)
    assert "陆护理员" in said(await browser.go(mine))
    assert "谢谢您的评价" in said(await browser.send(f"{mine}/rate", stars="5"))
    assert await town.state(UUID(request_id)) == "rated"


async def test_she_takes_it_back_by_one_button(browser: Browser, town: CareTown) -> None:
    mine = await ask_for_nursing(browser, town)
    assert "这次服务取消了" in said(await browser.send(f"{mine}/cancel"))
    assert NURSING not in said(await browser.go(mine))


async def test_a_double_tap_asks_once(browser: Browser, town: CareTown) -> None:
    await sign_in(browser)
    here = f"/eldercare/services/{town.services['nursing']}"
    await browser.go(here)
    form = browser.form(here) | {"note": "换药"}
    first, second = await browser.post(here, form), await browser.post(here, form)
    assert first.url.path == second.url.path
    assert len(await town.rows("SELECT id FROM care_request")) == 1


async def test_another_address_on_a_form_already_sent_is_no_second_visit_unseen(
    browser: Browser, town: CareTown
) -> None:
    """She goes back, corrects the address, and must learn that the first one is under way as it was."""
    await sign_in(browser)
    here = f"/eldercare/services/{town.services['nursing']}"
    await browser.go(here)
    form = browser.form(here) | {"note": "换药", "address": "3号楼502室", "sex": "f", "agreed": "1"}
    first = await browser.post(here, form)
    again = await browser.post(here, form | {"address": "8号楼101室"})
    assert (again.status_code, "刚才那一份已经交上去了" in said(again)) == (409, True)
    kept = browser.form(here)
    assert (kept["address"], kept["note"], kept["agreed"]) == ("8号楼101室", "换药", "1")
    assert '<option value="f" selected>' in again.text
    assert len(await town.rows("SELECT id FROM care_request")) == 1
    second = await browser.send(here, address="8号楼101室", sex="f")
    assert second.url.path not in {first.url.path, here}
    assert len(await town.rows("SELECT id FROM care_request")) == 2


async def test_where_help_went_before_is_offered_to_who_may_see_it(
    browser: Browser, town: CareTown, district: District
) -> None:
    here = f"/eldercare/services/{town.services['nursing']}"
    assert "<datalist" not in (await browser.go(here)).text
    await sign_in(browser)
    for address in ("3号楼502室", "8号楼101室", "3号楼502室", ""):
        await browser.go(here)
        assert (await browser.send(here, address=address, agreed="1")).is_success
        town.clock.advance(timedelta(minutes=1))
    offered = re.findall(r'<datalist id="before">(.*?)</datalist>', (await browser.go(here)).text)
    before = ["3号楼502室", "8号楼101室"]
    assert [re.findall(r'value="([^"]*)"', each) for each in offered] == [before]
    me = resident_of(district.me)
    for scopes, seen in ((None, before), ({"book", "view"}, before), ({"book"}, [])):
        who = msgspec.structs.replace(me, scopes=scopes and frozenset(scopes))
        async with town.database.read() as session:
            assert await requests.addresses_before(session, who, [district.me], town.cipher) == seen


async def test_a_note_for_the_next_shift_and_the_days_table(
    browser: Browser, town: CareTown, district: District, house: House
) -> None:
    await ask_for_nursing(browser, town)
    await house.directory.refresh()
    await at_the_desk(browser, district)
    await browser.go("/staff/eldercare")
    page = await browser.send("/staff/eldercare/handover", place=str(town.place), note="门铃坏了")
    assert "门铃坏了" in said(page)
    [href] = browser.links(r"/api/v1/staff/requests/report.csv[^\"]*")
    table = await browser.http.get(href)
    assert (table.status_code, len(table.text.splitlines())) == (200, 2)


async def test_from_a_visit_to_the_clinic_and_back_with_a_number(
    browser: Browser, town: CareTown, district: District, house: House
) -> None:
    window_id = await town.escort_time()
    await town.run("UPDATE person SET birth_date = '1945-01-01' WHERE id = :me", me=district.me)
    mine = await town.ask_escort(house.ledger, window_id, by=resident_of(district.me))
    here = f"/eldercare/requests/{mine}"
    await sign_in(browser)
    assert "还没有约号" in said(await browser.go(here))
    await browser.go(browser.links(r"/clinic\?[^\"]*")[0])
    await browser.go(browser.links(rf"/clinic/{district.place}[^\"]*")[0])
    await browser.go(browser.links(rf"/clinic/{district.place}/[^\"]*")[0])
    window = browser.links(r"/clinic/windows/[^\"]*")[0]
    await browser.go(window)
    back = await browser.send(window)
    assert back.url.path == here, said(back)
    words = said(await browser.send(f"{here}/appointment"))
    assert ("上午10点" in words, "换成哪个号" in words) == (True, False)
    [(appointment,)] = await town.rows("SELECT appointment_id FROM care_request")
    assert appointment is not None
    assert "上午10点" in await desk_words(browser, district, mine)


async def desk_words(browser: Browser, district: District, request_id: UUID) -> str:
    await at_the_desk(browser, district)
    return said(await browser.go(f"/staff/eldercare/{request_id}"))


async def test_a_later_hour_by_form_is_agreed_on_the_phone(
    browser: Browser, town: CareTown, district: District
) -> None:
    await sign_in(browser)
    here = f"/eldercare/services/{town.services['nursing']}"
    words = said(await browser.go(here))
    assert "现在就来,2小时内" in words
    assert "约别的时间,社区会打电话跟您确认。" in words
    page = await browser.send(here, day="2026-11-24", hour="", agreed="1")
    assert (page.status_code, "请选好哪一天、几点。" in said(page)) == (409, True)
    page = await browser.send(here, day="2026-11-23", hour="08:00", agreed="1")
    assert (page.status_code, "这个时间已经过了" in said(page)) == (409, True)
    page = await browser.send(here, day="2026-11-24", hour="15:00", agreed="1")
    mine = page.url.path
    assert "希望 明天(11月24日 星期二)下午3点" in said(page)
    assert "社区会打电话跟您确认。" in said(page)
    assert "希望 明天(11月24日 星期二)下午3点" in said(await browser.go("/eldercare"))
    await at_the_desk(browser, district)
    assert "希望 明天(11月24日 星期二)下午3点" in said(await browser.go("/staff/eldercare"))
    desk = f"/staff/eldercare/{mine.rsplit('/', 1)[1]}"
    words = said(await browser.go(desk))
    assert "要做的 打电话,把时间说好" in words
    assert "没有人来" in await step(browser, desk, "agree", day="2026-11-24", hour="03:00")
    words = await step(browser, desk, "agree", day="2026-11-24", hour="16:30")
    assert "说好的时间 明天(11月24日 星期二)下午4点半" in words
    browser.http.cookies.clear()
    await sign_in(browser)
    assert "时间 明天(11月24日 星期二)下午4点半" in said(await browser.go(mine))


async def test_the_address_written_once_is_where_the_desk_sends_somebody(
    browser: Browser, town: CareTown, district: District
) -> None:
    await sign_in(browser)
    assert "地址 还没有填 填地址" in said(await browser.go("/me"))
    await browser.go("/me/address")
    page = await browser.send("/me/address", address="兰溪路100号302室")
    assert (page.url.path, "地址 兰溪路100号302室 改地址" in said(page)) == ("/me", True)
    await browser.go("/me/address")
    assert browser.form("/me/address")["address"] == "兰溪路100号302室"
    here = f"/eldercare/services/{town.services['nursing']}"
    assert "家里的地址写在「我的」里" in said(await browser.go(here))
    mine = (await browser.send(here, agreed="1")).url.path
    await at_the_desk(browser, district)
    assert "地方 家里:兰溪路100号302室" in said(
        await browser.go(f"/staff/eldercare/{mine.rsplit('/', 1)[1]}")
    )

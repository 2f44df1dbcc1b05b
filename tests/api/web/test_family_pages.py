"""Family and help on the pages, without JavaScript: granting, acting under a banner, leaving off, a code."""

import re

import pytest

from tests.api.web.test_pages import code_of, said, sign_in, sign_in_staff, to_confirm
from tests.support.storefront import Browser, District

BANNER = "您正在替 陈*英 办事"


@pytest.fixture
async def daughter(district: District) -> None:
    await district.resident("陈梅", resident_no=2, has_account=True, phone="13700009876")


async def sign_in_as(browser: Browser, number: int) -> None:
    await browser.go("/me")
    if "退出登录" in said(await browser.go("/me")):
        await browser.send("/sign-out")
    await browser.go("/sign-in")
    await browser.send("/sign-in", resident_no=str(number))


async def grant(browser: Browser, **typed: str) -> None:
    """Let the daughter act for resident 1, who is signed in."""
    await browser.go("/me/family")
    await browser.send("/me/family", **{"name": "陈梅", "phone": "13700009876", "pay": ""} | typed)


async def start(browser: Browser) -> None:
    await sign_in_as(browser, 2)
    await browser.go("/me/family")
    page = await browser.send("/me/acting/start")
    assert BANNER in said(page)


@pytest.mark.usefixtures("daughter")
async def test_the_daughter_books_for_her_mother_and_leaves_off(browser: Browser, district: District) -> None:
    await sign_in(browser)
    await grant(browser)
    assert "陈* 代办中" in said(browser.page)  # pyright: ignore[reportArgumentType]
    await start(browser)
    page = await browser.send(await to_confirm(browser), patient="", reason="")
    assert (page.status_code, BANNER in said(page)) == (200, True)
    rows = await district.rows(
        "SELECT p.name, q.name FROM booking b "
        "JOIN person p ON p.id = person_id JOIN person q ON q.id = booked_by"
    )
    assert [tuple(row) for row in rows] == [("陈秀英", "陈梅")]

    page = await browser.go("/me/family")
    assert (page.status_code, "不能代办" in said(page), BANNER in said(page)) == (403, True, True)
    page = await browser.send("/me/acting/stop")
    assert (page.url.path, "您正在替" in said(page)) == ("/", False)
    assert await code_of(district) not in (await browser.go("/me/bookings")).text

    await sign_in_as(browser, 1)
    assert "约了看病" in said(await browser.go("/me/family"))


@pytest.mark.usefixtures("daughter")
async def test_a_form_shown_for_her_mother_does_nothing_for_herself(
    browser: Browser, district: District
) -> None:
    await sign_in(browser)
    await grant(browser)
    await start(browser)
    window = await to_confirm(browser)
    form = browser.form(window) | {"patient": "", "reason": ""}
    await browser.go("/")
    await browser.send("/me/acting/stop")
    page = await browser.post(window, form)
    assert (page.status_code, "页面已经过期" in said(page)) == (403, True)
    assert await district.rows("SELECT 1 FROM booking") == []


@pytest.mark.usefixtures("daughter")
async def test_an_end_by_one_tap_counts_on_the_next_page(browser: Browser, district: District) -> None:
    await sign_in(browser)
    await grant(browser)
    await start(browser)
    await district.rows("UPDATE delegation SET state = 'revoked' RETURNING 1")
    page = await browser.go("/me/bookings")
    assert (page.status_code, "可能是代办已经结束" in said(page)) == (403, True)
    page = await browser.go("/me")  # the page took the choice out of the browser
    assert (page.status_code, "陈梅" in said(page)) == (200, True)


@pytest.mark.usefixtures("daughter")
async def test_she_asks_and_her_mother_says_yes(browser: Browser) -> None:
    await sign_in_as(browser, 2)
    await browser.go("/me/family")
    await browser.send("/me/family", role="delegate", name="陈秀英", phone="13800138000", pay="")
    await sign_in_as(browser, 1)
    page = await browser.go("/me/family")
    [approve] = re.findall(r'action="(/me/family/[0-9a-f-]+/approve)"', page.text)
    assert "代办中" in said(await browser.send(approve))
    await browser.send(approve.replace("approve", "revoke"))
    assert "还没有人能替您办事" in said(await browser.go("/me/family"))


@pytest.mark.usefixtures("daughter")
async def test_what_is_wrong_is_said_and_what_was_typed_stays(browser: Browser) -> None:
    await sign_in(browser)
    await browser.go("/me/family")
    page = await browser.send("/me/family", name="陈美", phone="13700009876")
    assert (page.status_code, "姓名和手机号对不上" in said(page)) == (400, True)
    assert browser.form("/me/family")["name"] == "陈美"


async def test_consents_are_given_and_taken_back_one_by_one(browser: Browser) -> None:
    await sign_in(browser)
    await browser.go("/me/consents")
    page = await browser.send("/me/consents")
    assert said(page).count("2026年11月23日同意的") == 1
    assert "2026年11月23日收回了" in said(await browser.send("/me/consents"))


async def test_staff_help_at_the_counter_by_a_code(browser: Browser, district: District) -> None:
    await sign_in(browser)
    await browser.go("/me/help")
    page = await browser.send("/me/help/code")
    [code] = re.findall(r'class="code num"[^>]*>(\d{3} \d{3})<', page.text)
    await browser.go("/me")
    await browser.send("/sign-out")

    await sign_in_staff(browser, district)
    await browser.go("/staff/assist")
    page = await browser.send("/staff/assist", phone="13800138000", code="000 000")
    assert "授权码不对" in said(page)
    page = await browser.send("/staff/assist", phone="138 0013 8000", code=code)
    assert "正在替 陈*英 办事" in said(page)

    page = await browser.send(await to_confirm(browser), patient="", reason="")
    assert (page.status_code, BANNER in said(page)) == (200, True)
    rows = await district.rows("SELECT action, result FROM audit_entry ORDER BY seq")
    assert [tuple(row) for row in rows if row[0].startswith("staff.assist.POST")] == [
        ("staff.assist.POST /clinic/windows/{window_id}", "asked"),
        ("staff.assist.POST /clinic/windows/{window_id}", "303"),
    ]
    assert "今日" in said(await browser.go("/staff/assist"))  # the desk's own pages stay the desk's
    page = await browser.send("/staff/assist/end")
    assert "居民的手机号" in said(page)
    assert (await browser.go("/me/bookings")).status_code == 403
    await browser.go("/staff/assist")
    assert (await browser.send("/sign-out")).url.path == "/staff/sign-in"


async def test_ones_data_is_taken_along_and_one_is_forgotten(browser: Browser, district: District) -> None:
    await sign_in(browser)
    page = await browser.go("/me/data")
    [file] = browser.links(r"/api/v1/me/export")
    assert (await browser.go(file)).json()["data"]["person"][0]["name"] == "陈秀英"
    await browser.go("/me/data")
    page = await browser.send("/me/data/erase", sure="")
    assert (page.status_code, "请先勾选" in said(page)) == (400, True)
    page = await browser.send("/me/data/erase")
    assert (page.url.path, "登录" in said(page)) == ("/", True)
    names = await district.rows("SELECT name, erased_at IS NOT NULL FROM person WHERE has_account = false")
    assert ("已注销", True) in [tuple(row) for row in names]


@pytest.mark.usefixtures("daughter")
async def test_without_the_scope_view_pages_show_what_a_visitor_sees(
    browser: Browser, district: District
) -> None:
    await sign_in(browser)
    await browser.send(await to_confirm(browser), patient="", reason="")
    code = await code_of(district)
    assert "看凭证" in said(await browser.go("/"))
    await grant(browser, view="")
    await start(browser)
    words = said(await browser.go("/"))
    assert (BANNER in words, "看凭证" in words) == (True, False)
    page = await browser.go("/me/bookings")
    assert (page.status_code, code in page.text) == (403, False)

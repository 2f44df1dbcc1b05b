"""Journeys by links and forms only, as a phone without JavaScript makes them."""

import re
from datetime import timedelta
from uuid import UUID

import httpx

from tests.support.storefront import HTML, PASSWORD, Browser, District

WINDOW = r"/clinic/windows/[0-9a-f-]+"
DEPARTMENT = r"/clinic/[0-9a-f-]{36}/[0-9a-f-]{36}"


def said(page: httpx.Response) -> str:
    """Read a page's words without its tags and scripts' addresses."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text.replace("<wbr>", "")))


async def sign_in(browser: Browser) -> None:
    await browser.go("/sign-in")
    await browser.send("/sign-in", resident_no="1")


async def sign_in_staff(browser: Browser, district: District) -> httpx.Response:
    await browser.go("/staff/sign-in")
    page = await browser.send("/staff/sign-in", username="clinic", password=PASSWORD, totp=district.totp())
    assert page.url.path == "/staff/board", said(page)
    return page


async def to_confirm(browser: Browser) -> str:
    """Walk from the first page to a free number's confirm page; answer its address."""
    await browser.go("/clinic")
    await browser.go(browser.links(r"/clinic/[0-9a-f-]{36}")[0])
    await browser.go(browser.links(DEPARTMENT)[0])
    window = browser.links(WINDOW)[0]
    await browser.go(window)
    return window


async def book(browser: Browser) -> str:
    """Book the first free number; answer the voucher's address."""
    await sign_in(browser)
    page = await browser.send(await to_confirm(browser), patient="", reason="")
    return page.url.path


async def bookings(district: District) -> list[tuple[str]]:
    return [tuple(row) for row in await district.rows("SELECT state FROM booking ORDER BY id")]


async def code_of(district: District) -> str:
    return (await district.rows("SELECT code FROM booking"))[0][0]


async def test_a_visitor_sees_what_can_be_done_and_what_is_near(browser: Browser) -> None:
    page = await browser.go("/")
    words = said(page)
    assert page.status_code == 200
    for expected in ("看病预约", "助老服务", "走路 15 分钟内", "长辈版", "12345"):
        assert expected in words


async def test_booking_asks_to_sign_in_and_comes_back_to_the_same_number(browser: Browser) -> None:
    window = await to_confirm(browser)
    assert browser.page is not None
    assert browser.page.url.path == "/sign-in"
    page = await browser.send("/sign-in", resident_no="1")
    assert page.url.path == window
    assert "陈秀英(本人)" in said(page)


async def test_a_free_number_is_booked_with_a_code_a_picture_and_a_slip(
    browser: Browser, district: District
) -> None:
    voucher = await book(browser)
    code = await code_of(district)
    spaced = f"{code[: (len(code) + 1) // 2]} {code[(len(code) + 1) // 2 :]}"
    page = await browser.go(voucher)
    assert "已约好" in said(page)
    assert spaced in said(page)
    assert "<svg" in page.text
    slip = await browser.go(f"{voucher}/slip")
    assert spaced in said(slip)
    assert "不用带手机" in said(slip)
    assert "11月24日 星期二 上午10点到10点半" in said(slip)
    assert "明天" not in said(slip)
    assert (await browser.go(f"/api/v1{voucher}/slip")).status_code == 200


async def test_a_double_tap_is_one_booking(browser: Browser, district: District) -> None:
    await sign_in(browser)
    window = await to_confirm(browser)
    fields = browser.form(window)
    first = await browser.post(window, fields)
    second = await browser.post(window, fields)
    assert first.url == second.url
    assert await bookings(district) == [("confirmed",)]


async def test_a_refusal_is_said_where_it_happened_with_the_way_on(browser: Browser) -> None:
    await book(browser)
    page = await browser.send(await to_confirm(browser), patient="", reason="")
    assert page.status_code == 409
    assert "您已经约过这一场了" in said(page)
    assert browser.links(DEPARTMENT + r"\?date=[0-9-]+") != []


async def test_cancelling_asks_once_more_and_gives_the_number_back(
    browser: Browser, district: District
) -> None:
    voucher = await book(browser)
    await browser.go(f"{voucher}/cancel")
    page = await browser.send(f"{voucher}/cancel")
    assert page.url.path == voucher
    assert "已取消" in said(page)
    assert await bookings(district) == [("cancelled",)]


async def test_what_is_next_stands_first_at_home_and_in_the_list(browser: Browser) -> None:
    voucher = await book(browser)
    for path in ("/", "/me/bookings"):
        await browser.go(path)
        assert browser.links(voucher) == [voucher]


async def test_checking_in_on_the_day_gives_a_number_and_the_queue(
    browser: Browser, district: District
) -> None:
    voucher = await book(browser)
    district.clock.advance(timedelta(days=1))
    await browser.go(voucher)
    page = await browser.send(f"{voucher}/check-in")
    assert "1 号" in said(page)
    queue = await browser.go(browser.links(r"/clinic/queue/[0-9a-f-]+")[0])
    assert "下一个就是您" in said(queue)


async def test_a_full_session_offers_the_waitlist(browser: Browser, district: District) -> None:
    await district.run("UPDATE booking_window SET taken = capacity")
    await sign_in(browser)
    waiting = f"/clinic/sessions/{district.session_id}/waitlist"
    await browser.go(waiting)
    page = await browser.send(waiting, patient="")
    assert "正在候补" in said(page)
    assert "排在第一位" in said(page)
    await district.run("UPDATE booking_window SET taken = 0")


async def test_a_patient_is_added_or_the_form_says_what_is_wrong(browser: Browser) -> None:
    await sign_in(browser)
    await browser.go("/me/patients/add")
    wrong = await browser.send("/me/patients/add", name="李奶奶", resident_id="310", relation="母亲")
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.text
    page = await browser.send(
        "/me/patients/add", name="李奶奶", resident_id="11010519491231002X", relation="母亲"
    )
    assert page.url.path == "/me"
    assert "李奶奶" in said(page)


async def test_an_unknown_resident_is_told_so(browser: Browser) -> None:
    await browser.go("/sign-in")
    page = await browser.send("/sign-in", resident_no="99999999999999")
    assert page.status_code == 404
    assert "没有这个编号的居民" in said(page)


async def test_signing_out_ends_the_session(browser: Browser) -> None:
    await sign_in(browser)
    await browser.go("/me")
    await browser.send("/sign-out")
    page = await browser.go("/me")
    assert page.url.path == "/sign-in"


async def test_a_page_of_another_person_is_not_found(browser: Browser, district: District) -> None:
    voucher = await book(browser)
    await district.resident("别人", resident_no=2)
    await browser.go("/sign-in")
    await browser.post("/sign-in", browser.form("/sign-in") | {"resident_no": "2"})
    page = await browser.go(voucher)
    assert page.status_code == 404
    assert "没有找到这个预约" in said(page)


async def test_a_form_without_the_token_changes_nothing(browser: Browser, district: District) -> None:
    voucher = await book(browser)
    page = await browser.post(f"{voucher}/cancel", {"key": "abcdefgh"})
    assert page.status_code == 403
    assert "页面已经过期" in said(page)
    assert await bookings(district) == [("confirmed",)]


async def test_elder_style_stays_until_it_is_changed_back(browser: Browser) -> None:
    assert 'data-ui="elder"' in (await browser.go("/?uiStyle=elder")).text
    assert 'data-ui="elder"' in (await browser.go("/clinic")).text
    assert 'data-ui="standard"' in (await browser.go("/clinic?uiStyle=standard")).text
    assert 'data-ui="standard"' in (await browser.go("/")).text


async def test_people_get_a_page_and_programs_a_document(browser: Browser) -> None:
    page = await browser.go("/no-such-page")
    assert page.status_code == 404
    assert "没有找到" in said(page)
    answer = await browser.http.get("/no-such-page")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_stylesheet_is_kept_for_a_year_under_its_digest(browser: Browser) -> None:
    await browser.go("/")
    answer = await browser.http.get(browser.links(r"/static/style\.css\?v=[0-9a-f]{12}")[0])
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")


async def test_pages_allow_nothing_from_elsewhere_and_are_kept_by_no_proxy(browser: Browser) -> None:
    page = await browser.go("/")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert page.headers["cache-control"] == "private, no-cache"
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []


async def test_no_address_leads_out_after_signing_in(browser: Browser) -> None:
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        await browser.http.get("/sign-in")
        page = await browser.go(f"/sign-in?next={target}")
        assert 'name="next" value="/"' in page.text


async def test_every_page_is_one_document_with_a_heading_and_a_way_to_call(
    browser: Browser, district: District
) -> None:
    voucher = await book(browser)
    place: UUID = district.place
    for path in (
        "/", "/clinic", f"/clinic/{place}", "/places", f"/places/{place}", "/me", "/me/bookings", "/me/inbox",
        voucher, f"{voucher}/slip", f"{voucher}/cancel", "/accessibility", "/eldercare", "/sign-in",
        "/staff/sign-in", "/me/patients/add",
    ):  # fmt: skip
        page = await browser.go(path)
        assert page.status_code == 200, path
        assert page.text.count("<h1") == 1, path
        assert 'lang="zh-CN"' in page.text
        assert 'href="tel:12345"' in page.text, path
        assert HTML["Accept"] in page.headers["content-type"]

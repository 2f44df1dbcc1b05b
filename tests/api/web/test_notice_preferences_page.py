"""How to be told, by form and over HTTP."""

import httpx

from api.lifespan import House
from tests.api.web.test_pages import said, sign_in
from tests.support.storefront import Browser, District
from tests.support.whole import API, Whole, good, refusal, resident_of

PAGE = "/me/notice-preferences"


async def test_the_form_keeps_what_was_chosen(browser: Browser) -> None:
    await sign_in(browser)
    await browser.go("/me")
    assert PAGE in browser.links(r"/me/notice[^\"]*")
    assert "马上通知您" in said(await browser.go(PAGE))
    chosen = {
        "way": "call", "phone": "other", "other_phone": "13900001111", "reminders": "no", "quiet": "own",
        "quiet_from": "20", "quiet_until": "8",
    }  # fmt: skip
    page = await browser.send(PAGE, **chosen)
    assert "记下了" in said(page)
    assert ("139****1111" in page.text, "13900001111" in page.text) == (True, False)
    kept = await browser.http.get(f"{API}{PAGE}")
    assert kept.json() == {
        "prefer": "call", "quietFrom": "20:00", "quietUntil": "08:00", "reminders": False,
        "callPhone": "139****1111",
    }  # fmt: skip


async def test_what_is_wrong_is_said_and_nothing_is_kept(browser: Browser) -> None:
    await sign_in(browser)
    for wrong, words in (
        ({"phone": "other", "other_phone": ""}, "请填写另外的电话号码"),
        ({"phone": "other", "other_phone": "123"}, "电话号码不对"),
        ({"quiet": "own", "quiet_from": "9", "quiet_until": "9"}, "开始和结束不能一样"),
    ):
        await browser.go(PAGE)
        page = await browser.send(PAGE, **{"way": "sms", "reminders": "yes", "quiet": "usual"} | wrong)
        assert (page.status_code, words in said(page)) == (400, True)
    kept = await browser.http.get(f"{API}{PAGE}")
    assert (kept.json()["prefer"], kept.json()["callPhone"]) == ("auto", None)


async def test_over_http_the_number_stays_until_it_is_taken_away(
    house: House, client: httpx.AsyncClient, district: District
) -> None:
    whole, me = Whole(house, client), resident_of(district.me)
    headers = whole.bearer(me)

    async def put(**wish: object) -> httpx.Response:
        return await client.put(f"{API}{PAGE}", json=wish, headers=headers)

    first = good(await put(prefer="sms", quietFrom="21:30", quietUntil="06:00", callPhone="021-62345678"))
    assert first["callPhone"] == "021****5678"
    assert good(await put(prefer="sms"))["callPhone"] == "021****5678"
    assert good(await put(prefer="auto", callPhone=None))["callPhone"] is None
    assert refusal(await put(prefer="sms", quietFrom="21:30"))[0] == 400
    assert refusal(await put(prefer="pigeon"))[0] == 400

"""Searching the whole circle, as a call and as a page."""

import httpx

from tests.api.web.test_pages import said, sign_in
from tests.support.storefront import Browser, District


async def test_departments_doctors_and_pages_are_found(district: District, client: httpx.AsyncClient) -> None:
    answers = [
        (await client.get("/api/v1/search", params={"q": q, "limit": 1})).json()["items"]
        for q in ("quanke", "limin", "大字")
    ]
    assert [(item["kind"], item["title"]) for (item,) in answers] == [
        ("department", "全科"), ("doctor", "李敏医生"), ("page", "字和颜色"),
    ]  # fmt: skip
    ((department,), _, _) = answers
    known = await district.rows("SELECT place_id, id FROM department ORDER BY id")
    place, first = (str(value) for value in known[0])
    assert department == {
        "kind": "department",
        "title": "全科",
        "about": "",
        "href": f"/clinic/{place}/{first}",
        "scene": "clinic",
        "place": {"id": place, "name": department["place"]["name"]},
        "others": len(known) - 1,
    }
    page = await client.get(department["href"], headers={"Accept": "text/html"})
    assert page.status_code == 200


async def test_an_empty_question_and_a_strange_place_are_refused(client: httpx.AsyncClient) -> None:
    wrong = [{"q": ""}, {}, {"q": "牙", "limit": 99}, {"q": "牙", "lat": 0}, {"q": "牙" * 41}]
    assert [(await client.get("/api/v1/search", params=each)).status_code for each in wrong] == [400] * 5


async def test_the_page_leads_on_or_says_what_to_do(browser: Browser) -> None:
    await browser.go("/")
    page = await browser.go("/search?q=qk")
    assert "全科" in said(page)
    nothing = said(await browser.go("/search?q=%E7%81%AB%E9%94%85"))
    assert "没有找到「火锅」" in nothing
    assert "12345" in nothing
    await sign_in(browser)
    assert "大家常找" in said(await browser.go("/search"))


async def test_what_is_typed_stays_text(browser: Browser) -> None:
    page = await browser.go("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script>alert" not in page.text

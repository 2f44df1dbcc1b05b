"""Anybody chooses how pages look, and sees it at once; an account keeps it for the next phone."""

import re

import httpx

from tests.api.web.test_pages import said, sign_in
from tests.support.storefront import Browser, District


def look(page: httpx.Response) -> tuple[str, ...]:
    found = re.search(
        r'<html lang="zh-CN" data-ui="(\w+)" data-contrast="(\w+)" data-scale="(\d+)"', page.text
    )
    assert found
    return found.groups()


async def test_a_visitor_chooses_and_every_page_has_it(browser: Browser) -> None:
    await browser.go("/preferences")
    page = await browser.send("/preferences", ui_style="elder", text_scale="150", contrast="high")
    assert (page.url.path, look(page)) == ("/preferences", ("elder", "high", "150"))
    assert "换好了" in said(page)
    assert look(await browser.go("/places")) == ("elder", "high", "150")
    await browser.go("/preferences")
    assert browser.form("/preferences")["text_scale"] == "150"


async def test_an_account_takes_its_look_to_another_phone(browser: Browser, district: District) -> None:
    await sign_in(browser)
    await browser.go("/preferences")
    await browser.send("/preferences", text_scale="125", contrast="high", speech_rate="0.75")
    kept = await district.rows("SELECT ui_style, text_scale, contrast, speech_rate FROM preference")
    assert [tuple(row) for row in kept] == [("standard", 1.25, "high", 0.75)]
    browser.http.cookies.clear()
    assert look(await browser.go("/")) == ("standard", "normal", "100")
    await sign_in(browser)
    assert look(await browser.go("/me")) == ("standard", "high", "125")


async def test_the_link_of_the_host_changes_the_style_and_keeps_the_rest(browser: Browser) -> None:
    await browser.go("/preferences")
    await browser.send("/preferences", text_scale="200")
    assert look(await browser.go("/?uiStyle=elder")) == ("elder", "normal", "200")
    assert look(await browser.go("/places")) == ("elder", "normal", "200")


async def test_a_size_that_only_an_account_carries_is_offered_too(browser: Browser) -> None:
    browser.http.cookies.set("lc_scale", "140")
    page = await browser.go("/preferences")
    assert ("140%" in said(page), browser.form("/preferences")["text_scale"]) == (True, "140")


async def test_an_unknown_choice_is_refused(browser: Browser) -> None:
    await browser.go("/preferences")
    page = await browser.post("/preferences", browser.form("/preferences") | {"text_scale": "900"})
    assert page.status_code == 400

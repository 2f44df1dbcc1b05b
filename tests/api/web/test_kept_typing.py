"""Typing at a desk outlives a sign-in that ran out, for who typed it and for nobody else on the same tab."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Page

from api.app import compose
from api.lifespan import House
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.people.tokens.factors import totp_now
from tests.scenes.common.payments.conftest import free_port, serving
from tests.support.storefront import PASSWORD, District

REASON = "#reason"
LONG_IDLE = timedelta(minutes=61)
"""Longer than a sign-in at the desk lasts while nobody does anything."""

KEPT = "sessionStorage.getItem('desk-kept')"


@pytest.fixture
async def url(house: House, district: District, page: Page) -> AsyncIterator[str]:
    assert district.me
    async with serving(compose(house), free_port()) as url:
        yield url
        await page.close()  # it follows the menu's numbers, which this server would wait for


@pytest.fixture
async def colleague(house: House, district: District) -> str:
    """Hire a second member of staff; answer the secret of the authenticator."""
    async with district.database.transaction() as session:
        account = await create_staff(
            session,
            NewStaff(
                username="other", password=PASSWORD, display_name="同事", role="clinic",
                place_ids=frozenset({district.place}),
            ),
            passwords=house.sign_in_tools.passwords,
            cipher=house.cipher,
            now=district.clock(),
        )  # fmt: skip
    return account.totp_secret


async def sign_in(page: Page, name: str, code: str) -> None:
    await page.fill("#username", name)
    await page.fill("#password", PASSWORD)
    await page.fill("#totp", code)
    await page.click("main form[action='/staff/sign-in'] button")
    await page.wait_for_url(lambda address: "/sign-in" not in address)


async def typed_too_late(page: Page, district: District, words: str) -> None:
    """Type a reason, let the sign-in run out, send it: the sign-in page comes."""
    await page.fill(REASON, words)
    district.clock.advance(LONG_IDLE)
    await page.click("form[data-keep] button")
    await page.wait_for_url("**/staff/sign-in**")


async def test_a_reason_comes_back_after_signing_in_again_and_goes_once_it_is_sent(
    page: Page, url: str, district: District
) -> None:
    form = f"{url}/staff/closures?sessionId={district.session_id}"
    await page.goto(form)
    await sign_in(page, "clinic", district.totp())
    await typed_too_late(page, district, "设备坏了")
    await sign_in(page, "clinic", district.totp())
    assert page.url == form
    assert await page.input_value(REASON) == "设备坏了"
    assert await page.locator("[data-kept]").is_visible()
    await page.click("form[data-keep] button")
    await page.get_by_text("会影响 0 位居民").wait_for()
    assert await page.evaluate(KEPT) is None
    await page.goto(form)
    assert await page.input_value(REASON) == ""


async def test_a_colleague_on_the_same_tab_never_sees_it(
    page: Page, url: str, district: District, colleague: str
) -> None:
    form = f"{url}/staff/closures?sessionId={district.session_id}"
    await page.goto(form)
    await sign_in(page, "clinic", district.totp())
    await typed_too_late(page, district, "别人不该看到")
    await sign_in(page, "other", totp_now(colleague, district.clock()))
    assert page.url == form
    assert await page.input_value(REASON) == ""
    assert await page.evaluate(KEPT) is None

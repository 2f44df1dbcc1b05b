"""「听」 on the elder pages: a link to the sound, played in place; plain words where nobody speaks."""

import re
from html import unescape

import httpx
import pytest
from playwright.async_api import Page

from accessibility.speech.signing import Reader
from api.lifespan import House
from tests.support.storefront import Browser, District

LINK = re.compile(r'<a class="hear" href="([^"]+)" data-listen="([^"]+)">')


@pytest.fixture
def mute(house: House) -> House:
    """A server without a voice."""
    house.speaker.speaks = False
    house.reader = Reader(house.settings.secret_key, speaks=False)
    return house


async def test_without_a_script_the_link_opens_the_sound(browser: Browser) -> None:
    page = await browser.go("/elder")
    [(href, words)] = LINK.findall(page.text)
    assert "请选一个。看病。" in unescape(words)
    sound = await browser.go(unescape(href))
    assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/mpeg")


async def test_a_server_without_a_voice_says_so(
    mute: House, district: District, client: httpx.AsyncClient
) -> None:
    assert mute.reader.url("您好") is None
    assert district.me
    page = await Browser(client).go("/elder")
    assert page.status_code == 200
    assert "这台服务器不会朗读。" in page.text
    assert LINK.findall(page.text) == []
    home = (await client.get("/api/v1/elder/home")).json()
    assert home["audioUrl"] is None


async def test_the_script_plays_in_place_and_a_second_tap_stops(demo: tuple[str, str], page: Page) -> None:
    url, _ = demo
    await page.goto(f"{url}/elder")
    button = page.locator("a.hear")
    async with page.expect_response(re.compile("/elder/audio")) as heard:
        await button.click()
    answer = await heard.value
    assert (answer.status in {200, 206}, answer.headers["content-type"]) == (True, "audio/mpeg")
    await page.wait_for_selector("a.hear[aria-pressed=true]")
    assert page.url == f"{url}/elder"
    await button.click()
    await page.wait_for_selector("a.hear:not([aria-pressed])")

"""Video visits by form and link: the home books, brings into the room, and the resident gets in too."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from api.lifespan import House
from scenes.common.people.service import NewStaff, create_staff
from scenes.eldercare.video.sandbox import create_sandbox
from scenes.eldercare.video.upstream import Video, VideoRooms
from tests.api.test_video_http import SECRET, doctors_time, stay_of
from tests.api.web.test_pages import said, sign_in
from tests.scenes.common.payments.conftest import free_port, serving
from tests.support.care import CareTown
from tests.support.clock import AdjustableClock
from tests.support.storefront import PASSWORD, Browser, District

ROOM = r"http://127\.0\.0\.1:\d+/join/[^\"]+"


@pytest.fixture
async def home(house: House, clock: AdjustableClock, district: District) -> CareTown:
    """Make the care venue a nursing home in which resident 1 lives, with staff at its desk."""
    town = CareTown(house.database, clock, house.cipher)
    await town.furnish()
    await town.run("UPDATE place SET kind = 'nursing_home' WHERE id = :id", id=town.place)
    await stay_of(town, district.me)
    async with house.database.transaction() as session:
        account = await create_staff(
            session,
            NewStaff(
                username="eldercare", password=PASSWORD, display_name="院方", role="eldercare",
                place_ids=frozenset({town.place}),
            ),
            passwords=house.sign_in_tools.passwords,
            cipher=house.cipher,
            now=clock(),
        )  # fmt: skip
    district.totp_secret = account.totp_secret
    return town


@pytest.fixture
async def provider(house: House, clock: AdjustableClock, client: httpx.AsyncClient) -> AsyncIterator[str]:
    assert client
    async with serving(create_sandbox(SECRET, clock), free_port()) as url, httpx.AsyncClient() as caller:
        house.video = Video(VideoRooms(url, SECRET, client=caller, clock=clock))
        yield url


async def entered(page: httpx.Response) -> int:
    """Follow the link into the room that a page shows."""
    [link] = re.findall(rf'href="({ROOM})"', page.text)
    async with httpx.AsyncClient(trust_env=False) as browser:
        return (await browser.get(link.replace("&amp;", "&"))).status_code


@pytest.mark.usefixtures("provider")
async def test_from_the_list_to_the_room(
    browser: Browser, home: CareTown, district: District, house: House, clock: AdjustableClock
) -> None:
    window_id = await doctors_time(home, hours=0.5)
    await house.directory.refresh()
    await browser.go("/staff/sign-in?next=/staff/eldercare")
    await browser.send("/staff/sign-in", username="eldercare", password=PASSWORD, totp=district.totp())
    await browser.go("/staff/eldercare")
    here = browser.links(r"/staff/eldercare/video")[0]
    page = await browser.go(here)
    assert "201室 陈秀英:2026-01-01 入住" in said(page)
    action, stay = f"{here}?placeId={home.place}", (await home.rows("SELECT id FROM care_resident"))[0][0]
    page = await browser.send(action, resident=str(stay), slot=str(window_id))
    assert "约好了" in said(page), said(page)
    form = browser.form(action)
    [(booking_id,)] = await home.rows("SELECT id FROM booking")
    join = {"csrf": form["csrf"], "key": form["key"], "step": "join", "booking": str(booking_id)}
    assert "还没有到时间" in said(await browser.post(action, join))
    clock.advance(timedelta(minutes=25))
    assert await entered(await browser.post(action, join)) == 200
    assert "进来了" in said(await browser.go(action))
    browser.http.cookies.clear()
    await sign_in(browser)
    await browser.go(f"/bookings/{booking_id}")
    mine = browser.links(r"/eldercare/video/[^\"]+")[0]
    assert "周医生" in said(await browser.go(mine))
    assert await entered(await browser.send(mine)) == 200

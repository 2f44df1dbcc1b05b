"""The clinic's desk by links and forms only: signing in, checking in, calling, stopping a session."""

from datetime import timedelta

from api.lifespan import House
from api.web.staff import BOARDS
from scenes.common.kit.ids import new_id
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.places.service import upsert_places
from tests.api.web.test_pages import book, bookings, code_of, said, sign_in_staff
from tests.support.clinic import TUESDAY
from tests.support.places import a_place
from tests.support.storefront import PASSWORD, Browser, District


async def test_staff_with_a_wrong_code_stay_outside(browser: Browser, district: District) -> None:
    await browser.go("/staff")
    page = await browser.send("/staff/sign-in", username="clinic", password=PASSWORD, totp="000000")
    assert page.status_code == 401
    assert "动态码不对" in said(page)
    assert district.totp() not in page.text


async def test_the_desk_checks_in_by_code_and_calls_the_next(browser: Browser, district: District) -> None:
    await book(browser)
    district.clock.advance(timedelta(days=1))
    board = await sign_in_staff(browser, district)
    assert "已约 / 总号" in said(board)
    refused = await browser.send("/staff/redeem", known="00000000")
    assert refused.status_code == 404
    page = await browser.send("/staff/redeem", known=await code_of(district))
    assert "陈*英" in said(page)
    assert "陈秀英" not in page.text
    assert "1 号" in said(page)
    page = await browser.send(f"/staff/sessions/{district.session_id}/call-next")
    assert "等 0 · 叫到 1 号" in said(page)


async def test_the_desk_checks_in_by_name_and_the_end_of_the_phone(
    browser: Browser, district: District
) -> None:
    await book(browser)
    district.clock.advance(timedelta(days=1))
    await sign_in_staff(browser, district)
    page = await browser.send("/staff/redeem", known="陈秀英8000")
    assert "陈*英" in said(page)
    assert await bookings(district) == [("checked_in",)]


async def test_stopping_a_session_shows_whom_it_touches_first(browser: Browser, district: District) -> None:
    await book(browser)
    await sign_in_staff(browser, district)
    await browser.go(f"/staff/closures?sessionId={district.session_id}")
    preview = await browser.send("/staff/closures/preview", reason="医生临时有事")
    assert "会影响 1 位居民" in said(preview)
    assert await bookings(district) == [("confirmed",)]
    page = await browser.send("/staff/closures")
    assert "取消了 1 个预约" in said(page)
    assert await bookings(district) == [("cancelled",)]


async def test_another_venue_is_closed_to_staff(browser: Browser, district: District) -> None:
    await sign_in_staff(browser, district)
    page = await browser.go(f"/staff/board?placeId={district.other_place}")
    assert page.status_code == 404


async def test_a_board_without_a_venue_leads_to_the_only_one_or_to_the_choice(
    browser: Browser, district: District
) -> None:
    await sign_in_staff(browser, district)
    for path in ("/staff/board", "/staff/charging", "/staff/breakfast"):
        page = await browser.go(path)
        assert (page.status_code, page.url.path) == (200, "/staff/board"), path
        assert page.url.params["placeId"] == str(district.place), path


async def test_any_board_leads_to_the_own_board_of_another_rooms_venue(
    browser: Browser, district: District, house: House
) -> None:
    venues = {scene: new_id() for scene in ("charging", "breakfast", "eldercare")}
    async with house.database.transaction() as session:
        await upsert_places(
            session, [a_place(id=venue, scene=scene) for scene, venue in venues.items()], now=house.clock()
        )
        account = await create_staff(
            session,
            NewStaff(
                username="district", password=PASSWORD, display_name="区", role="district",
                place_ids=frozenset(),
            ),
            passwords=house.sign_in_tools.passwords,
            cipher=house.cipher,
            now=house.clock(),
        )  # fmt: skip
    await house.directory.refresh()
    await browser.go("/staff/sign-in")
    district.totp_secret = account.totp_secret
    await browser.send("/staff/sign-in", username="district", password=PASSWORD, totp=district.totp())
    led = {
        (board, scene): await led_to(browser, f"{board}?placeId={venue}&date={TUESDAY}")
        for board in BOARDS.values()
        for scene, venue in (venues | {"clinic": district.place}).items()
    }
    assert led == {
        (board, scene): ("/staff/eldercare", {}) if scene == "eldercare"
        else (BOARDS[scene], {"placeId": str(venue), "date": str(TUESDAY)})
        for board in BOARDS.values()
        for scene, venue in (venues | {"clinic": district.place}).items()
    }  # fmt: skip


async def led_to(browser: Browser, address: str) -> tuple[str, dict[str, str]]:
    """Open an address; answer where it led, and with what."""
    url = (await browser.go(address)).url
    return url.path, dict(url.params)


async def test_no_board_leads_to_a_venue_outside_the_scope(
    browser: Browser, district: District, house: House
) -> None:
    closed, unknown = new_id(), new_id()
    async with house.database.transaction() as session:
        await upsert_places(session, [a_place(id=closed, scene="breakfast")], now=house.clock())
    await house.directory.refresh()
    await sign_in_staff(browser, district)
    for venue in (closed, unknown):
        assert (await browser.go(f"/staff/board?placeId={venue}")).status_code == 404
        assert (await browser.go(f"/staff?placeId={venue}")).status_code == 404

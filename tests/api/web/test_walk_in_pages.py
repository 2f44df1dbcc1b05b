"""Booking at the desk and by phone: through the same ledger, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest

from tests.api.web.test_pages import said, sign_in_staff
from tests.support.storefront import Browser, District

PATH = "/staff/walk-in"
PUBLIC = r'name="window" value="([0-9a-f-]{36})"[^\n]*<span class="quiet">剩 \d+</span>'


@pytest.fixture
async def desk(browser: Browser, district: District) -> Browser:
    await sign_in_staff(browser, district)
    return browser


async def open_form(desk: Browser, district: District) -> dict[str, str]:
    day = await district.rows("SELECT day FROM clinic_session")
    await desk.go(f"{PATH}?placeId={district.place}&date={day[0][0]}")
    assert desk.page is not None
    window = re.findall(PUBLIC, desk.page.text)[0]
    return desk.form(PATH) | {"window": window, "sex": ""}


async def booked(district: District) -> list[tuple[str, str]]:
    rows = await district.rows(
        "SELECT p.name, b.state FROM booking b JOIN person p ON p.id = b.person_id ORDER BY b.id"
    )
    return [(name, state) for name, state in rows]


async def acts(district: District) -> list[str]:
    rows = await district.rows(
        "SELECT action FROM audit_entry WHERE action <> 'staff.board.read' ORDER BY seq"
    )
    return [action for (action,) in rows if not action.startswith("staff.sign")]


async def test_a_known_person_is_booked_by_name_and_phone(desk: Browser, district: District) -> None:
    form = await open_form(desk, district) | {"name": "陈秀英", "phone": "13800138000"}
    page = await desk.post(PATH, form)
    assert page.status_code == 200
    assert "陈*英" in said(page)
    assert "陈秀英" not in page.text
    assert await booked(district) == [("陈秀英", "confirmed")]
    await open_form(desk, district)
    assert (await desk.post(PATH, form)).url == page.url
    assert await booked(district) == [("陈秀英", "confirmed")]
    assert (await acts(district))[:3] == ["staff.person.find", "staff.book", "staff.slip"]


async def test_a_stranger_is_registered_with_the_least_there_is(desk: Browser, district: District) -> None:
    form = await open_form(desk, district) | {"name": "张阿婆", "phone": "13911112222"}
    page = await desk.post(PATH, form)
    assert page.status_code == 409
    assert "没有登记过" in said(page)
    assert (desk.form(PATH)["name"], desk.form(PATH)["phone"]) == ("张阿婆", "13911112222")
    page = await desk.post(PATH, form | {"born": "1948-03-01", "sex": "f"})
    assert page.status_code == 200
    assert await booked(district) == [("张阿婆", "confirmed")]
    facts = await district.rows(
        "SELECT birth_date::text, sex, id_sealed, has_account FROM person WHERE name = '张阿婆'"
    )
    assert [tuple(row) for row in facts] == [("1948-03-01", "f", None, False)]
    assert (await acts(district))[:2] == ["staff.person.register", "staff.book"]


async def test_the_ledgers_refusal_is_said_and_the_form_kept(desk: Browser, district: District) -> None:
    form = await open_form(desk, district) | {"name": "陈秀英", "phone": "13800138000"}
    await desk.post(PATH, form)
    await open_form(desk, district)
    page = await desk.post(PATH, form | {"key": desk.form(PATH)["key"]})
    assert page.status_code == 409
    assert desk.form(PATH)["name"] == "陈秀英"
    assert await booked(district) == [("陈秀英", "confirmed")]


async def test_who_is_there_gets_the_number_at_once(desk: Browser, district: District) -> None:
    district.clock.advance(timedelta(days=1))
    await sign_in_staff(desk, district)
    form = await open_form(desk, district) | {"name": "陈秀英", "phone": "13800138000", "present": "1"}
    page = await desk.post(PATH, form)
    assert "1 号" in said(page)
    assert await booked(district) == [("陈秀英", "checked_in")]


async def test_another_venues_desk_is_closed(desk: Browser, district: District) -> None:
    form = await open_form(desk, district) | {"name": "陈秀英", "phone": "13800138000"}
    other = str(district.other_place)
    assert (await desk.post(PATH, form | {"place_id": other})).status_code == 404
    assert (await desk.go(f"{PATH}?placeId={other}")).status_code == 404
    assert await booked(district) == []

"""The care desk's map: what it draws is what its list says, and only the desk looks."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from api.lifespan import House
from scenes.common.kit.clock import shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.people.service import NewStaff, create_staff
from scenes.eldercare.errors import NotTheCareDesk
from scenes.eldercare.pages_map import map_view
from scenes.eldercare.service.desk_map import DeskMap, desk_map
from tests.api.web.test_pages import said
from tests.support.care import CareTown
from tests.support.clock import AdjustableClock
from tests.support.storefront import PASSWORD, Browser, District


@pytest.fixture
async def town(database: Database, clock: AdjustableClock, cipher: FieldCipher) -> CareTown:
    town = CareTown(database, clock, cipher)
    await town.furnish()
    return town


async def seen(town: CareTown, by: Any) -> DeskMap:
    async with town.database.transaction() as session:
        return await desk_map(session, by, cipher=town.cipher, now=town.clock())


async def test_a_carer_on_the_way_is_drawn_at_the_visit_and_homes_are_drawn_coarsely(town: CareTown) -> None:
    first = (await town.ask()).row.id
    town.clock.advance(timedelta(minutes=20))
    second = await town.ask(by=await town.person("王阿婆", date(1939, 5, 1)))
    await town.assign(second.row.id, town.lu)
    await town.step(second.row.id, "accept", town.lu)
    view = map_view(await seen(town, town.desk), town.clock())
    assert view.as_of == f"{shanghai(town.clock()):%H:%M}"
    assert [(line.number, line.person, line.late) for line in view.lines] == [
        (1, "陈秀英", True), (2, "王阿婆", False),
    ]  # fmt: skip
    assert view.lines[0].href.endswith(str(first))
    assert sorted(view.people) == ["陆护理员:在 2 号那里", "顾护理员:曹杨日间照料中心"]
    assert [pin.label for pin in view.requests] == ["1", "2"]
    spots = {(pin.x, pin.y) for pin in [*view.requests, *view.carers, *view.venues]}
    assert len(spots) == 5


async def test_what_is_for_another_day_is_counted_and_not_drawn(town: CareTown) -> None:
    for _ in range(2):
        await town.ask(by=await town.person("王阿婆", date(1939, 5, 1)))
    other = (await town.ask()).row.id
    async with town.database.transaction() as session:
        tomorrow = {"id": other, "at": town.clock() + timedelta(days=1)}
        await session.execute(text("UPDATE care_request SET promised_at = :at WHERE id = :id"), tomorrow)
    view = map_view(await seen(town, town.desk), town.clock())
    assert ([line.person for line in view.lines], view.later) == (["王阿婆", "王阿婆"], 1)
    await town.assign(other, town.lu)
    await town.step(other, "accept", town.lu)
    view = map_view(await seen(town, town.desk), town.clock())
    assert (sorted(line.person for line in view.lines), view.later) == (["王阿婆", "王阿婆", "陈秀英"], 0)


async def test_neither_a_carer_nor_another_venue_looks_at_it(town: CareTown) -> None:
    await town.ask()
    with pytest.raises(NotTheCareDesk):
        await seen(town, town.lu)
    elsewhere = type(town.desk)(town.desk.staff_id, town.desk.sign_in_id, "eldercare", frozenset())
    assert await seen(town, elsewhere) == DeskMap(requests=[], carers=[], venues=[])
    actions = await town.rows("SELECT action, subject_ids FROM audit_entry")
    assert actions == [("staff.care.map", [])]


async def test_the_page_is_a_drawing_of_our_own_beside_its_list(
    browser: Browser, house: House, clock: AdjustableClock, district: District
) -> None:
    town = CareTown(house.database, clock, house.cipher)
    await town.furnish()
    await town.ask()
    async with house.database.transaction() as session:
        new = NewStaff(
            username="eldercare", password=PASSWORD, display_name="调度", role="eldercare",
            place_ids=frozenset({town.place}),
        )  # fmt: skip
        passwords = house.sign_in_tools.passwords
        account = await create_staff(session, new, passwords=passwords, cipher=house.cipher, now=clock())
    district.totp_secret = account.totp_secret
    await house.directory.refresh()
    await browser.go("/staff/sign-in?next=/staff/eldercare")
    await browser.send("/staff/sign-in", username="eldercare", password=PASSWORD, totp=district.totp())
    await browser.go("/staff/eldercare")
    page = await browser.go(browser.links("/staff/eldercare/map")[0])
    assert page.text.count('class="ask"') == 1
    assert "陈秀英" in said(page)
    assert re.findall(r'(?:src|xlink:href)="http', page.text) == []

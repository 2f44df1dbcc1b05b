"""Help wished for at a later hour, over real rows: at the desk in its place, agreed by phone, told of."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.eldercare.errors import (
    HourNotServed,
    HourPast,
    HourTooFar,
    NotTheCareDesk,
    RequestMoveIllegal,
    TooYoung,
)
from scenes.eldercare.service import desk, requests
from tests.support.care import CareTown
from tests.support.clock import AdjustableClock

TOMORROW_AT_THREE = timedelta(hours=30)
"""After Monday, nine o'clock."""


@pytest.fixture
async def town(database: Database, clock: AdjustableClock, cipher: FieldCipher) -> AsyncIterator[CareTown]:
    town = CareTown(database, clock, cipher)
    await town.furnish()
    yield town
    await town.stop()


async def agree(town: CareTown, request_id: UUID, later: timedelta, by: Staff | None = None) -> None:
    async with town.database.transaction() as session:
        at = town.clock() + later
        await desk.agree(session, by or town.desk, request_id, at=at, now=town.clock())


async def queue(town: CareTown) -> list[desk.DeskItem]:
    async with town.database.read() as session:
        return await desk.queue(session, town.desk)


async def test_the_wish_stands_at_the_desk_behind_what_is_wanted_now(town: CareTown) -> None:
    wished = town.clock() + TOMORROW_AT_THREE
    later = (await town.ask(wished_at=wished)).row
    assert (later.wished_at, later.promised_at, later.agreed_at) == (wished, wished, None)
    town.clock.advance(timedelta(minutes=5))
    now = (await town.ask()).row
    assert [(each.id, each.wished_at, each.agreed) for each in await queue(town)] == [
        (now.id, None, True), (later.id, wished, False),
    ]  # fmt: skip


async def test_the_desk_agrees_another_hour_and_she_is_told(town: CareTown) -> None:
    request_id = (await town.ask(wished_at=town.clock() + TOMORROW_AT_THREE)).row.id
    await agree(town, request_id, timedelta(hours=31))
    [row] = await town.rows("SELECT promised_at, wished_at, agreed_at, due_at, state FROM care_request")
    now = town.clock()
    assert tuple(row) == (
        now + timedelta(hours=31), now + TOMORROW_AT_THREE, now, now + timedelta(hours=30), "requested",
    )  # fmt: skip
    assert await town.told(town.elder) == ["时间说好了"]
    [message] = await town.rows("SELECT text FROM inbox_message")
    assert "明天(11月24日 星期二)下午4点" in message[0]
    assert [(each.wished_at, each.agreed) for each in await queue(town)] == [
        (now + timedelta(hours=31), True)
    ]


async def test_it_goes_on_as_every_other_request(town: CareTown) -> None:
    request_id = (await town.ask(wished_at=town.clock() + TOMORROW_AT_THREE)).row.id
    await town.assign(request_id, town.lu)
    await agree(town, request_id, TOMORROW_AT_THREE)
    assert await town.state(request_id) == "assigned"
    await town.step(request_id, "accept", town.lu)
    [row] = await town.rows("SELECT due_at = promised_at FROM care_request")
    assert row[0]
    with pytest.raises(RequestMoveIllegal):
        await agree(town, request_id, timedelta(hours=32))


async def test_who_may_agree_and_to_what(town: CareTown) -> None:
    request_id = (await town.ask(wished_at=town.clock() + TOMORROW_AT_THREE)).row.id
    for later, why in (
        (timedelta(hours=-1), HourPast),
        (timedelta(days=8), HourTooFar),
        (timedelta(hours=18), HourNotServed),
    ):
        with pytest.raises(why):
            await agree(town, request_id, later)
    await town.assign(request_id, town.lu)
    with pytest.raises(NotTheCareDesk):
        await agree(town, request_id, TOMORROW_AT_THREE, by=town.lu)
    at_once = (await town.ask("nursing", agreed=True)).row.id
    with pytest.raises(RequestMoveIllegal):
        await agree(town, at_once, TOMORROW_AT_THREE)


async def test_she_is_as_old_as_on_the_day_of_the_visit(town: CareTown) -> None:
    day = (town.clock() + timedelta(days=2)).date()
    turning = await town.person("陈刚", day.replace(year=day.year - 60))
    with pytest.raises(TooYoung):
        await town.ask(by=turning)
    view = await town.ask(by=turning, wished_at=town.clock() + timedelta(days=2))
    assert view.row.state == "requested"


async def test_it_is_taken_back_as_every_other(town: CareTown) -> None:
    request_id = (await town.ask(wished_at=town.clock() + TOMORROW_AT_THREE)).row.id
    async with town.database.transaction() as session:
        row = await requests.own(session, town.elder, request_id, lock=True)
        await requests.cancel(session, row, actor_id=town.elder.person_id, now=town.clock())
    assert await queue(town) == []

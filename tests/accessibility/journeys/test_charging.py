"""A place to charge by the elder flow, on the same quarters as everybody's."""

from datetime import time, timedelta

import httpx
import pytest

from api.lifespan import House
from scenes.charging.jobs_live import refresh_board
from scenes.common.kit.clock import instant, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.speech import spoken_when
from tests.support.charging import Charging
from tests.support.clock import AdjustableClock
from tests.support.elder_walk import Walk, labels
from tests.support.whole import Whole, resident_of


@pytest.fixture
async def world(database: Database, clock: AdjustableClock, forgotten: None) -> Charging:
    assert forgotten is None
    world = Charging(database, clock)
    await world.open_for_reservations()
    return world


@pytest.fixture
async def walk(world: Charging, house: House, client: httpx.AsyncClient) -> Walk:
    await refresh_board(house.works())
    await house.directory.refresh()
    return Walk(Whole(house, client), resident_of(await world.person()))


async def test_a_place_to_charge_takes_four_taps(walk: Walk) -> None:
    where = await walk.start("charging")
    assert (where["title"], sorted(labels(where))) == ("您去哪里充电?", ["兰溪路充电站", "真北路充电站"])
    when = await walk.choose("兰溪路")
    assert when["title"] == "您几点去充?"
    chosen = labels(when)[1]
    card = await walk.choose(chosen)
    assert (card["confirm"]["lines"][1], "预约不收钱,充了再付电费。" in card["confirm"]["lines"]) == (
        "兰溪路充电站", True,
    )  # fmt: skip
    done = await walk.agree()
    assert (walk.taps, done["booking"]["state"]) == (4, "confirmed")
    assert [line["units"] for line in done["booking"]["lines"]] == [4]


async def test_a_sentence_with_its_hour_is_one_card(walk: Walk, world: Charging) -> None:
    asked = await walk.say("明天下午三点去兰溪路充电")
    at = instant(local_day(world.clock()) + timedelta(days=1), time(15))
    assert asked["confirm"]["lines"][0] == spoken_when(at, world.clock())
    await walk.agree()
    assert walk.taps == 2


async def test_a_second_reservation_is_refused_with_what_to_do(walk: Walk, world: Charging) -> None:
    await walk.say("明天下午三点去兰溪路充电")
    await walk.agree()
    await walk.say("明天下午五点去兰溪路充电")
    refused = await walk.agree()
    assert (refused["title"], refused["display"]) == (
        "您去哪里充电?", "您已经约了一个充电桩。请先看「我约好的」。",
    )  # fmt: skip
    assert len(await world.rows("SELECT 1 FROM booking")) == 1


async def test_it_can_be_undone(walk: Walk, world: Charging) -> None:
    await walk.say("明天下午三点去兰溪路充电")
    await walk.agree()
    assert (await walk.undo())["state"] == "undone"
    assert [tuple(row) for row in await world.rows("SELECT state FROM booking")] == [("cancelled",)]


async def test_a_sentence_without_a_station_takes_the_nearest_that_is_free(
    walk: Walk, world: Charging
) -> None:
    assert world.stations
    asked = await walk.say("明天下午三点充电")
    assert asked["confirm"] is not None, asked["title"]
    await walk.agree()
    assert walk.taps == 2


async def test_a_place_cancelled_under_my_bookings_says_that_it_is_not_kept(walk: Walk) -> None:
    await walk.say("明天下午三点去兰溪路充电")
    await walk.agree()
    await walk.start("my-bookings")
    await walk.choose(labels(walk.step)[0])
    card = await walk.choose("取消这个预约")
    assert card["confirm"]["lines"][-1] == "取消后桩不给您留。要充请重新约。"
    done = await walk.agree()
    assert (done["title"], done["lines"][-1]) == ("取消好了", "充电桩不给您留了。")

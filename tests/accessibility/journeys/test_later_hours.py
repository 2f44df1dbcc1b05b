"""Help and cars at a later hour by the elder flow: said, tapped, told, and taken back."""

from datetime import date, time, timedelta

import httpx
import pytest
from sqlalchemy import text

from api.lifespan import House
from scenes.common.kit.clock import instant
from scenes.eldercare.service import desk, requests
from tests.support.care import CareTown
from tests.support.elder_walk import Walk, labels
from tests.support.whole import Whole

WISHED = "希望明天(11月24日 星期二)中午12点来"
RINGS = "社区会打电话跟您确认。"


async def test_a_car_goes_where_the_sentence_said(walk: Walk, town: CareTown) -> None:
    await town.service("taxi", {"promiseMinutes": 20})
    async with town.database.transaction() as session:
        await session.execute(text("UPDATE care_service SET name = '一键叫车' WHERE code = 'taxi'"))
    card = await walk.say("帮我叫车去中山医院")
    assert card["confirm"]["lines"] == [
        "一键叫车",
        "20分钟内有人来。",
        "去中山医院",
        "给陈秀英",
        "到家里",
        "不收钱。",
    ]
    assert card["display"] == ""
    card = await walk.say("明天早上八点叫车去华山医院")
    assert card["confirm"]["lines"][:4] == [
        "一键叫车", "希望明天(11月24日 星期二)上午8点来", RINGS, "去华山医院",
    ]  # fmt: skip
    asked = await walk.say("明天上午叫车去华山医院")
    assert (asked["title"], labels(asked)[0]) == ("几点来?", "早上7点")


async def test_a_car_by_taps_comes_at_another_hour(walk: Walk, town: CareTown) -> None:
    await town.service("taxi", {"promiseMinutes": 20, "firstHour": 5})
    await walk.start("eldercare")
    await walk.choose("taxi")
    await walk.choose("明天")
    await walk.choose("上午")
    asked = await walk.choose("早上6点")
    assert asked["title"] == "您要去哪里?"
    await walk.choose("电话里说")
    card = await walk.choose("没有")
    assert card["confirm"]["lines"][1] == "希望明天(11月24日 星期二)早上6点来"


async def test_a_later_hour_said_stands_on_the_card_and_at_the_desk(walk: Walk, town: CareTown) -> None:
    await town.meals()
    card = await walk.say("明天中午帮我送个饭")
    assert card["confirm"]["lines"][:3] == ["助餐", WISHED, RINGS]
    done = await walk.agree()
    assert (walk.taps, done["title"], done["lines"][:3]) == (2, "已经告诉他们了", ["助餐", WISHED, RINGS])
    async with town.database.transaction() as session:
        [line] = await desk.queue(session, town.desk)
        shown = await desk.detail(session, town.desk, line.id, cipher=town.cipher, now=town.clock())
    assert (line.what, line.wished_at, line.agreed) == ("助餐", instant(date(2026, 11, 24), time(12)), False)
    assert shown.view.brief.note == ""
    assert (await walk.undo())["state"] == "undone"


@pytest.mark.parametrize(
    ("said", "title", "shown"),
    [
        ("后天帮我送饭", "上午还是下午?", ["上午", "下午", "晚上"]),
        ("今天晚上帮我送饭", "几点来?", ["晚上6点", "晚上7点", "晚上8点", "别的"]),
        ("明天下午帮我送饭", "几点来?", ["中午12点", "下午1点", "下午2点", "别的"]),
    ],
)
async def test_what_a_sentence_left_open_of_the_hour_is_asked(
    walk: Walk, town: CareTown, said: str, title: str, shown: list[str]
) -> None:
    await town.meals()
    asked = await walk.say(said)
    assert (asked["title"], labels(asked)) == (title, shown)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("12月25日中午帮我送饭", "您说的是12月25日中午12点。现在只能约到11月30日。"),
        ("明天凌晨三点帮我送饭", "您说的是明天凌晨3点。这个时间没有人来。"),
        ("今天早上八点帮我送饭", "您说的是今天上午8点。今天这个时间已经过了。"),
    ],
)
async def test_an_hour_that_cannot_be_is_said_back(walk: Walk, town: CareTown, said: str, why: str) -> None:
    await town.meals()
    asked = await walk.say(said)
    assert (asked["title"], asked["display"]) == ("什么时候来?", why)
    assert labels(asked)[0] == "现在就来"
    card = await walk.choose("现在就来")
    assert card["confirm"]["lines"][:2] == ["助餐", "60分钟内有人来。"]
    await walk.agree()
    [row] = await town.rows("SELECT id FROM care_request")
    async with town.database.read() as session:
        kept = await requests.own(session, town.elder, row[0])
        heard = why.removeprefix("您说的是").partition("。")[0]
        assert requests.brief_of(kept, town.cipher).note == f"说过{heard}"


async def test_a_later_hour_by_taps(walk: Walk) -> None:
    await walk.start("eldercare")
    await walk.choose("errand")
    assert labels(await walk.choose("明天")) == ["上午", "下午", "晚上"]
    asked = await walk.choose("下午")
    assert (asked["title"], asked["display"]) == ("几点来?", RINGS)
    await walk.choose("别的")
    await walk.choose("下午3点")
    card = await walk.choose("没有")
    assert card["confirm"]["lines"][:3] == ["errand", "希望明天(11月24日 星期二)下午3点来", RINGS]
    await walk.tap("no")
    assert labels(walk.step) == ["errand", "明天(11月24日 星期二)", "下午", "别的"]
    asked = await walk.choose("明天")
    assert (asked["title"], labels(asked)[0]) == ("什么时候来?", "现在就来")


async def test_what_is_wished_for_stands_among_what_is_arranged_and_can_be_cancelled(
    walk: Walk, town: CareTown
) -> None:
    await town.meals()
    await walk.say("明天中午帮我送个饭")
    await walk.agree()
    asked = await walk.start("my-bookings")
    assert labels(asked) == ["希望明天中午12点 助餐"]
    asked = await walk.choose("希望明天")
    assert (asked["title"], asked["lines"][:3], labels(asked)) == (
        "助餐", [WISHED, RINGS, "给陈秀英"], ["取消,不用来了"],
    )  # fmt: skip
    card = await walk.say("明天中午送饭的不要来了")
    assert card["confirm"]["lines"] == ["助餐", WISHED, RINGS, "取消后不会有人来。要来请重新约。"]
    done = await walk.agree()
    assert (done["title"], done["lines"]) == ("取消好了", ["助餐", "不会有人来了。"])
    assert [tuple(row) for row in await town.rows("SELECT state FROM care_request")] == [("cancelled",)]
    assert (await walk.start("my-bookings"))["title"] == "您现在没有约好的事。"


async def test_who_is_at_the_door_already_cannot_be_cancelled(walk: Walk, town: CareTown) -> None:
    await town.meals()
    await walk.say("明天中午帮我送个饭")
    await walk.agree()
    await walk.start("my-bookings")
    await walk.choose("希望明天")
    await walk.choose("取消")
    async with town.database.transaction() as session:
        await session.execute(
            text("UPDATE care_request SET state = 'arrived', carer_id = :lu"), {"lu": town.lu.staff_id}
        )
    asked = await walk.agree()
    assert (asked["title"], labels(asked)) == ("助餐", ["请人打给我"])
    assert "网上不能取消了。请打电话。" in asked["display"]


async def test_each_run_tells_of_and_takes_back_its_own_request(
    walk: Walk, town: CareTown, house: House, client: httpx.AsyncClient
) -> None:
    await town.meals()
    await walk.say("明天中午帮我送个饭")
    await walk.agree()
    town.clock.advance(timedelta(minutes=1))
    other = Walk(Whole(house, client), town.elder)
    await other.say("帮我送饭")
    await other.agree()
    assert (await walk.look())["lines"][1] == WISHED
    await walk.undo()
    kept = await town.rows("SELECT wished_at IS NULL, state FROM care_request ORDER BY requested_at")
    assert [tuple(row) for row in kept] == [(False, "cancelled"), (True, "requested")]


async def test_an_hour_that_has_passed_meanwhile_is_asked_again(walk: Walk, town: CareTown) -> None:
    await town.meals()
    await walk.say("今天下午三点帮我送饭")
    town.clock.advance(timedelta(hours=7))
    asked = await walk.agree()
    assert asked["title"] == "什么时候来?"
    assert "这个时间已经过了。请选晚一点的时间。" in asked["display"]
    assert await town.rows("SELECT id FROM care_request") == []


async def test_the_agreed_hour_is_told_on_the_done_page(walk: Walk, town: CareTown) -> None:
    await town.meals()
    await walk.say("明天下午三点帮我送饭")
    await walk.agree()
    [row] = await town.rows("SELECT id FROM care_request")
    async with town.database.transaction() as session:
        at = instant(date(2026, 11, 24), time(16))
        await desk.agree(session, town.desk, row[0], at=at, now=town.clock())
    assert (await walk.look())["lines"][:3] == ["助餐", "明天下午4点来。", "正在找人。"]


async def test_a_time_that_help_at_once_keeps_is_not_asked(walk: Walk, town: CareTown) -> None:
    await town.meals()
    for said in ("帮我送饭", "现在帮我送饭", "今天上午帮我送饭"):
        assert (await walk.say(said))["confirm"]["lines"][0] == "助餐", said

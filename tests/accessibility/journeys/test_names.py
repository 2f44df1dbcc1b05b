"""A doctor or a place named in a sentence is what is booked, or is asked back; it is never left out."""

from datetime import date
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from api.lifespan import House
from scenes.common.kit.database import Database
from tests.support.clinic import Clinic
from tests.support.clock import AdjustableClock
from tests.support.elder_walk import Walk, labels
from tests.support.whole import Whole

HERE, THERE = "曹杨新村街道社区卫生服务中心", "长风新村街道社区卫生服务中心"


@pytest.fixture
async def clinic(house: House, database: Database, clock: AdjustableClock, forgotten: None) -> Clinic:
    assert forgotten is None
    clinic = Clinic(database, clock, house.cipher)
    await clinic.furnish()
    async with database.transaction() as session:
        for place, name in ((clinic.place, HERE), (clinic.other_place, THERE)):
            await session.execute(
                text("UPDATE place SET name = :name WHERE id = :id"), {"name": name, "id": place}
            )
    for doctor in ("李敏", "赵强", "孙平"):
        await clinic.session_of(clinic.shift(doctor))
    await house.directory.refresh()
    return clinic


@pytest.fixture
async def walk(clinic: Clinic, house: House, client: httpx.AsyncClient) -> Walk:
    me = await clinic.resident("陈秀英", date(1940, 5, 1))
    return Walk(Whole(house, client), me)


async def test_a_doctor_named_is_the_one_on_the_card(walk: Walk) -> None:
    card = await walk.say("约赵医生明天上午")
    assert card["confirm"]["lines"][:3] == ["明天(11月24日 星期二)上午10点", "全科 赵强医生", HERE]
    card = await walk.say("孙平医生明天上午的号")
    assert card["confirm"]["lines"][1:3] == ["全科 孙平医生", THERE]


async def test_a_doctor_nobody_knows_is_asked_back_and_the_department_not_taken(walk: Walk) -> None:
    asked = await walk.say("约顾医生明天上午")
    assert (asked["title"], asked["display"]) == ("您想看什么?", "没有找到顾医生。请选一个。")
    asked = await walk.say("约顾医生明天上午看全科")
    assert (asked["display"], labels(asked)) == ("没有找到顾医生。请选一个。", ["全科"])


async def test_a_name_that_only_sounds_near_is_asked_about(walk: Walk, clinic: Clinic) -> None:
    async with clinic.database.transaction() as session:
        await session.execute(text("UPDATE doctor SET name = '程强' WHERE name = '赵强'"))
    asked = await walk.say("约陈医生明天上午")
    assert (asked["display"], labels(asked)) == ("您说的是这位医生吗?", ["程强医生", "全科"])
    asked = await walk.say("约孙医生明天上午去曹杨社区")
    assert (asked["display"], labels(asked)) == (
        "您说的医生不在这个科或这家。请选一个。", ["孙平医生", "全科"],
    )  # fmt: skip


async def test_of_two_with_one_name_the_place_tells_which(walk: Walk, clinic: Clinic) -> None:
    async with clinic.database.transaction() as session:
        await session.execute(text("UPDATE doctor SET name = '李敏' WHERE name = '孙平'"))
    asked = await walk.say("约李医生明天上午")
    assert (asked["display"], labels(asked)) == (
        "您说的医生有几位,请选一位。", ["李敏医生", "李敏医生", "全科"],
    )  # fmt: skip
    assert {each["about"] for each in asked["choices"][:2]} == {f"全科 · {HERE}", f"全科 · {THERE}"}
    card = await walk.say("去长风社区约李医生明天上午")
    assert card["confirm"]["lines"][1:3] == ["全科 李敏医生", THERE]


async def test_the_place_named_is_taken_and_one_without_the_department_asked_back(
    walk: Walk, clinic: Clinic
) -> None:
    async with clinic.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO department (id, place_id, code, name) VALUES (:id, :place, 'dental', '口腔科')"
            ),
            {"id": uuid4(), "place": clinic.other_place},
        )
    for name in (HERE, THERE):
        card = await walk.say(f"去{name[:2]}社区挂全科,明天上午")
        assert card["confirm"]["lines"][2] == name
    asked = await walk.say("去曹杨社区看牙,明天上午")
    assert (asked["title"], asked["display"], labels(asked)) == (
        "您想去哪里看?", "您说的地方现在不行,请选一个。", [THERE],
    )  # fmt: skip


async def test_cancelling_names_the_doctor_too(walk: Walk) -> None:
    for doctor in ("赵医生", "孙平医生"):
        await walk.say(f"约{doctor}明天上午")
        await walk.agree()
    card = await walk.say("孙平医生的号取消")
    assert card["confirm"]["lines"][1] == "看全科 孙平"
    asked = await walk.say("明天顾医生的号取消")
    assert (asked["title"], len(asked["choices"])) == ("您要看哪一个?", 2)


async def test_a_place_nobody_knows_is_said_to_be_half_heard(walk: Walk) -> None:
    assert await walk.say("去桃浦社区挂全科,明天上午") is None
    assert await walk.say("去桃浦社区挂全科") is None

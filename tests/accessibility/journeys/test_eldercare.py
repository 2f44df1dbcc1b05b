"""Help at home by the elder flow, on the same catalogue, carers' times and desk as everybody's."""

from datetime import date, timedelta

import httpx
from sqlalchemy import text

from api.lifespan import House
from scenes.common.people.tables import PatientLinkRow
from tests.support.care import NURSING, CareTown
from tests.support.elder_walk import Walk, labels
from tests.support.whole import Whole


async def test_help_at_once_takes_five_taps(walk: Walk, town: CareTown) -> None:
    first = await walk.start("eldercare")
    assert (first["title"], labels(first)) == ("您想请人帮什么?", ["errand", "bath", "nursing"])
    assert [(link["label"], link["href"]) for link in first["links"]] == [("马上求助", "/eldercare/sos")]
    asked = await walk.choose("errand")
    assert (asked["title"], labels(asked)) == (
        "什么时候来?", ["现在就来", "今天(11月23日 星期一)", "明天(11月24日 星期二)", "别的"],
    )  # fmt: skip
    asked = await walk.choose("现在就来")
    assert (asked["title"], labels(asked), asked["ownWords"]) == (
        "有什么要交代的?", ["没有", "请先打电话", "我耳朵不好,请说响一点", "我走路不方便"], "写一句话",
    )  # fmt: skip
    card = await walk.choose("没有")
    assert card["confirm"]["lines"] == ["errand", "60分钟内有人来。", "给陈秀英", "到家里", "不收钱。"]
    done = await walk.agree()
    assert (walk.taps, done["title"], done["booking"]) == (5, "已经告诉他们了", None)
    [row] = await town.rows("SELECT state, booked, person_id, requested_by FROM care_request")
    assert tuple(row) == ("requested", False, town.elder.person_id, town.elder.person_id)


async def test_a_visit_by_the_hour_is_held_until_it_is_paid(walk: Walk, town: CareTown) -> None:
    await walk.start("eldercare")
    when = await walk.choose("bath")
    await walk.choose(labels(when)[0])
    card = await walk.choose("没有")
    assert card["confirm"]["yes"] == "对,下一步付钱"
    assert card["confirm"]["lines"][-3:] == [
        "要付50 元。", "下一页点「去付款」,在手机上付。", "不付,过一会儿就不留了。",
    ]  # fmt: skip
    done = await walk.agree()
    assert (walk.taps, done["booking"]["state"], done["booking"]["payment"]) == (5, "held", None)
    assert [tuple(row) for row in await town.rows("SELECT state, booked FROM care_request")] == [
        ("unpaid", True)
    ]


async def test_a_visit_cancelled_under_my_bookings_says_that_nobody_comes(walk: Walk) -> None:
    await walk.start("eldercare")
    await walk.choose(labels(await walk.choose("bath"))[0])
    await walk.choose("没有")
    await walk.agree()
    await walk.start("my-bookings")
    await walk.choose(labels(walk.step)[0])
    card = await walk.choose("取消这个预约")
    assert card["confirm"]["lines"][-1] == "取消后不会有人来。要来请重新约。"
    done = await walk.agree()
    assert (done["title"], done["lines"][-1]) == ("取消好了", "不会有人来了。")


async def test_a_visit_that_is_gone_leads_to_what_there_is(
    walk: Walk, town: CareTown, client: httpx.AsyncClient
) -> None:
    await walk.start("eldercare")
    await walk.choose(labels(await walk.choose("bath"))[0])
    await walk.choose("没有")
    await walk.agree()
    async with town.database.transaction() as session:
        await session.execute(text("UPDATE booking SET state = 'cancelled', hold_expires_at = NULL"))
    told = await walk.look()
    [link] = told["links"]
    assert (told["title"], link["label"]) == ("这个预约已经不在了", "看我约好的")
    assert (await client.get(link["href"])).status_code != 404


async def test_what_is_agreed_to_stands_on_the_card(walk: Walk) -> None:
    await walk.start("eldercare")
    await walk.choose("nursing")
    await walk.choose("现在就来")
    card = await walk.choose("没有")
    assert card["confirm"]["lines"][-1] == NURSING
    assert (await walk.agree())["title"] == "已经告诉他们了"


async def test_help_at_once_can_be_taken_back(walk: Walk, town: CareTown) -> None:
    await walk.start("eldercare")
    await walk.choose("errand")
    await walk.choose("现在就来")
    await walk.choose("没有")
    await walk.agree()
    assert (await walk.undo())["state"] == "undone"
    assert [tuple(row) for row in await town.rows("SELECT state FROM care_request")] == [("cancelled",)]


async def test_who_is_named_is_never_left_out(walk: Walk, town: CareTown) -> None:
    async with town.database.transaction() as session:
        await session.execute(text("UPDATE care_service SET name = '助浴' WHERE code = 'bath'"))
    asked = await walk.say("明天帮老伴洗澡")
    while asked["title"] != "给谁约?":
        asked = await walk.choose(labels(asked)[0])
    assert asked["display"] == "您的账户里还没有老伴。"
    assert [(link["label"], link["href"]) for link in asked["links"]] == [("加一位家人", "/me/patients/add")]
    husband = (await town.person("王大伟", date(1938, 5, 1))).person_id
    link = PatientLinkRow(
        account_id=town.elder.person_id, person_id=husband, relation="配偶", created_at=town.clock()
    )
    async with town.database.transaction() as session:
        session.add(link)
    asked = await walk.say("明天帮老伴洗澡")
    while asked["confirm"] is None:
        asked = await walk.choose(labels(asked)[0])
    assert "给王大伟" in asked["confirm"]["lines"]
    await walk.agree()
    assert [tuple(row) for row in await town.rows("SELECT person_id FROM care_request")] == [(husband,)]


async def test_what_nobody_is_old_enough_for_is_told_before_a_time_is_asked(
    town: CareTown, house: House, client: httpx.AsyncClient
) -> None:
    await house.directory.refresh()
    son = await town.person("陈强", date(1970, 5, 1))
    walk = Walk(Whole(house, client), son)
    first = await walk.start("eldercare")
    assert [(each["label"], each["markText"]) for each in first["choices"]] == [
        ("nursing", ""), ("errand", "要满60岁"), ("bath", "要满60岁"),
    ]  # fmt: skip
    assert "bath,要满60岁。" in first["speak"]
    told = await walk.choose("bath")
    assert (walk.taps, told["title"], labels(told)) == (2, "这一项只给满60岁的人。", ["请人打给我"])


async def test_who_is_too_young_for_everything_is_told_so_at_the_first_question(
    town: CareTown, house: House, client: httpx.AsyncClient
) -> None:
    await house.directory.refresh()
    async with town.database.transaction() as session:
        await session.execute(text("UPDATE care_service SET active = false WHERE code = 'nursing'"))
    walk = Walk(Whole(house, client), await town.person("陈强", date(1970, 5, 1)))
    first = await walk.start("eldercare")
    assert first["display"] == "这里的服务要满60岁。可以加一位家人,或者打电话。"
    assert [link["label"] for link in first["links"]] == ["马上求助", "加一位家人"]


async def test_only_times_are_offered_at_which_they_are_old_enough(
    town: CareTown, house: House, client: httpx.AsyncClient
) -> None:
    await house.directory.refresh()
    later = town.clock() + timedelta(days=1)
    turning = date(later.year - 60, later.month, later.day)
    walk = Walk(Whole(house, client), await town.person("陈强", turning + timedelta(days=1)))
    await walk.start("eldercare")
    assert (await walk.choose("bath"))["title"] == "这一项只给满60岁的人。"
    walk = Walk(Whole(house, client), await town.person("陈刚", turning))
    await walk.start("eldercare")
    asked = await walk.choose("bath")
    assert (asked["title"], len(asked["choices"])) == ("您要什么时候?", 1)
    await walk.choose(labels(asked)[0])
    card = await walk.choose("没有")
    assert "给陈刚" in card["confirm"]["lines"]


async def test_who_is_too_young_is_told_so_and_may_ask_for_another(
    town: CareTown, house: House, client: httpx.AsyncClient
) -> None:
    await house.directory.refresh()
    son = await town.person("陈强", date(1970, 5, 1))
    walk = Walk(Whole(house, client), son)
    await walk.start("eldercare")
    asked = await walk.choose("errand")
    assert (asked["title"], asked["display"], labels(asked), asked["confirm"]) == (
        "这一项只给满60岁的人。", "可以加一位家人,换一项,或者打电话。", ["请人打给我"], None,
    )  # fmt: skip
    assert [(link["label"], link["href"]) for link in asked["links"]] == [("加一位家人", "/me/patients/add")]
    link = PatientLinkRow(
        account_id=son.person_id, person_id=town.elder.person_id, relation="母亲", created_at=town.clock()
    )
    async with town.database.transaction() as session:
        session.add(link)
    await walk.start("eldercare")
    asked = await walk.choose("errand")
    assert (asked["title"], labels(asked)) == ("给谁约?", ["陈秀英(母亲)"])
    await walk.choose("陈秀英")
    await walk.choose("现在就来")
    card = await walk.choose("没有")
    assert "给陈秀英" in card["confirm"]["lines"]
    assert (await walk.agree())["title"] == "已经告诉他们了"
    assert (await walk.undo())["state"] == "undone"
    assert [tuple(row) for row in await town.rows("SELECT person_id, state FROM care_request")] == [
        (town.elder.person_id, "cancelled")
    ]
    await walk.start("eldercare")
    await walk.choose("nursing")
    await walk.choose("现在就来")
    assert (await walk.choose("没有"))["confirm"]["lines"][1:3] == ["2小时内有人来。", "给陈强"]

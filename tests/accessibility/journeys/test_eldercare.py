"""Help at home by the elder flow, on the same catalogue, carers' times and desk as everybody's."""

from datetime import date, time, timedelta

import httpx
import pytest
from sqlalchemy import text

from api.lifespan import House
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import instant
from scenes.common.kit.database import Database
from scenes.common.people import service as people
from scenes.common.people.service import MeChange
from scenes.common.people.tables import PatientLinkRow
from scenes.eldercare.service import desk, requests
from scenes.eldercare.service.requests import Brief, Spot
from tests.api.test_acting import let, on_behalf
from tests.support.care import NURSING, CareTown
from tests.support.clock import AdjustableClock
from tests.support.elder_walk import Walk, labels
from tests.support.whole import API, Whole, good


@pytest.fixture
async def town(house: House, database: Database, clock: AdjustableClock, forgotten: None) -> CareTown:
    assert forgotten is None
    town = CareTown(database, clock, house.cipher)
    await town.furnish()
    await town.bath_time()
    return town


@pytest.fixture
async def walk(town: CareTown, house: House, client: httpx.AsyncClient) -> Walk:
    await house.directory.refresh()
    return Walk(Whole(house, client), town.elder)


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


async def meals(town: CareTown) -> None:
    """Bring meals within the hour."""
    await town.service("meal", {"promiseMinutes": 60})
    async with town.database.transaction() as session:
        await session.execute(text("UPDATE care_service SET name = '助餐' WHERE code = 'meal'"))


WISHED = "希望明天(11月24日 星期二)中午12点来"
RINGS = "社区会打电话跟您确认。"


async def test_a_later_hour_said_stands_on_the_card_and_at_the_desk(walk: Walk, town: CareTown) -> None:
    await meals(town)
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
    await meals(town)
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
    await meals(town)
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


async def at_home(town: CareTown, who: Resident) -> None:
    """Let somebody write their address into their profile."""
    async with town.database.transaction() as session:
        change = MeChange(address="兰溪路100号302室", area="曹杨新村街道")
        await people.change_me(session, who.person_id, change=change, cipher=town.cipher)


async def shown_at_the_desk(town: CareTown) -> str:
    """Read where the desk is told to go with the last request."""
    [*_, row] = await town.rows("SELECT id FROM care_request ORDER BY requested_at, id")
    async with town.database.transaction() as session:
        found = await desk.detail(session, town.desk, row[0], cipher=town.cipher, now=town.clock())
        return found.view.brief.spot.address or found.home


async def test_the_address_of_the_profile_is_home_on_the_card_and_at_the_desk(
    walk: Walk, town: CareTown
) -> None:
    await meals(town)
    await at_home(town, town.elder)
    card = await walk.say("帮我送饭")
    assert "到家里(兰溪路100号302室)" in card["confirm"]["lines"]
    await walk.agree()
    assert await shown_at_the_desk(town) == "兰溪路100号302室"
    await town.ask(spot=Spot("", 31.25, 121.42))
    assert await shown_at_the_desk(town) == ""
    await town.ask(spot=Spot("真北路2号"))
    assert await shown_at_the_desk(town) == "真北路2号"


async def test_who_books_for_a_patient_is_not_told_where_they_live(
    town: CareTown, house: House, client: httpx.AsyncClient
) -> None:
    await house.directory.refresh()
    await meals(town)
    await at_home(town, town.elder)
    walk = Walk(Whole(house, client), await town.daughter())
    await walk.start("eldercare")
    await walk.choose("助餐")
    await walk.choose("陈秀英")
    await walk.choose("现在就来")
    card = await walk.choose("没有")
    assert [line for line in card["confirm"]["lines"] if line[0] in "给到"] == [
        "给陈秀英", "到家里(曹杨新村街道)",
    ]  # fmt: skip
    await walk.agree()
    assert await shown_at_the_desk(town) == "兰溪路100号302室"


@pytest.mark.parametrize(
    ("scopes", "where"), [(["book"], "曹杨新村街道"), (["book", "view"], "兰溪路100号302室")]
)
async def test_a_delegate_sees_the_address_only_with_the_scope_to_view(
    town: CareTown, house: House, client: httpx.AsyncClient, scopes: list[str], where: str
) -> None:
    await house.directory.refresh()
    await meals(town)
    await at_home(town, town.elder)
    whole, daughter = Whole(house, client), await town.daughter()
    await let(town.database, town.elder.person_id, daughter.person_id, scopes=scopes, now=town.clock())
    headers = on_behalf(whole, daughter, town.elder.person_id)
    said = await whole.http.post(f"{API}/elder/say", headers=headers, json={"text": "帮我送饭"})
    assert f"到家里({where})" in good(said)["step"]["confirm"]["lines"]


async def test_what_is_wished_for_stands_among_what_is_arranged_and_can_be_cancelled(
    walk: Walk, town: CareTown
) -> None:
    await meals(town)
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
    await meals(town)
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
    await meals(town)
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
    await meals(town)
    await walk.say("今天下午三点帮我送饭")
    town.clock.advance(timedelta(hours=7))
    asked = await walk.agree()
    assert asked["title"] == "什么时候来?"
    assert "这个时间已经过了。请选晚一点的时间。" in asked["display"]
    assert await town.rows("SELECT id FROM care_request") == []


async def test_the_agreed_hour_is_told_on_the_done_page(walk: Walk, town: CareTown) -> None:
    await meals(town)
    await walk.say("明天下午三点帮我送饭")
    await walk.agree()
    [row] = await town.rows("SELECT id FROM care_request")
    async with town.database.transaction() as session:
        at = instant(date(2026, 11, 24), time(16))
        await desk.agree(session, town.desk, row[0], at=at, now=town.clock())
    assert (await walk.look())["lines"][:3] == ["助餐", "明天下午4点来。", "正在找人。"]


async def test_a_time_that_help_at_once_keeps_is_not_asked(walk: Walk, town: CareTown) -> None:
    await meals(town)
    for said in ("帮我送饭", "现在帮我送饭", "今天上午帮我送饭"):
        assert (await walk.say(said))["confirm"]["lines"][0] == "助餐", said


async def test_the_address_and_a_note_reach_the_desk(walk: Walk, town: CareTown) -> None:
    async with town.database.transaction() as session:
        await session.execute(text("UPDATE person SET area = '曹杨新村街道'"))
    await walk.start("eldercare")
    await walk.choose("errand")
    await walk.choose("现在就来")
    card = await walk.choose("请先打电话")
    assert card["confirm"]["lines"][2:5] == ["给陈秀英", "到家里(曹杨新村街道)", "交代:请先打电话"]
    await walk.tap("no")
    asked = await walk.choose("家里")
    assert (asked["title"], labels(asked), asked["ownWords"]) == (
        "请他们到哪里?", ["家里(曹杨新村街道)"], "写地址",
    )  # fmt: skip
    await walk.write("兰溪路 100号3楼")
    card = await walk.write("门铃坏了,请敲门")
    assert card["confirm"]["lines"][3:5] == ["到兰溪路 100号3楼", "交代:门铃坏了,请敲门"]
    await walk.agree()
    [row] = await town.rows("SELECT id FROM care_request")
    async with town.database.read() as session:
        shown = await desk.detail(session, town.desk, row[0], cipher=town.cipher, now=town.clock())
        assert shown.view.brief == Brief("门铃坏了,请敲门", Spot("兰溪路 100号3楼"))
    await walk.start("eldercare")
    await walk.choose("errand")
    await walk.choose("现在就来")
    await walk.choose("没有")
    await walk.tap("no")
    asked = await walk.choose("兰溪路")
    assert [(each["label"], each["about"]) for each in asked["choices"]] == [
        ("兰溪路 100号3楼", "上次的地址"), ("家里(曹杨新村街道)", ""),
    ]  # fmt: skip

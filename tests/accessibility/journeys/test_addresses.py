"""Where help comes: the address of the profile, the last one, and who is shown either."""

import httpx
import pytest
from sqlalchemy import text

from api.lifespan import House
from scenes.common.kit.caller import Resident
from scenes.common.people import service as people
from scenes.common.people.service import MeChange
from scenes.eldercare.service import desk
from scenes.eldercare.service.requests import Brief, Spot
from tests.api.test_acting import let, on_behalf
from tests.support.care import CareTown
from tests.support.elder_walk import Walk, labels
from tests.support.whole import API, Whole, good


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
    await town.meals()
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
    await town.meals()
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
    await town.meals()
    await at_home(town, town.elder)
    whole, daughter = Whole(house, client), await town.daughter()
    await let(town.database, town.elder.person_id, daughter.person_id, scopes=scopes, now=town.clock())
    headers = on_behalf(whole, daughter, town.elder.person_id)
    said = await whole.http.post(f"{API}/elder/say", headers=headers, json={"text": "帮我送饭"})
    assert f"到家里({where})" in good(said)["step"]["confirm"]["lines"]


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

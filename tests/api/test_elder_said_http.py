"""Elder mode over HTTP: one sentence leads to a card, to choices, or begins nothing."""

import pytest

from tests.support.elder_http import Elder, bookings, district, elder
from tests.support.storefront import District

__all__ = ["district", "elder"]


async def test_one_sentence_leads_to_a_run_or_to_choices(elder: Elder, district: District) -> None:
    said = await elder.say("我要挂号")
    assert (said["understood"], said["step"]["flow"]) == (True, "clinic")
    lost = await elder.say("今天天气真好")
    assert (lost["understood"], lost["step"], len(lost["choices"])) == (False, None, 6)
    emergency = await elder.say("救命")
    assert [each["id"] for each in emergency["choices"]] == ["sos", "120"]
    assert (emergency["next"], lost["next"], said["next"]) == ("/eldercare/sos", None, None)
    assert await district.rows("SELECT id FROM sos_alarm") == []
    half = await elder.say("给老王约明天上午看全科")
    assert (half["understood"], half["step"]) == (False, None)
    assert await bookings(district) == []


async def test_a_whole_sentence_leads_to_the_card_and_one_tap_books(elder: Elder, district: District) -> None:
    said = await elder.say("明天上午看全科")
    assert said["understood"]
    card = elder.seen(said["step"])
    assert card["confirm"]["lines"][:2] == ["明天(11月24日 星期二)上午10点", "全科 李敏医生"]
    assert (card["progress"], await bookings(district)) == ({"at": 1, "of": 1}, [])
    await elder.tap("yes")
    assert await bookings(district) == [("confirmed",)]
    said = await elder.say("取消明天的预约")
    assert elder.seen(said["step"])["title"] == "真的要取消吗?"
    assert await bookings(district) == [("confirmed",)]


@pytest.mark.parametrize("text", ["不要挂号", "我昨天看过全科了", "全科多少钱", "给女儿汇款"])
async def test_what_is_no_wish_begins_nothing(elder: Elder, district: District, text: str) -> None:
    said = await elder.say(text)
    assert (said["understood"], said["step"]) == (False, None)
    assert await district.rows("SELECT 1 FROM elder_run") == []


async def test_a_number_for_somebody_else_is_not_booked_for_oneself(elder: Elder, district: District) -> None:
    elder.seen((await elder.say("给老伴挂明天上午10点的全科"))["step"])
    assert (elder.step["title"], elder.step["display"]) == ("给谁约?", "您的账户里还没有老伴。")
    assert [link["href"] for link in elder.step["links"]] == ["/me/patients/add"]
    assert await bookings(district) == []

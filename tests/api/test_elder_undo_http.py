"""Elder mode over HTTP: what was booked or cancelled can be taken back for ten minutes."""

from datetime import timedelta

from tests.support.clock import AdjustableClock
from tests.support.elder_http import Elder, bookings, district, elder, take_all, to_the_card
from tests.support.storefront import District
from tests.support.whole import Whole, good

__all__ = ["district", "elder"]


async def test_second_thoughts_for_ten_minutes(
    elder: Elder, district: District, clock: AdjustableClock
) -> None:
    await to_the_card(elder)
    done = await elder.tap("yes")
    assert (elder.labels, done["undoUntil"]) == (["不要了,撤销"], "2026-11-23T09:10:00+08:00")
    clock.advance(timedelta(minutes=9))
    undone = await elder.tap("撤销")
    assert (undone["state"], undone["title"], undone["lines"]) == (
        "undone", "撤销好了", ["已经取消了。没有收钱。"],
    )  # fmt: skip
    assert await bookings(district) == [("cancelled",)]
    again = good(await elder.send("undo"))
    assert (again["state"], await bookings(district)) == ("undone", [("cancelled",)])

    clock.advance(timedelta(minutes=1))
    await to_the_card(elder)
    await elder.tap("yes")
    clock.advance(timedelta(minutes=10))
    late = good(await elder.send("undo"))
    assert (late["state"], late["choices"], late["display"]) == (
        "done", [], "撤销的时间过了。要取消,请到「我约好的」。",
    )  # fmt: skip


async def test_what_is_booked_can_be_cancelled_and_taken_back(elder: Elder, district: District) -> None:
    await elder.start("my-bookings")
    assert (elder.step["title"], elder.labels) == ("您现在没有约好的事。", ["请人打给我"])
    await to_the_card(elder)
    await elder.tap("yes")
    await elder.start("my-bookings")
    assert elder.labels == ["明天上午10点 看全科 李敏"]
    await elder.tap("看全科")
    assert elder.step["title"] == "看全科 李敏"
    assert [link["label"] for link in elder.step["links"]] == ["看大字单子", "看详细"]
    card = await elder.tap("取消这个预约")
    assert card["title"] == "真的要取消吗?"
    await elder.tap("no")
    assert (elder.labels, await bookings(district)) == (["取消这个预约"], [("confirmed",)])
    await elder.tap("取消这个预约")
    done = await elder.tap("yes")
    assert (done["title"], await bookings(district)) == ("取消好了", [("cancelled",)])
    back = await elder.tap("撤销")
    assert (back["state"], back["lines"]) == ("undone", ["号还在,又给您约上了。"])
    assert await bookings(district) == [("cancelled",), ("confirmed",)]


async def test_taking_back_a_cancel_whose_number_went_says_so(
    elder: Elder, district: District, whole: Whole
) -> None:
    await to_the_card(elder)
    await elder.tap("yes")
    await take_all(district, whole, district.session_id)
    await elder.start("my-bookings")
    await elder.tap("看全科")
    await elder.tap("取消这个预约")
    await elder.tap("yes")
    step = await elder.tap("撤销")
    assert step["state"] == "done"
    assert "约满了" in step["display"]

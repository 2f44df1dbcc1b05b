"""A cart breaks down: every order moves near by or is paid back, once, whatever is killed meanwhile."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest

from scenes.breakfast.errors import NotACart, PositionInvalid
from scenes.breakfast.rules.carts import Spot
from scenes.breakfast.service import carts, kitchen, recall
from scenes.breakfast.service.carts import OutDone, OutPreview
from scenes.common.booking.errors import PreviewStale
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.kit.refusals import Refusal
from scenes.common.notices import jobs as notices
from tests.support.breakfast import TUESDAY, Breakfast, at
from tests.support.kitchen import held, open_point, paid, record_of, stock_id
from tests.support.places import CAOYANG

STRANGER = Staff(new_id(), new_id(), "breakfast", frozenset({new_id()}))


@pytest.fixture
async def cart(breakfast: Breakfast) -> Breakfast:
    """Make the first point a cart."""
    await breakfast.run("UPDATE breakfast_point SET kind = 'cart' WHERE place_id = :id", id=breakfast.place)
    return breakfast


async def preview(cart: Breakfast) -> OutPreview:
    async with cart.database.transaction() as session:
        return await carts.preview_out_of_order(session, cart.staff, cart.place, now=cart.clock())


async def begin(cart: Breakfast, token: str) -> None:
    async with cart.database.transaction() as session:
        await carts.begin_out_of_order(
            session, cart.staff, cart.place, token=token, reason="电池坏了", now=cart.clock()
        )


async def break_down(cart: Breakfast, ledger: Ledger) -> OutDone:
    await begin(cart, (await preview(cart)).token)
    return await carts.finish_out_of_order(cart.database, ledger, cart.place, now=cart.clock())


async def three_orders(cart: Breakfast, ledger: Ledger) -> list[BookingRecord]:
    """Order two soy milks for one, one for another, and five buns for a third; early on the day itself."""
    wants = ({"milk": 2}, {"milk": 1}, {"bun": 5})
    made = [await paid(cart, ledger, await cart.resident(), **items) for items in wants]
    cart.clock.set(at(TUESDAY, 6, 40))
    return made


async def test_orders_move_near_by_or_are_paid_back(cart: Breakfast, ledger: Ledger) -> None:
    near = await open_point(cart, name="近的店", metres_north=300, buns=4)
    await open_point(cart, name="远的店", metres_north=5000)
    two, one, buns = await three_orders(cart, ledger)
    shown = await preview(cart)
    assert shown.names == {near: "近的店"}
    assert [choice.place_id if choice else None for choice in shown.planned.values()] == [near, near, None]
    assert await break_down(cart, ledger) == OutDone(place_id=cart.place, moved=2, refunded=1)
    for before in (two, one):
        after = await record_of(cart, before.id)
        assert (after["state"], after["place_id"], after["starts_at"]) == (
            "confirmed",
            near,
            before.starts_at,
        )
        assert (after["amount_fen"], after["code"]) == (before.amount_fen, before.code)
    assert (await record_of(cart, buns.id))["state"] == "cancelled"
    moved = await cart.rows("SELECT payload->>'reason' FROM outbox WHERE topic = 'booking.moved'")
    assert moved == [("cart:电池坏了",), ("cart:电池坏了",)]


async def test_everyone_is_told(cart: Breakfast, ledger: Ledger) -> None:
    await open_point(cart, name="近的店", metres_north=300, buns=4)
    two, _, buns = await three_orders(cart, ledger)
    await break_down(cart, ledger)
    async with cart.database.transaction() as session:
        await relay(session, notices.HANDLERS, now=cart.clock())
    told = dict(await cart.rows("SELECT person_id, text FROM inbox_message WHERE title <> '约好了'"))
    assert len(told) == 3
    assert "改到近的店。" in told[two.person_id]
    assert "很抱歉,这个预约办不成了。" in told[buns.person_id]


async def test_nobody_orders_from_a_broken_cart(cart: Breakfast, ledger: Ledger) -> None:
    await three_orders(cart, ledger)
    await break_down(cart, ledger)
    with pytest.raises(Refusal):
        await paid(cart, ledger, await cart.resident(), slot=cart.slot(8, 30), milk=1)


async def test_what_was_not_shown_is_not_done(cart: Breakfast, ledger: Ledger) -> None:
    await three_orders(cart, ledger)
    shown = await preview(cart)
    await paid(cart, ledger, await cart.resident(), slot=cart.slot(8, 30), milk=1)
    with pytest.raises(PreviewStale):
        await begin(cart, shown.token)
    assert await cart.rows("SELECT DISTINCT state FROM booking_window") == [("open",)]


async def test_a_kill_in_between_costs_nobody(cart: Breakfast, ledger: Ledger) -> None:
    near = await open_point(cart, name="近的店", metres_north=300)
    made = await three_orders(cart, ledger)
    await begin(cart, (await preview(cart)).token)
    another = await cart.ledger()
    await carts.finish_all(cart.database, another, now=cart.clock())
    assert {(await record_of(cart, each.id))["place_id"] for each in made} == {near}
    await carts.finish_all(cart.database, another, now=cart.clock())
    assert {(await record_of(cart, each.id))["relocations"] for each in made} == {1}


async def test_two_who_finish_at_once_move_each_order_once(cart: Breakfast, ledger: Ledger) -> None:
    await open_point(cart, name="近的店", metres_north=300)
    made = await three_orders(cart, ledger)
    await begin(cart, (await preview(cart)).token)
    another = await cart.ledger()
    done = await asyncio.gather(*(
        carts.finish_out_of_order(cart.database, each, cart.place, now=cart.clock())
        for each in (ledger, another)
    ))  # fmt: skip
    assert sum(each.moved for each in done) == 3
    assert {(await record_of(cart, each.id))["relocations"] for each in made} == {1}


async def test_saying_it_again_does_nothing_more(cart: Breakfast, ledger: Ledger) -> None:
    await three_orders(cart, ledger)
    shown = await preview(cart)
    for expected in (3, 0):
        await begin(cart, shown.token)
        done = await carts.finish_out_of_order(cart.database, ledger, cart.place, now=cart.clock())
        assert done.refunded == expected


async def test_an_unpaid_order_moves_too_and_fetched_ones_stay(cart: Breakfast, ledger: Ledger) -> None:
    near = await open_point(cart, name="近的店", metres_north=300)
    cart.clock.set(at(TUESDAY, 6, 40))
    waiting = await held(cart, ledger, await cart.resident(), milk=1)
    await break_down(cart, ledger)
    after = await record_of(cart, waiting.id)
    assert (after["state"], after["place_id"]) == ("held", near)


async def test_the_days_subsidy_goes_along(cart: Breakfast, ledger: Ledger) -> None:
    await open_point(cart, name="近的店", metres_north=300)
    elder = await cart.resident(birth=date(1940, 1, 1), hukou=True)
    made = await paid(cart, ledger, elder, milk=3, bun=3)
    before = {line.window_id for line in made.lines}
    assert any(line.label == "今天的助餐补贴" for line in made.lines)
    cart.clock.set(at(TUESDAY, 6, 40))
    await break_down(cart, ledger)
    lines = await cart.rows("SELECT window_id, label FROM booking_line WHERE booking_id = :id", id=made.id)
    assert sorted(label for _, label in lines) == ["今天的助餐补贴", "取餐时间", "菜包", "豆浆"]
    assert len({window_id for window_id, _ in lines} & before) == 1


async def test_a_mended_cart_sells_again(cart: Breakfast, ledger: Ledger) -> None:
    await three_orders(cart, ledger)
    await break_down(cart, ledger)
    async with cart.database.transaction() as session:
        assert await carts.out_since(session, cart.place) == cart.clock()
        await carts.back_in_order(session, cart.staff, cart.place, now=cart.clock())
    cart.clock.advance(timedelta(seconds=2))
    again = await paid(cart, ledger, await cart.resident(), slot=cart.slot(8, 30), milk=1)
    assert again.state == "confirmed"


async def test_a_mended_cart_does_not_sell_what_was_recalled(cart: Breakfast, ledger: Ledger) -> None:
    cart.clock.set(at(TUESDAY, 6, 40))
    facts = {"session": None, "staff": cart.staff, "now": cart.clock()}
    async with cart.database.transaction() as session:
        facts["session"] = session
        await recall.set_batch(stock_id=stock_id(cart, "milk"), batch_no="m-1", units=None, **facts)
        await recall.tell_all(batch_no="m-1", reason="送检不合格", **facts)
    await break_down(cart, ledger)
    async with cart.database.transaction() as session:
        await carts.back_in_order(session, cart.staff, cart.place, now=cart.clock())
    states = await cart.rows(
        "SELECT state FROM booking_window WHERE id = ANY(:ids) ORDER BY 1",
        ids=[cart.portions("milk"), cart.portions("bun")],
    )
    assert states == [("open",), ("stopped",)]


async def test_a_position_is_taken_over_and_an_older_one_is_not(cart: Breakfast) -> None:
    async def report(spot: Spot, *, late: int = 0, staff: Staff | None = None) -> None:
        now = cart.clock() - timedelta(seconds=late)
        async with cart.database.transaction() as session:
            await carts.report_position(session, staff or cart.staff, cart.place, spot, now=now)

    there = Spot(CAOYANG[0] + 0.002, CAOYANG[1])
    await report(there)
    await report(Spot(*CAOYANG), late=30)
    assert await cart.rows("SELECT lat, lng FROM cart_position") == [(there.lat, there.lng)]
    with pytest.raises(PositionInvalid):
        await report(Spot(39.9, 116.4))
    with pytest.raises(NotACart):
        await report(there, staff=STRANGER)


async def test_a_shop_is_no_cart(breakfast: Breakfast) -> None:
    with pytest.raises(NotACart):
        await preview(breakfast)


async def test_what_the_kitchen_there_sees(cart: Breakfast, ledger: Ledger) -> None:
    near: UUID = await open_point(cart, name="近的店", metres_north=300)
    await three_orders(cart, ledger)
    await break_down(cart, ledger)
    district = Staff(new_id(), new_id(), "district", frozenset())
    async with cart.database.read() as session:
        view = await kitchen.board_of(session, district, place_id=near, day=TUESDAY, now=cart.clock())
    assert {item.name: item.units for item in view.sums} == {"豆浆": 3, "菜包": 5}
    assert stock_id(cart, "milk") not in {stock.stock_id for stock in view.stock}

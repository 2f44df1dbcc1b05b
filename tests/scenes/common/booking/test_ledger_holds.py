"""Holds on a real PostgreSQL: paid in time, extended, lapsed and swept."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from scenes.common.booking.errors import (
    HoldExpired,
    IllegalMove,
    PaymentDue,
)
from scenes.common.booking.ledger import Ledger, Want
from tests.support.booking import World, answer, step

GRANTED, FULL = 201, "window_full"


async def test_a_priced_claim_is_held_until_paid(world: World, ledger: Ledger) -> None:
    window = await world.offer(price_fen=2500)
    held = await ledger.claim(world.claim((await world.people(1))[0], window))
    assert held.booking.state == "held"
    assert held.booking.hold_expires_at == world.clock() + timedelta(seconds=900)
    with pytest.raises(PaymentDue):
        await ledger.move(step(held, "confirm"))
    paid = await ledger.move(step(held, "confirm", "payment"))
    again = await ledger.move(step(held, "confirm", "payment"))
    assert (paid.booking.state, again.booking) == ("confirmed", paid.booking)


async def test_a_lapsed_hold_cannot_be_used_before_anyone_swept(world: World, ledger: Ledger) -> None:
    window = await world.offer(price_fen=2500)
    held = await ledger.claim(world.claim((await world.people(1))[0], window))
    world.clock.advance(timedelta(seconds=900))
    for event, by in (("confirm", "payment"), ("extend", "resident"), ("confirm", "staff")):
        with pytest.raises(HoldExpired):
            await ledger.move(step(held, event, by))


async def test_a_lapsed_hold_makes_room_before_anyone_swept(world: World, ledger: Ledger) -> None:
    window = await world.offer(price_fen=2500)
    first, second = await world.people(2)
    await ledger.claim(world.claim(first, window))
    assert [await answer(ledger.claim(world.claim(second, window))) for _ in range(2)] == [FULL, FULL]
    world.clock.advance(timedelta(seconds=900))
    assert await answer(ledger.claim(world.claim(second, window))) == GRANTED
    assert await world.states() == {"expired": 1, "held": 1}


async def test_a_lapsed_hold_makes_room_for_several_units(world: World, ledger: Ledger) -> None:
    window = await world.offer(price_fen=100, capacity=3)
    first, second = await world.people(2)
    await ledger.claim(world.claim(first, Want(window.id, 2)))
    world.clock.advance(timedelta(seconds=900))
    assert await answer(ledger.claim(world.claim(second, Want(window.id, 2)))) == GRANTED


async def test_a_lapsed_hold_does_not_stand_in_its_owners_way(world: World, ledger: Ledger) -> None:
    group = uuid4()
    windows = [world.window(price_fen=100, capacity=5, group_id=group) for _ in range(2)]
    await world.publish(*windows)
    [person] = await world.people(1)
    await ledger.claim(world.claim(person, windows[0]))
    world.clock.advance(timedelta(seconds=900))
    assert await answer(ledger.claim(world.claim(person, windows[0]))) == GRANTED
    world.clock.advance(timedelta(seconds=900))
    assert await answer(ledger.claim(world.claim(person, windows[1]))) == GRANTED
    assert await world.states() == {"expired": 2, "held": 1}


async def test_a_lapsed_hold_on_a_sold_out_window_comes_back_to_its_owner(
    world: World, ledger: Ledger
) -> None:
    window = await world.offer(price_fen=100)
    person, other = await world.people(2)
    await ledger.claim(world.claim(person, window))
    assert await answer(ledger.claim(world.claim(other, window))) == FULL
    world.clock.advance(timedelta(seconds=900))
    assert await answer(ledger.claim(world.claim(person, window))) == GRANTED


async def test_the_sweeper_gives_lapsed_units_back(world: World, ledger: Ledger) -> None:
    window = await world.offer(price_fen=2500, capacity=9)
    people = await world.people(9)
    await asyncio.gather(*[ledger.claim(world.claim(p, window)) for p in people])
    assert await ledger.sweep() == 0
    world.clock.advance(timedelta(seconds=900))
    assert await ledger.sweep() == 9
    assert await ledger.sweep() == 0
    assert (await world.taken(window), await world.states()) == (0, {"expired": 9})


async def test_two_sweepers_count_nothing_twice(world: World) -> None:
    ledgers = [await world.ledger(), await world.ledger()]
    window = await world.offer(price_fen=2500, capacity=9)
    people = await world.people(9)
    await asyncio.gather(*[ledgers[0].claim(world.claim(p, window)) for p in people])
    world.clock.advance(timedelta(seconds=900))
    await asyncio.gather(*[ledger.sweep() for ledger in ledgers * 3])
    assert (await world.taken(window), await world.states()) == (0, {"expired": 9})
    [events] = await world.rows("SELECT count(*) FROM outbox WHERE topic = 'booking.expired'")
    assert events == (9,)


async def test_a_live_hold_is_not_expired_by_a_sweeper_whose_clock_runs_ahead(
    world: World, ledger: Ledger
) -> None:
    window = await world.offer(price_fen=2500)
    held = await ledger.claim(world.claim((await world.people(1))[0], window))
    with pytest.raises(IllegalMove):
        await ledger.move(step(held, "expire", "system"))
    assert await world.states() == {"held": 1}


async def test_holds_extend_to_the_limit(world: World, ledger: Ledger) -> None:
    window = await world.offer(price_fen=2500, terms={"maxExtensions": 3})
    held = await ledger.claim(world.claim((await world.people(1))[0], window))
    for _ in range(3):
        world.clock.advance(timedelta(seconds=800))
        extended = await ledger.move(step(held, "extend"))
        assert extended.booking.hold_expires_at == world.clock() + timedelta(seconds=900)
    with pytest.raises(IllegalMove):
        await ledger.move(step(held, "extend"))


async def test_a_hold_is_not_extended_past_what_its_terms_say(world: World, ledger: Ledger) -> None:
    last = world.clock() + timedelta(minutes=20)
    terms = {"extendUntil": last.isoformat()}
    window = await world.offer(price_fen=2500, hold_seconds=900, terms=terms)
    held = await ledger.claim(world.claim((await world.people(1))[0], window))
    world.clock.advance(timedelta(minutes=10))
    assert (await ledger.move(step(held, "extend"))).booking.hold_expires_at == last


async def test_a_hold_is_never_extended_past_the_window(world: World, ledger: Ledger) -> None:
    window = await world.offer(price_fen=2500, hold_seconds=10**6)
    held = await ledger.claim(world.claim((await world.people(1))[0], window))
    assert held.booking.hold_expires_at == window.ends_at
    assert (await ledger.move(step(held, "extend"))).booking.hold_expires_at == window.ends_at

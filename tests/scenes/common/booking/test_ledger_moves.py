"""Moves on a real PostgreSQL: by whom, until when, told once, numbered."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from scenes.common.booking.errors import (
    BookingNotFound,
    IllegalMove,
    TooLate,
)
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.idempotency import Answer
from scenes.common.kit.refusals import IdempotencyKeyReused
from tests.support.booking import World, answer, step

GRANTED, FULL = 201, "window_full"


async def test_residents_cancel_until_the_promised_instant_and_staff_later(
    world: World, ledger: Ledger
) -> None:
    until = world.clock() + timedelta(hours=8)
    window = await world.offer(capacity=9, terms={"cancelUntil": until.isoformat()})
    one, two = [await ledger.claim(world.claim(p, window)) for p in await world.people(2)]
    world.clock.set(until)
    assert (await ledger.move(step(one, "cancel"))).booking.state == "cancelled"
    world.clock.advance(timedelta(seconds=1))
    with pytest.raises(TooLate):
        await ledger.move(step(two, "cancel"))
    assert (await ledger.move(step(two, "cancel", "staff"))).booking.state == "cancelled"


async def test_strangers_and_other_venues_find_nothing(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    owner, stranger = await world.people(2)
    booked = await ledger.claim(world.claim(owner, window))
    for move in (
        step(booked, "cancel", actor_id=stranger),
        step(booked, "cancel", "staff", place_ids=frozenset({uuid4()})),
        step(uuid4(), "cancel", actor_id=owner),
    ):
        with pytest.raises(BookingNotFound):
            await ledger.move(move)


async def test_whoever_booked_and_whom_it_is_for_may_both_cancel(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=2)
    child, parent, other = await world.people(3)
    for subject, actor in ((parent, child), (other, other)):
        booked = await ledger.claim(world.claim(child, window, subject_id=subject))
        assert (await ledger.move(step(booked, "cancel", actor_id=actor))).booking.state == "cancelled"


async def test_a_move_keeps_its_answer_under_its_key(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    booked = await ledger.claim(world.claim((await world.people(1))[0], window))
    cancel = step(booked, "cancel", key="cancel-0001", fingerprint=b"c")
    first = await ledger.move(cancel)
    assert (await ledger.move(cancel)).answer == Answer(200, first.answer.body, replayed=True)
    with pytest.raises(IdempotencyKeyReused):
        await ledger.move(msgspec.structs.replace(cancel, fingerprint=b"d"))
    with pytest.raises(IllegalMove):
        await ledger.move(step(booked, "cancel"))


async def test_a_cancelled_person_may_book_again_in_the_same_batch(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    [person] = await world.people(1)
    booked = await ledger.claim(world.claim(person, window))
    cancelled, again = await asyncio.gather(
        ledger.move(step(booked, "cancel")), answer(ledger.claim(world.claim(person, window)))
    )
    assert (cancelled.booking.state, again) == ("cancelled", GRANTED)


async def test_check_in_numbers_follow_each_other_within_a_session(world: World, ledger: Ledger) -> None:
    group = uuid4()
    windows = [world.window(group_id=group, capacity=5) for _ in range(2)]
    await world.publish(*windows)
    people = await world.people(8)
    booked = [await ledger.claim(world.claim(p, windows[n % 2])) for n, p in enumerate(people)]
    first = await ledger.move(step(booked[0], "check_in"))
    rest = await asyncio.gather(*[ledger.move(step(b, "check_in", "staff")) for b in booked[1:]])
    assert [o.booking.queue_no for o in (first, *rest)] == list(range(1, 9))


async def test_a_check_in_asked_twice_or_by_a_stranger_burns_no_number(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=5)
    one, two, stranger = await world.people(3)
    first, second = [await ledger.claim(world.claim(p, window)) for p in (one, two)]
    moves = (
        step(first, "check_in", actor_id=stranger),
        step(first, "check_in"),
        step(first, "check_in"),
        step(second, "check_in"),
    )
    answers = await asyncio.gather(*[answer(ledger.move(move)) for move in moves])
    assert answers == ["not_found", 200, "illegal_move", 200]
    numbers = await world.rows("SELECT queue_no FROM booking ORDER BY id")
    assert numbers == [(1,), (2,)]


async def test_a_hold_confirmed_and_checked_in_at_once(world: World, ledger: Ledger) -> None:
    window = await world.offer(price_fen=100)
    held = await ledger.claim(world.claim((await world.people(1))[0], window))
    moves = (step(held, "confirm", "payment"), step(held, "check_in", "staff"))
    outcomes = await asyncio.gather(*[ledger.move(move) for move in moves])
    assert [(o.booking.state, o.booking.queue_no) for o in outcomes] == [
        ("confirmed", None),
        ("checked_in", 1),
    ]


async def test_the_missed_are_marked_after_the_grace(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=3, terms={"graceMinutes": 10})
    missed, came, _ = [await ledger.claim(world.claim(p, window)) for p in await world.people(3)]
    await ledger.move(step(came, "check_in"))
    await ledger.move(step(came, "fulfil", "staff"))
    world.clock.set(window.ends_at + timedelta(minutes=10, microseconds=-1))
    assert await ledger.sweep() == 0
    world.clock.set(window.ends_at + timedelta(minutes=10))
    assert await ledger.sweep() == 2
    assert await world.states() == {"no_show": 2, "fulfilled": 1}
    assert await world.taken(window) == 3
    with pytest.raises(IllegalMove):
        await ledger.move(step(missed, "check_in"))


async def test_each_change_tells_of_itself_once(world: World, ledger: Ledger) -> None:
    window = await world.offer(price_fen=100)
    [person] = await world.people(1)
    claim = world.claim(person, window)
    held = await ledger.claim(claim)
    await ledger.claim(claim)
    await ledger.move(step(held, "extend"))
    await ledger.move(step(held, "confirm", "payment"))
    await ledger.move(step(held, "confirm", "payment"))
    await ledger.move(step(held, "cancel", reason="有事"))
    told = await world.rows(
        "SELECT topic, subject_id, payload->>'bookingId', payload->>'reason' FROM outbox ORDER BY id"
    )
    booking = str(held.booking.id)
    assert told == [
        ("booking.held", person, booking, None),
        ("booking.confirmed", person, booking, None),
        ("booking.cancelled", person, booking, "有事"),
    ]

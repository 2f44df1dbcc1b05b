"""The ledger grants claims on a real PostgreSQL: exactly what is there, once, all or nothing."""

import asyncio
import gc
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from uuid import uuid4

import msgspec
import pytest

from scenes.common.booking import service
from scenes.common.booking.errors import (
    AlreadyBooked,
    BookingNotFound,
    Suspended,
    WantInvalid,
    WindowFull,
    WindowNotFound,
    WindowNotOpen,
)
from scenes.common.booking.ledger import Claim, Ledger, Want
from scenes.common.kit.idempotency import Answer
from scenes.common.kit.refusals import IdempotencyKeyReused
from tests.support.booking import World, answer, step

GRANTED, FULL = 201, "window_full"


async def test_five_hundred_at_once_for_twenty_get_exactly_twenty(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=20)
    people = await world.people(500)
    answers = await asyncio.gather(*[answer(ledger.claim(world.claim(p, window))) for p in people])
    assert Counter(answers) == {GRANTED: 20, FULL: 480}
    assert await world.taken(window) == 20
    assert await world.states() == {"confirmed": 20}


async def test_two_processes_on_one_database_sell_no_unit_twice(world: World) -> None:
    ledgers = [await world.ledger(batch_limit=16), await world.ledger(batch_limit=16)]
    windows = [world.window(capacity=20) for _ in range(3)]
    await world.publish(*windows)
    people = await world.people(150)
    asked = [
        answer(ledgers[n % 2].claim(world.claim(person, window)))
        for n, person in enumerate(people)
        for window in windows
    ]
    assert Counter(await asyncio.gather(*asked)) == {GRANTED: 60, FULL: 390}


async def test_two_processes_want_the_same_windows_in_opposite_order(world: World) -> None:
    first, second = await world.ledger(batch_limit=4), await world.ledger(batch_limit=4)
    windows = [world.window(capacity=100) for _ in range(6)]
    await world.publish(*windows)
    people = await world.people(60)
    one = [first.claim(world.claim(p, *windows)) for p in people[:30]]
    two = [second.claim(world.claim(p, *reversed(windows))) for p in people[30:]]
    granted = await asyncio.gather(*one, *two)
    assert [outcome.answer.status for outcome in granted] == [GRANTED] * 60
    assert [await world.taken(window) for window in windows] == [60] * 6


async def test_one_person_through_two_processes_has_one_booking_of_a_session(world: World) -> None:
    ledgers = [await world.ledger(), await world.ledger()]
    group = uuid4()
    windows = [world.window(group_id=group, capacity=50) for _ in range(4)]
    await world.publish(*windows)
    people = await world.people(12)
    asked = [
        answer(ledgers[n % 2].claim(world.claim(person, window)))
        for person in people
        for n, window in enumerate(windows)
    ]
    assert Counter(await asyncio.gather(*asked)) == {GRANTED: 12, "already_booked": 36}


async def test_the_same_key_at_once_through_two_processes_books_once(world: World) -> None:
    ledgers = [await world.ledger(), await world.ledger()]
    window = await world.offer(capacity=50)
    [person] = await world.people(1)
    claim = world.claim(person, window, exclusive=False)
    outcomes = await asyncio.gather(*[ledgers[n % 2].claim(claim) for n in range(20)])
    assert {outcome.answer.body for outcome in outcomes} == {outcomes[0].answer.body}
    assert sorted(outcome.answer.replayed for outcome in outcomes) == [False] + [True] * 19
    assert await world.taken(window) == 1


async def test_a_repeated_key_gets_the_first_answer(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    claim = world.claim((await world.people(1))[0], window)
    first = await ledger.claim(claim)
    repeat = await ledger.claim(claim)
    assert repeat.answer == Answer(GRANTED, first.answer.body, replayed=True)
    assert not first.answer.replayed
    booking = msgspec.json.decode(first.answer.body)
    assert (booking["state"], booking["id"]) == ("confirmed", str(first.booking.id))


async def test_a_key_for_something_else_is_refused(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=5)
    claim = world.claim((await world.people(1))[0], window)
    await ledger.claim(claim)
    with pytest.raises(IdempotencyKeyReused):
        await ledger.claim(msgspec.structs.replace(claim, fingerprint=b"b" * 16))
    assert await world.taken(window) == 1


async def test_the_answer_is_repeated_after_the_window_sold_out(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    winner, loser = await world.people(2)
    claim = world.claim(winner, window)
    first = await ledger.claim(claim)
    for _ in range(2):  # the first refusal leaves the hint, the second is answered by it
        assert await answer(ledger.claim(world.claim(loser, window))) == FULL
    assert (await ledger.claim(claim)).answer == Answer(GRANTED, first.answer.body, replayed=True)
    assert await answer(ledger.claim(msgspec.structs.replace(claim, fingerprint=b"b"))) == (
        "idempotency_key_reused"
    )
    assert await answer(ledger.claim(world.claim(winner, window))) == "already_booked"


async def test_a_refused_key_may_try_again(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    winner, loser = await world.people(2)
    granted = await ledger.claim(world.claim(winner, window))
    claim = world.claim(loser, window)
    for _ in range(2):
        assert await answer(ledger.claim(claim)) == FULL
    await ledger.move(step(granted, "cancel"))
    assert await answer(ledger.claim(claim)) == GRANTED


async def test_several_windows_are_granted_together_or_not_at_all(world: World, ledger: Ledger) -> None:
    windows = [world.window(capacity=c) for c in (2, 1, 2)]
    await world.publish(*windows)
    one, two = await world.people(2)
    outcome = await ledger.claim(world.claim(one, Want(windows[0].id, 2), windows[1], windows[2]))
    assert [(line.window_id, line.units) for line in outcome.booking.lines] == [
        (windows[0].id, 2),
        (windows[1].id, 1),
        (windows[2].id, 1),
    ]
    with pytest.raises(WindowFull):
        await ledger.claim(world.claim(two, windows[2], windows[1]))
    assert [await world.taken(w) for w in windows] == [2, 1, 1]
    await ledger.move(step(outcome, "cancel"))
    assert [await world.taken(w) for w in windows] == [0, 0, 0]


async def test_what_cannot_be_asked_for(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    charger = world.window(scene="charging")
    [person] = await world.people(1)
    for wants in ((), (Want(window.id), Want(window.id)), (Want(window.id, 0),), (Want(window.id, 51),)):
        with pytest.raises(WantInvalid):
            await ledger.claim(world.claim(person, *wants))
    with pytest.raises(WindowNotFound):
        await ledger.claim(world.claim(person, charger))
    with pytest.raises(BookingNotFound):
        await ledger.claim(world.claim(uuid4(), window))


async def test_numbers_for_elders_and_signed_residents_fall_through(world: World, ledger: Ledger) -> None:
    falls = world.clock() + timedelta(hours=1)
    elders = world.window(audience="elders", capacity=9, falls_through_at=falls)
    signed = world.window(audience="signed", capacity=9, falls_through_at=falls)
    await world.publish(elders, signed)
    young, friend = await world.people(2)
    [old] = await world.people(1, birth_date=date(1960, 1, 1))
    async with world.database.transaction() as session:
        key = f"signed:{world.place}"
        await service.stand(session, friend, key=key, since=world.clock(), until=None)
    asked = [(young, elders), (old, elders), (young, signed), (old, signed), (friend, signed)]
    closed = "window_not_open"
    before = [await answer(ledger.claim(world.claim(p, w))) for p, w in asked]
    assert before == [closed, GRANTED, closed, closed, GRANTED]
    world.clock.set(falls - timedelta(microseconds=1))
    assert await answer(ledger.claim(world.claim(young, elders))) == closed
    world.clock.set(falls)
    after = [await answer(ledger.claim(world.claim(p, w))) for p, w in asked if p in {young, old}]
    assert after == [GRANTED, "already_booked", GRANTED, GRANTED]


async def test_windows_open_and_close_on_the_instant(world: World, ledger: Ledger) -> None:
    opens = world.clock() + timedelta(hours=1)
    window = await world.offer(capacity=9, opens_at=opens, closes_at=opens + timedelta(hours=1))
    stopped = await world.offer(capacity=9, state="stopped")
    [person] = await world.people(1)
    with pytest.raises(WindowNotOpen):
        await ledger.claim(world.claim(person, stopped))
    answers = []
    for at in (-1, 0, 3600 * 10**6 - 1, 3600 * 10**6):
        world.clock.set(opens + timedelta(microseconds=at))
        answers.append(await answer(ledger.claim(world.claim(person, window, exclusive=False))))
    assert answers == ["window_not_open", GRANTED, GRANTED, "window_not_open"]


async def test_a_banned_person_neither_books_nor_is_booked_for(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=9)
    charger = await world.offer(capacity=9, scene="charging")
    banned, free = await world.people(2)
    until = world.clock() + timedelta(days=90)
    async with world.database.transaction() as session:
        await service.stand(session, banned, key="suspended:clinic", since=world.clock(), until=until)
    for booker, subject in ((banned, banned), (banned, free), (free, banned)):
        with pytest.raises(Suspended):
            await ledger.claim(world.claim(booker, window, subject_id=subject))
    assert await answer(ledger.claim(world.claim(banned, charger))) == GRANTED
    window.closes_at = until + timedelta(days=1)
    await world.run("UPDATE booking_window SET closes_at = :at", at=window.closes_at)
    world.clock.set(until)
    assert await answer(ledger.claim(world.claim(banned, window))) == GRANTED


async def test_a_person_may_have_several_where_one_is_not_the_rule(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=3)
    [person] = await world.people(1)
    claims: list[Claim] = [world.claim(person, window, exclusive=False) for _ in range(4)]
    answers = await asyncio.gather(*[answer(ledger.claim(claim)) for claim in claims])
    assert answers == [GRANTED] * 3 + [FULL]
    with pytest.raises(WindowFull):
        await ledger.claim(world.claim(person, window))


async def test_one_active_booking_a_session_until_it_ends(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=3)
    [person] = await world.people(1)
    booked = await ledger.claim(world.claim(person, window))
    with pytest.raises(AlreadyBooked):
        await ledger.claim(world.claim(person, window))
    await ledger.move(step(booked, "cancel"))
    assert await answer(ledger.claim(world.claim(person, window))) == GRANTED


async def test_refusals_leave_nothing_for_the_garbage_collector(world: World, ledger: Ledger) -> None:
    """Each refusal that is part of a cycle would wait for a full collection, in the busiest minute."""
    window = await world.offer(capacity=1)
    people = await world.people(20)
    await ledger.claim(world.claim(people[0], window))
    gc.collect()
    gc.disable()
    try:
        for person in people[1:]:
            with suppress(WindowFull):
                await ledger.claim(world.claim(person, window))
        left = sum(isinstance(thing, WindowFull) for thing in gc.get_objects())
    finally:
        gc.enable()
    assert left <= 5  # of nineteen: the last ones, in the frames of the lanes and of the sold-out reader

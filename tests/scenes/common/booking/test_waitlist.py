"""Given-back units: the waitlist first, each offer once, then everybody, after the delay."""

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from scenes.common.booking import service
from scenes.common.booking.errors import (
    AlreadyBooked,
    BookingNotFound,
    HoldExpired,
    IllegalMove,
    WaitlistNotNeeded,
    WindowNotFound,
)
from scenes.common.booking.ledger import Ledger, Outcome
from scenes.common.booking.tables import BookingWindowRow
from tests.support.booking import World, answer, step

GRANTED, FULL = 201, "window_full"


async def wait(world: World, window: BookingWindowRow, *people: UUID, hours: float = 20) -> list[UUID]:
    """Put people on a window's waitlist, one after the other."""
    entries = []
    for person in people:
        async with world.database.transaction() as session:
            entry = await service.wait_for(
                session, window.group_id, scene=window.scene, person_id=person, booked_by=person,
                clears_at=world.clock() + timedelta(hours=hours), now=world.clock(),
            )  # fmt: skip
            entries.append(entry.id)
        world.clock.advance(timedelta(seconds=1))
    return entries


async def sold(world: World, ledger: Ledger, window: BookingWindowRow) -> list[Outcome]:
    people = await world.people(window.capacity)
    return [await ledger.claim(world.claim(p, window)) for p in people]


async def entries(world: World) -> list[str]:
    return [row[0] for row in await world.rows("SELECT state FROM waitlist_entry ORDER BY id")]


async def offers(world: World) -> list[tuple[UUID, UUID]]:
    statement = "SELECT person_id, id FROM booking WHERE offered AND state = 'held' ORDER BY id"
    return await world.rows(statement)  # pyright: ignore[reportReturnType]


async def test_a_given_back_unit_is_offered_to_the_first_who_waits(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    [booked] = await sold(world, ledger, window)
    first, second, passer_by = await world.people(3)
    await wait(world, window, first, second)
    await ledger.move(step(booked, "cancel"))
    assert [person for person, _ in await offers(world)] == [first]
    assert await entries(world) == ["offered", "waiting"]
    assert await answer(ledger.claim(world.claim(passer_by, window))) == FULL


async def test_an_offer_is_taken_once(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    [booked] = await sold(world, ledger, window)
    first, second = await world.people(2)
    await wait(world, window, first, second)
    await ledger.move(step(booked, "cancel"))
    [(person, offer)] = await offers(world)
    confirmed = await ledger.move(step(offer, "confirm", actor_id=person))
    assert confirmed.booking.state == "confirmed"
    with pytest.raises(IllegalMove):
        await ledger.move(step(offer, "confirm", actor_id=person))
    assert await entries(world) == ["taken", "waiting"]
    with pytest.raises(BookingNotFound):
        await ledger.move(step(offer, "confirm", actor_id=second))


async def test_a_lapsed_offer_goes_to_the_next_and_then_to_everybody(world: World, ledger: Ledger) -> None:
    window = await world.offer(terms={"offerMinutes": 20})
    [booked] = await sold(world, ledger, window)
    first, second, third = await world.people(3)
    await wait(world, window, first, second)
    await ledger.move(step(booked, "cancel"))
    [(_, lapsed)] = await offers(world)
    world.clock.advance(timedelta(minutes=20))
    with pytest.raises(HoldExpired):
        await ledger.move(step(lapsed, "confirm", actor_id=first))
    await ledger.sweep()
    assert [person for person, _ in await offers(world)] == [second]
    assert await entries(world) == ["lapsed", "offered"]
    world.clock.advance(timedelta(minutes=20))
    await ledger.sweep()
    assert await entries(world) == ["lapsed", "lapsed"]
    assert await answer(ledger.claim(world.claim(third, window))) == GRANTED


async def test_a_declined_offer_goes_to_the_next_at_once(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    [booked] = await sold(world, ledger, window)
    first, second = await world.people(2)
    await wait(world, window, first, second)
    await ledger.move(step(booked, "cancel"))
    [(person, offer)] = await offers(world)
    await ledger.move(step(offer, "cancel", actor_id=person))
    assert [person for person, _ in await offers(world)] == [second]


async def test_each_unit_is_offered_to_one_person(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=3)
    booked = await sold(world, ledger, window)
    people = await world.people(5)
    await wait(world, window, *people)
    for outcome in booked[:2]:
        await ledger.move(step(outcome, "cancel"))
    await ledger.sweep()
    assert [person for person, _ in await offers(world)] == people[:2]
    assert await entries(world) == ["offered"] * 2 + ["waiting"] * 3
    assert await world.taken(window) == 3


async def test_an_extension_never_makes_an_offer_shorter(world: World, ledger: Ledger) -> None:
    window = await world.offer(hold_seconds=60, terms={"offerMinutes": 30})
    [booked] = await sold(world, ledger, window)
    [first] = await world.people(1)
    await wait(world, window, first)
    await ledger.move(step(booked, "cancel"))
    [(person, offer)] = await offers(world)
    until = world.clock() + timedelta(minutes=30)
    extended = await ledger.move(step(offer, "extend", actor_id=person))
    assert extended.booking.hold_expires_at == until


async def test_whoever_cannot_have_the_unit_is_passed_over_and_keeps_the_place(
    world: World, ledger: Ledger
) -> None:
    window = await world.offer(audience="elders")
    [old] = await world.people(1, birth_date=date(1950, 1, 1))
    booked = await ledger.claim(world.claim(old, window))
    young, banned = await world.people(2)
    [elder] = await world.people(1, birth_date=date(1951, 1, 1))
    [banned_elder] = await world.people(1, birth_date=date(1951, 1, 1))
    async with world.database.transaction() as session:
        facts = {"key": "suspended:clinic", "since": world.clock(), "until": None}
        await service.stand(session, banned_elder, **facts)
    await wait(world, window, young, banned, banned_elder, elder)
    await ledger.move(step(booked, "cancel"))
    assert [person for person, _ in await offers(world)] == [elder]
    assert await entries(world) == ["waiting"] * 3 + ["offered"]


async def test_without_waiters_a_cancelled_unit_returns_after_a_random_delay(
    world: World, ledger: Ledger
) -> None:
    window = await world.offer(terms={"resaleDelay": [60, 120]})
    [booked] = await sold(world, ledger, window)
    [friend] = await world.people(1)
    await ledger.move(step(booked, "cancel"))
    [(due,)] = await world.rows("SELECT due_at FROM unit_return")
    assert timedelta(minutes=60) <= due - world.clock() <= timedelta(minutes=120)
    world.clock.set(due - timedelta(microseconds=1))
    await ledger.sweep()
    assert await answer(ledger.claim(world.claim(friend, window))) == FULL
    world.clock.set(due)
    assert await ledger.sweep() == 1
    assert await answer(ledger.claim(world.claim(friend, window))) == GRANTED


async def test_whoever_joins_during_the_delay_gets_the_unit(world: World, ledger: Ledger) -> None:
    window = await world.offer(terms={"resaleDelay": [60, 120]})
    [booked] = await sold(world, ledger, window)
    [late] = await world.people(1)
    await ledger.move(step(booked, "cancel"))
    await wait(world, window, late)
    world.clock.advance(timedelta(hours=2))
    await ledger.sweep()
    assert [person for person, _ in await offers(world)] == [late]


async def test_a_lapsed_hold_returns_at_once_and_a_late_cancel_too(world: World, ledger: Ledger) -> None:
    window = await world.offer(price_fen=100, terms={"resaleDelay": [60, 120]})
    [held] = await sold(world, ledger, window)
    one, two = await world.people(2)
    world.clock.advance(timedelta(seconds=900))
    again = await ledger.claim(world.claim(one, window))
    world.clock.set(window.closes_at - timedelta(minutes=30))
    assert held.booking.id != again.booking.id
    await ledger.sweep()
    last = await ledger.claim(world.claim(two, window))
    await ledger.move(step(last, "cancel"))
    assert await world.taken(window) == 0


async def test_two_processes_offer_each_unit_once(world: World) -> None:
    ledgers = [await world.ledger(), await world.ledger()]
    window = await world.offer(capacity=10)
    booked = await sold(world, ledgers[0], window)
    people = await world.people(15)
    await wait(world, window, *people)
    moves = [ledgers[n % 2].move(step(outcome, "cancel")) for n, outcome in enumerate(booked)]
    await asyncio.gather(*moves, *[ledger.sweep() for ledger in ledgers * 3])
    assert sorted(person for person, _ in await offers(world)) == sorted(people[:10])


async def test_waiting_is_for_full_groups_and_once(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    one, two = await world.people(2)
    with pytest.raises(WaitlistNotNeeded):
        await wait(world, window, one)
    await ledger.claim(world.claim(one, window))
    with pytest.raises(AlreadyBooked):
        await wait(world, window, one)
    assert len(set(await wait(world, window, two, two))) == 1
    with pytest.raises(WindowNotFound):
        await wait(world, world.window(group_id=uuid4()), two)


async def test_a_lapsed_hold_does_not_keep_its_owner_off_the_waitlist(world: World, ledger: Ledger) -> None:
    group = uuid4()
    dear, free = world.window(price_fen=100, group_id=group), world.window(group_id=group, capacity=1)
    await world.publish(dear, free)
    one, two = await world.people(2)
    await ledger.claim(world.claim(one, dear))
    await ledger.claim(world.claim(two, free))
    world.clock.advance(timedelta(seconds=900))
    with pytest.raises(WaitlistNotNeeded):
        await wait(world, dear, one)


async def test_leaving_the_waitlist(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    [booked] = await sold(world, ledger, window)
    first, second = await world.people(2)
    [entry, _] = await wait(world, window, first, second)
    async with world.database.transaction() as session:
        await service.stop_waiting(session, entry, first, now=world.clock())
    with pytest.raises(BookingNotFound):
        async with world.database.transaction() as session:
            await service.stop_waiting(session, entry, second, now=world.clock())
    await ledger.move(step(booked, "cancel"))
    assert [person for person, _ in await offers(world)] == [second]


async def test_the_list_is_cleared_in_the_evening_and_everyone_is_told(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    [booked] = await sold(world, ledger, window)
    first, second = await world.people(2)
    await wait(world, window, first, second, hours=8)
    world.clock.advance(timedelta(hours=8))
    async with world.database.transaction() as session:
        assert await service.clear_waitlists(session, now=world.clock()) == 2
    told = await world.rows("SELECT subject_id FROM outbox WHERE topic = 'waitlist.cleared'")
    assert sorted(told) == sorted([(first,), (second,)])
    await ledger.move(step(booked, "cancel"))
    await ledger.sweep()
    assert (await offers(world), await world.taken(window)) == ([], 0)


async def test_joining_twice_at_the_same_moment_is_one_entry(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=1)
    holder, person = await world.people(2)
    await ledger.claim(world.claim(holder, window))

    async def join() -> UUID:
        async with world.database.transaction() as session:
            entry = await service.wait_for(
                session, window.group_id, scene="clinic", person_id=person, booked_by=person,
                clears_at=window.closes_at, now=world.clock(),
            )  # fmt: skip
            return entry.id

    joined = await asyncio.gather(*(join() for _ in range(4)))
    assert len(set(joined)) == 1
    assert await world.rows("SELECT count(*) FROM waitlist_entry") == [(1,)]

"""Capacity changed under bookings, and closures previewed before they are carried out."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from scenes.common.booking import service
from scenes.common.booking.errors import (
    BookingNotFound,
    CapacityBelowBooked,
    PreviewStale,
    WindowNotFound,
)
from scenes.common.booking.ledger import Ledger, Outcome
from scenes.common.booking.service import ClosurePreview
from scenes.common.booking.tables import BookingWindowRow
from tests.support.booking import World, answer, step

GRANTED, FULL = 201, "window_full"
STAFF = UUID(int=5)


async def change(world: World, window: BookingWindowRow, capacity: int) -> None:
    async with world.database.transaction() as session:
        await service.change_capacity(session, window.id, capacity, now=world.clock())


async def sold(world: World, ledger: Ledger, window: BookingWindowRow) -> list[Outcome]:
    people = await world.people(window.capacity)
    return [await ledger.claim(world.claim(p, window)) for p in people]


async def preview(world: World, windows: Sequence[BookingWindowRow]) -> ClosurePreview:
    async with world.database.transaction() as session:
        return await service.preview_closure(
            session, [w.id for w in windows], place_id=world.place, scene="clinic", reason="医生病了",
            staff_id=STAFF, now=world.clock(),
        )  # fmt: skip


async def begin(world: World, token: UUID, places: frozenset[UUID] | None = None) -> None:
    async with world.database.transaction() as session:
        await service.begin_closure(session, token, place_ids=places, now=world.clock())


async def test_capacity_is_never_lowered_below_what_is_booked(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=3)
    await sold(world, ledger, window)
    with pytest.raises(CapacityBelowBooked):
        await change(world, window, 2)
    await change(world, window, 3)
    with pytest.raises(WindowNotFound):
        await change(world, world.window(), 3)


async def test_lowering_while_residents_book_never_oversells(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=30)
    people = await world.people(40)

    async def lower(capacity: int) -> bool:
        try:
            await change(world, window, capacity)
        except CapacityBelowBooked:
            return False
        return True

    claims = [answer(ledger.claim(world.claim(p, window))) for p in people]
    results = await asyncio.gather(*claims, *[lower(capacity) for capacity in range(29, 5, -1)])
    [(capacity, taken)] = await world.rows("SELECT capacity, taken FROM booking_window")
    assert results.count(GRANTED) == taken <= capacity


async def test_raised_capacity_is_booked_at_once_when_nobody_waits(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    await sold(world, ledger, window)
    one, two, three = await world.people(3)
    assert await answer(ledger.claim(world.claim(one, window))) == FULL
    await change(world, window, 3)
    answers = [await answer(ledger.claim(world.claim(p, window))) for p in (one, two, three)]
    assert answers == [GRANTED, GRANTED, FULL]


async def test_raised_capacity_goes_to_those_who_wait(world: World, ledger: Ledger) -> None:
    window = await world.offer()
    await sold(world, ledger, window)
    waiting, passer_by = await world.people(2)
    async with world.database.transaction() as session:
        await service.wait_for(
            session, window.group_id, scene="clinic", person_id=waiting, booked_by=waiting,
            clears_at=window.closes_at, now=world.clock(),
        )  # fmt: skip
    await change(world, window, 3)
    assert await answer(ledger.claim(world.claim(passer_by, window))) == FULL
    await world.check()
    await ledger.sweep()
    offered = await world.rows("SELECT person_id FROM booking WHERE offered")
    assert offered == [(waiting,)]
    assert await answer(ledger.claim(world.claim(passer_by, window))) == GRANTED
    assert await world.taken(window) == 3


async def test_a_closure_cancels_exactly_what_was_previewed(world: World, ledger: Ledger) -> None:
    group = uuid4()
    windows = [world.window(group_id=group, capacity=2) for _ in range(2)]
    other = world.window(capacity=2)
    await world.publish(*windows, other)
    booked = [await ledger.claim(world.claim(p, windows[0])) for p in await world.people(2)]
    [kept] = await world.people(1)
    await ledger.claim(world.claim(kept, other))
    shown = await preview(world, windows)
    assert [b.id for b in shown.bookings] == [o.booking.id for o in booked]
    assert await world.states() == {"confirmed": 3}
    await begin(world, shown.token, frozenset({world.place}))
    assert await answer(ledger.claim(world.claim(kept, windows[1]))) == "window_not_open"
    facts = (world.database, ledger, shown.token)
    assert await service.finish_closure(*facts, now=world.clock()) == 2
    assert await service.finish_closure(*facts, now=world.clock()) == 0
    assert await world.states() == {"cancelled": 2, "confirmed": 1}
    reasons = await world.rows(
        "SELECT payload->>'reason', payload->>'by' FROM outbox WHERE topic = 'booking.cancelled'"
    )
    assert reasons == [("closure:医生病了", "staff")] * 2


async def test_a_preview_is_stale_once_somebody_booked_or_cancelled(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=2)
    one, two = await world.people(2)
    booked = await ledger.claim(world.claim(one, window))
    shown = await preview(world, [window])
    await ledger.claim(world.claim(two, window))
    with pytest.raises(PreviewStale):
        await begin(world, shown.token)
    assert await world.rows("SELECT state FROM booking_window") == [("open",)]
    shown = await preview(world, [window])
    await ledger.move(step(booked, "cancel"))
    with pytest.raises(PreviewStale):
        await begin(world, shown.token)


async def test_a_preview_ends_after_a_quarter_of_an_hour(world: World) -> None:
    shown = await preview(world, [await world.offer()])
    world.clock.advance(timedelta(minutes=15))
    with pytest.raises(PreviewStale):
        await begin(world, shown.token)


async def test_a_preview_of_another_venue_is_not_found(world: World) -> None:
    shown = await preview(world, [await world.offer()])
    for token, places in ((shown.token, frozenset({uuid4()})), (uuid4(), None)):
        with pytest.raises(BookingNotFound):
            await begin(world, token, places)


async def test_a_closure_goes_on_though_a_resident_cancels_in_between(
    world: World, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = await world.offer(capacity=3)
    booked = [await ledger.claim(world.claim(p, window)) for p in await world.people(3)]
    shown = await preview(world, [window])
    await begin(world, shown.token)
    move = ledger.move

    async def overtaken(asked: object) -> Outcome:
        monkeypatch.setattr(ledger, "move", move)
        await move(step(booked[0], "cancel"))
        return await move(asked)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(ledger, "move", overtaken)
    await service.finish_closure(world.database, ledger, shown.token, now=world.clock())
    assert await world.states() == {"cancelled": 3}
    [(done,)] = await world.rows("SELECT done_at FROM closure")
    assert done == world.clock()


async def test_an_interrupted_closure_is_found_and_finished(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=3)
    await sold(world, ledger, window)
    shown = await preview(world, [window])
    await begin(world, shown.token)
    async with world.database.read() as session:
        unfinished = [row.id for row in await service.store.unfinished_closures(session)]
    assert unfinished == [shown.token]
    await service.finish_closure(world.database, ledger, shown.token, now=world.clock())
    async with world.database.read() as session:
        assert list(await service.store.unfinished_closures(session)) == []


async def test_only_the_booker_and_the_booked_read_a_booking(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=3)
    child, parent, stranger = await world.people(3)
    booked = await ledger.claim(world.claim(child, window, subject_id=parent))
    async with world.database.read() as session:
        for person in (child, parent):
            assert await service.booking_of(session, booked.booking.id, person) == booked.booking
            assert await service.bookings_of(session, person) == [booked.booking]
            assert await service.coming_up(session, person, now=world.clock()) == [booked.booking]
        assert await service.bookings_of(session, stranger) == []
        with pytest.raises(BookingNotFound):
            await service.booking_of(session, booked.booking.id, stranger)

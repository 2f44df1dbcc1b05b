"""Waiting times: from check-in until called in, by day and venue, by day, and of all."""

from datetime import timedelta

from scenes.common.booking import store_stats as store
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.clock import day_span, local_day
from tests.support.booking import World, step


async def test_half_and_nine_in_ten_of_those_who_were_called(world: World, ledger: Ledger) -> None:
    people = await world.people(13)
    window = await world.offer(capacity=13)
    granted = [await ledger.claim(world.claim(person, window)) for person in people]
    world.clock.set(window.starts_at)
    for outcome in granted:
        await ledger.move(step(outcome, "check_in", by="staff"))
    async with world.database.transaction() as session:
        for minutes, outcome in enumerate(granted[:12]):
            assert outcome.booking is not None
            called = window.starts_at + timedelta(minutes=minutes, seconds=59)
            await store.note_call(session, outcome.booking.id, now=called)
            await store.note_call(session, outcome.booking.id, now=called + timedelta(hours=1))
    await ledger.move(step(granted[0], "fulfil", by="staff"))
    day = local_day(window.starts_at)
    since, until = day_span(day)
    async with world.database.read() as session:
        rows = [tuple(row.values()) for row in await store.waits(
            session, [world.place], since=since, until=until)]  # fmt: skip
        nobody = await store.waits(session, [], since=since, until=until)
    assert sorted(rows, key=lambda row: [each is not None for each in row]) == [
        (None, None, None, 12, 5, 10),
        (day, None, None, 12, 5, 10),
        (day, world.place, "clinic", 12, 5, 10),
    ]
    assert [tuple(row.values()) for row in nobody] == [(None, None, None, 0, None, None)]

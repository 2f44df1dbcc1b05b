"""Refused claims are counted by venue, day and reason, beside the ledger's work and not in its way."""

from datetime import timedelta

import asyncpg
import pytest

from scenes.common.booking.ledger import Ledger, Want
from scenes.common.booking.ledger.tally import MOST, Tally
from scenes.common.kit.clock import local_day
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Busy
from tests.support.booking import World, answer

_COUNTED = "SELECT day, place_id, scene, code, refused FROM booking_refusal ORDER BY code"


async def test_refusals_are_counted_for_the_day_that_was_wanted(world: World, ledger: Ledger) -> None:
    one, two = await world.people(2)
    window = await world.offer()
    closed = await world.offer(closes_at=world.clock() - timedelta(hours=1))
    asked = [
        world.claim(one, window), world.claim(two, window), world.claim(two, window),
        world.claim(two, closed), world.claim(two, Want(new_id())),
    ]  # fmt: skip
    ended = [await answer(ledger.claim(claim)) for claim in asked]
    assert ended == [201, "window_full", "window_full", "window_not_open", "not_found"]
    crowded = await world.ledger(queue_limit=0)
    assert await answer(crowded.claim(world.claim(one, window))) == "busy"
    await ledger.write_refusals()
    await crowded.write_refusals()
    day = local_day(window.starts_at)
    assert await world.rows(_COUNTED) == [
        (day, world.place, "clinic", code, count)
        for code, count in (("busy", 1), ("window_full", 2), ("window_not_open", 1))
    ]


async def test_what_is_left_is_written_at_the_end_and_added_to_what_was_there(world: World) -> None:
    ledger = await world.ledger()
    one, two = await world.people(2)
    window = await world.offer()
    await ledger.claim(world.claim(one, window))
    assert await answer(ledger.claim(world.claim(two, window))) == "window_full"
    await ledger.write_refusals()
    assert await answer(ledger.claim(world.claim(two, window))) == "window_full"
    await ledger.stop()
    assert [row[3:] for row in await world.rows(_COUNTED)] == [("window_full", 2)]


async def test_what_cannot_be_written_is_kept(world: World, database_url: str) -> None:
    tally, window = Tally(), await world.offer()
    claim = world.claim(new_id(), window)
    tally.count([claim], [Busy()])
    connection = await asyncpg.connect(database_url)
    await connection.close()
    with pytest.raises(asyncpg.InterfaceError):
        await tally.write(connection)
    assert tally.waiting == {(window.id, "busy"): 1}


def test_nobody_fills_the_memory_with_windows_that_do_not_exist(world: World) -> None:
    tally = Tally()
    claims = [world.claim(new_id(), Want(new_id())) for _ in range(MOST + 10)]
    tally.count(claims, [Busy()] * len(claims))
    assert len(tally.waiting) == MOST

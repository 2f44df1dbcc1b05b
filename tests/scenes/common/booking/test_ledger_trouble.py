"""The ledger when things go wrong: a full queue, a lost database, a command that cannot be written."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from scenes.common.booking import service
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.booking.ledger.page import Page
from scenes.common.booking.ledger.returns import Returns
from scenes.common.kit.idempotency import Answer
from scenes.common.kit.refusals import Busy, NotFound
from tests.support.booking import World, answer, step

GRANTED = 201
SESSIONS_OF_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_a_full_queue_refuses_at_once(world: World) -> None:
    ledger = await world.ledger(queue_limit=10)
    window = await world.offer(capacity=100)
    people = await world.people(30)
    async with world.database.transaction() as session:  # holds the window, so that the queue fills
        await service.change_capacity(session, window.id, 100, now=world.clock())
        first = asyncio.create_task(answer(ledger.claim(world.claim(people[0], window))))
        while not ledger._lanes[0]._committing.locked():  # noqa: ASYNC110 - a white-box look at the writer
            await asyncio.sleep(0)
        rest = [asyncio.create_task(answer(ledger.claim(world.claim(p, window)))) for p in people[1:]]
        done, waiting = await asyncio.wait(rest, timeout=0)
        while len(done) < 19:
            done, waiting = await asyncio.wait(rest, return_when=asyncio.FIRST_COMPLETED)
        assert (Counter(t.result() for t in done), len(waiting)) == ({"busy": 19}, 10)
        assert not first.done()
    assert await asyncio.gather(first, *waiting) == [GRANTED] * 11


async def test_a_stopping_ledger_finishes_what_it_took_and_takes_no_more(world: World) -> None:
    ledger = await world.ledger()
    window = await world.offer(capacity=100)
    people = await world.people(21)
    taken = [asyncio.create_task(answer(ledger.claim(world.claim(p, window)))) for p in people[:20]]
    await asyncio.sleep(0)
    await ledger.stop()
    assert await asyncio.gather(*taken) == [GRANTED] * 20
    with pytest.raises(Busy):
        await ledger.claim(world.claim(people[20], window))
    await ledger.start()
    assert await answer(ledger.claim(world.claim(people[20], window))) == GRANTED


async def test_callers_are_served_after_the_server_ended_the_connections(
    world: World, ledger: Ledger
) -> None:
    window = await world.offer(capacity=4)
    people = await world.people(6)
    for turn in range(4):
        assert await answer(ledger.claim(world.claim(people[turn], window))) == GRANTED
        await world.run(SESSIONS_OF_OTHERS)
    for _ in range(2):  # the writer's refusal, then the sold-out reader's
        assert await answer(ledger.claim(world.claim(people[4], window))) == "window_full"
        await world.run(SESSIONS_OF_OTHERS)
    assert await answer(ledger.claim(world.claim(people[5], window))) == "window_full"


async def test_a_connection_ended_in_the_middle_of_a_batch_loses_nothing(
    world: World, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = await world.offer(capacity=20)
    write, times = Page.write, [True]

    async def interrupted(page: Page) -> None:
        await write(page)
        if times:
            times.pop()
            await world.run(SESSIONS_OF_OTHERS)

    monkeypatch.setattr(Page, "write", interrupted)
    people = await world.people(30)
    answers = await asyncio.gather(*[answer(ledger.claim(world.claim(p, window))) for p in people])
    # Whether the commit arrived is unknown here, so the callers are asked to come again.
    granted = Counter(answers)[GRANTED]
    assert set(answers) == {"busy"}
    assert await world.taken(window) == granted == 0
    again = await asyncio.gather(*[answer(ledger.claim(world.claim(p, window))) for p in people])
    assert Counter(again) == {GRANTED: 20, "window_full": 10}


async def test_an_unreachable_database_is_busy_after_the_patience(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_role: str | None = None, **_: object) -> asyncpg.Connection:
        raise ConnectionRefusedError

    ledger = await world.ledger(patience=0.3)
    window = await world.offer()
    claim = world.claim((await world.people(1))[0], window)
    with monkeypatch.context() as patched:
        patched.setattr(world.database, "connect", refuse)
        assert await answer(ledger.claim(claim)) == "busy"
    assert await answer(ledger.claim(claim)) == GRANTED


@pytest.mark.parametrize("poison", [{"note": "nul \0"}, {"key": "surrogate \udc80"}])
async def test_a_command_that_cannot_be_written_fails_alone(
    world: World, ledger: Ledger, poison: dict[str, str]
) -> None:
    window = await world.offer(capacity=9)
    people = await world.people(9)
    claims = [world.claim(p, window, **(poison if n == 4 else {})) for n, p in enumerate(people)]
    outcomes = await asyncio.gather(*map(ledger.claim, claims), return_exceptions=True)
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [n == 4 for n in range(9)]
    assert not isinstance(outcomes[4], Busy)
    assert await world.taken(window) == 8


async def test_a_row_the_database_refuses_fails_alone(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=9, title="合格", price_fen=100)
    await world.run("ALTER TABLE booking ADD CONSTRAINT no_poison CHECK (note <> 'poison')")
    people = await world.people(9)
    claims = [world.claim(p, window, note="poison" if n == 4 else "ok") for n, p in enumerate(people)]
    outcomes = await asyncio.gather(*map(ledger.claim, claims), return_exceptions=True)
    failed = [(n, type(o)) for n, o in enumerate(outcomes) if isinstance(o, Exception)]
    assert failed == [(4, asyncpg.CheckViolationError)]
    assert await world.taken(window) == 8


async def test_the_database_itself_refuses_to_sell_more_than_there_is(world: World) -> None:
    window = await world.offer(capacity=2)
    with pytest.raises(Exception, match="taken_within_capacity"):
        await world.run("UPDATE booking_window SET taken = 3 WHERE id = :id", id=window.id)


async def test_a_booking_that_cannot_be_shown_is_not_made(world: World) -> None:
    def render(record: BookingRecord, _now: datetime) -> bytes:
        if record.note == "unshown":
            raise NotFound
        return b"shown"

    ledger = await world.ledger(render=render)
    window = await world.offer(capacity=9)
    one, two = await world.people(2)
    claims = [world.claim(one, window, note="unshown"), world.claim(two, window)]
    failed, granted = await asyncio.gather(*map(ledger.claim, claims), return_exceptions=True)
    assert isinstance(failed, Exception)
    assert granted.answer == Answer(GRANTED, b"shown")
    assert await world.states() == {"confirmed": 1}


async def test_what_was_committed_is_answered_though_the_returns_after_it_fail(
    world: World, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = await world.offer()
    one, two = await world.people(2)
    booked = await ledger.claim(world.claim(one, window))
    async with world.database.transaction() as session:
        await service.wait_for(
            session, window.group_id, scene="clinic", person_id=two, booked_by=two,
            clears_at=window.closes_at, now=world.clock(),
        )  # fmt: skip

    async def failing(_returns: Returns, _limit: int) -> int:
        raise RuntimeError("a defect in the returns")

    with monkeypatch.context() as patched:
        patched.setattr(Returns, "run", failing)
        assert await answer(ledger.move(step(booked, "cancel"))) == 200
    assert await ledger.sweep() == 1
    assert await world.states() == {"cancelled": 1, "held": 1}


async def test_the_writer_outlives_a_defect_of_its_own(
    world: World, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = await world.offer(capacity=9)
    one, two = await world.people(2)

    async def defective(*_: Any) -> None:
        raise RuntimeError("a defect in the handling of failures")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "_decided", defective)
        patched.setattr(ledger, "_settle_failure", defective)
        async with asyncio.timeout(5):
            assert await answer(ledger.claim(world.claim(one, window))) == "busy"
    assert await answer(ledger.claim(world.claim(two, window))) == GRANTED


async def test_a_caller_who_left_does_not_disturb_the_others(world: World, ledger: Ledger) -> None:
    window = await world.offer(capacity=9)
    people = await world.people(9)
    asked = [asyncio.create_task(answer(ledger.claim(world.claim(p, window)))) for p in people]
    await asyncio.sleep(0)
    asked[3].cancel()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [a for n, a in enumerate(answers) if n != 3] == [GRANTED] * 8
    world.clock.advance(timedelta(seconds=1))
    assert await answer(ledger.claim(world.claim(people[3], window))) in {GRANTED, "already_booked"}

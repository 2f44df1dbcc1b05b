"""Events leave once they are committed, at least once, and a failing handler holds up nobody else."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import Event, emit, relay
from scenes.common.kit.refusals import Conflict
from tests.support.clock import AdjustableClock

PERSON = new_id()
WAITING = text("SELECT next_try_at, failure FROM outbox WHERE done_at IS NULL")


async def told(database: Database, clock: AdjustableClock, *topics: str) -> list[UUID]:
    async with database.transaction() as session:
        return [
            emit(session, topic, subject_id=PERSON, payload={"n": number}, at=clock())
            for number, topic in enumerate(topics)
        ]


async def test_handlers_get_the_event_as_it_was_told(database: Database, clock: AdjustableClock) -> None:
    ids = await told(database, clock, "a.happened", "b.happened")
    heard: list[Event] = []

    async def hear(_session: AsyncSession, event: Event) -> None:
        heard.append(event)

    async with database.transaction() as session:
        taken = await relay(session, {"a.happened": [hear, hear]}, now=clock())
    async with database.transaction() as session:
        again = await relay(session, {"a.happened": [hear]}, now=clock())

    assert (taken, again) == (2, 0)
    assert heard == [Event(ids[0], "a.happened", PERSON, {"n": 0}, clock())] * 2


async def test_a_rolled_back_change_tells_nothing(database: Database, clock: AdjustableClock) -> None:
    async def change_and_refuse() -> None:
        async with database.transaction() as session:
            emit(session, "a.happened", subject_id=PERSON, payload={}, at=clock())
            await session.flush()
            raise Conflict

    with pytest.raises(Conflict):
        await change_and_refuse()
    async with database.transaction() as session:
        assert await relay(session, {}, now=clock()) == 0


async def test_a_failing_handler_is_tried_again_later_and_leaves_no_trace(
    database: Database, clock: AdjustableClock
) -> None:
    await told(database, clock, "a.happened", "b.happened")
    tries: list[int] = []
    heard: list[str] = []

    async def fail(session: AsyncSession, _event: Event) -> None:
        tries.append(1)
        statement = text("INSERT INTO booking_queue (group_id, last_no) VALUES (:id, 1)")
        await session.execute(statement, {"id": new_id()})
        raise RuntimeError("not today")

    async def hear(_session: AsyncSession, event: Event) -> None:
        heard.append(event.topic)

    waits = []
    for _ in range(4):
        async with database.transaction() as session:
            await relay(session, {"a.happened": [fail], "b.happened": [hear]}, now=clock())
            row = (
                await session.execute(text("SELECT next_try_at, failure FROM outbox WHERE done_at IS NULL"))
            ).one()
            waits.append((row.next_try_at - clock(), row.failure))
            clock.set(row.next_try_at)
    async with database.read() as session:
        traces = (await session.execute(text("SELECT count(*) FROM booking_queue"))).scalar_one()

    assert (len(tries), heard, traces) == (4, ["b.happened"], 0)
    assert waits == [(timedelta(seconds=s), "RuntimeError('not today')") for s in (1, 2, 4, 8)]

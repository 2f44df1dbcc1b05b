"""The worker: every job is registered, events reach their handlers, a lost database is waited for."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
from croniter import croniter

from api.lifespan import House
from api.worker import forget, handlers, periodics, relay_outbox, work
from scenes.common.booking.ledger import Move
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Busy
from tests.support.booking import World
from tests.support.clock import AdjustableClock


def test_every_job_has_its_own_name_and_a_time() -> None:
    jobs = periodics()
    assert len({job.name for job in jobs}) == len(jobs)
    assert [job.name for job in jobs if not croniter.is_valid(job.cron)] == []


def test_what_the_ledger_tells_is_heard() -> None:
    listening = handlers()
    assert {topic for topic, several in listening.items() if several} >= {
        "booking.confirmed", "booking.cancelled", "booking.expired", "booking.no_show", "waitlist.offered",
        "payment.refunded", "clinic.session_stopped",
    }  # fmt: skip


async def test_a_cancelled_booking_reaches_the_inbox(
    database: Database, clock: AdjustableClock, house: House
) -> None:
    world = World(database, clock)
    window = await world.offer(scene="breakfast")
    (person,) = await world.people(1)
    async with house.open():
        outcome = await house.ledger.claim(world.claim(person, window))
        assert outcome.booking is not None
        move = Move(booking_id=outcome.booking.id, event="cancel", by="resident", actor_id=person)
        await house.ledger.move(move)
        await relay_outbox(house.works())
        await relay_outbox(house.works())
    waiting = await world.rows("SELECT topic, failure FROM outbox WHERE done_at IS NULL")
    told = await world.rows("SELECT count(*) FROM inbox_message WHERE person_id = :p", p=person)
    assert (waiting, told) == ([], [(2,)])


async def test_old_answers_and_events_are_forgotten(
    database: Database, clock: AdjustableClock, house: House
) -> None:
    world = World(database, clock)
    people = await world.people(2)
    async with house.open():
        await house.ledger.claim(world.claim(people[0], await world.offer()))
        await relay_outbox(house.works())
        clock.advance(timedelta(days=8))
        await house.ledger.claim(world.claim(people[1], await world.offer()))
        await forget(house.works())
        answers = await world.rows("SELECT owner_id FROM idempotency")
        events = (await world.rows("SELECT count(*) FROM outbox"))[0][0]
        clock.advance(timedelta(days=23))
        await forget(house.works())
    assert answers == [(people[1],)]
    assert (events, await world.rows("SELECT count(*) FROM outbox")) == (2, [(1,)])


WAITING = "SELECT count(*) FROM outbox WHERE done_at IS NULL"


async def _relayed(admin: Any) -> None:
    """Wait until no event is waiting: the queue's own task works."""
    async with asyncio.timeout(30):
        while await admin.fetchval(WAITING):  # noqa: ASYNC110 - there is nothing to be woken by
            await asyncio.sleep(0.2)


async def _booked(world: World, house: House) -> None:
    """Let somebody new book, coming again when told to: their connection may be among those just cut."""
    for _ in range(5):
        try:
            (person,) = await world.people(1)
            await house.ledger.claim(world.claim(person, await world.offer()))
        except Busy:
            continue
        return
    raise AssertionError("told to come again five times")


async def test_the_queue_runs_and_survives_lost_connections(
    database: Database, clock: AdjustableClock, house: House, database_url: str
) -> None:
    """Real seconds pass here: procrastinate keeps its own clock."""
    world = World(database, clock)
    admin = await asyncpg.connect(database_url)
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"  # noqa: E501
    async with house.open():
        task = asyncio.create_task(work(house))
        try:
            for round_no in range(2):
                await _booked(world, house)
                await _relayed(admin)
                if round_no == 0:
                    await admin.execute(kill)
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=20)
    failed = await admin.fetch("SELECT task_name FROM procrastinate_jobs WHERE status = 'failed'")
    await admin.close()
    assert failed == []


async def test_a_killed_workers_job_holds_back_no_later_run(
    database: Database, clock: AdjustableClock, house: House, database_url: str
) -> None:
    """Real seconds pass here, too. What a kill -9 leaves: a job under way, its lock, a worker gone silent."""
    world = World(database, clock)
    admin = await asyncpg.connect(database_url)
    await admin.execute(
        """
        WITH gone AS (INSERT INTO procrastinate_workers (last_heartbeat)
          VALUES (now() - interval '11 seconds') RETURNING id)
        INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id)
        SELECT 'periodic', 'outbox.relay', 'outbox.relay', 'outbox.relay', 'doing', id FROM gone"""
    )
    async with house.open():
        task = asyncio.create_task(work(house))
        try:
            (person,) = await world.people(1)
            await house.ledger.claim(world.claim(person, await world.offer()))
            await _relayed(admin)
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=20)
            await admin.close()


async def test_a_live_workers_job_whose_end_was_not_written_down_holds_back_no_later_run(
    database: Database, clock: AdjustableClock, house: House, database_url: str
) -> None:
    """Real seconds pass here, too. A connection cut at the wrong moment leaves it: its worker lives."""
    world = World(database, clock)
    admin = await asyncpg.connect(database_url)
    async with house.open():
        task = asyncio.create_task(work(house))
        try:
            async with asyncio.timeout(30):
                while not await admin.fetchval("SELECT count(*) FROM procrastinate_workers"):  # noqa: ASYNC110 - the queue's own task works
                    await asyncio.sleep(0.2)
                while not await _leave_behind(admin):  # noqa: ASYNC110 - the real job has its lock
                    await asyncio.sleep(0.1)
            (person,) = await world.people(1)
            await house.ledger.claim(world.claim(person, await world.offer()))
            await _relayed(admin)
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=20)
            await admin.close()


async def _leave_behind(admin: Any) -> bool:
    """Put a job under way that nobody works at; false while the real one has the lock."""
    try:
        await admin.execute(
            """
            INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id)
            SELECT 'periodic', 'outbox.relay', 'outbox.relay', 'outbox.relay', 'doing', id
            FROM procrastinate_workers"""
        )
    except asyncpg.UniqueViolationError:
        return False
    return True

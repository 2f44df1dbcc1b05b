"""The worker process: relays the outbox and runs the desks' periodic jobs on procrastinate.

The queue lives in PostgreSQL (docs/decisions/0003-jobs.md). Several workers may run: each periodic job is
put in the queue once per tick, and its lock lets one run at a time. Every job is idempotent, so a worker
that is killed costs nothing but time.
"""

import asyncio
import os
import signal
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import procrastinate
import structlog
from procrastinate import JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from sqlalchemy import text

from accessibility.flows import jobs as flows
from api import circle
from api.lifespan import House
from api.settings import load_settings
from scenes.breakfast import jobs as breakfast
from scenes.charging import jobs as charging
from scenes.clinic import jobs as clinic
from scenes.common.booking import jobs as booking
from scenes.common.kit.database import is_lost
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.logs import configure_logging
from scenes.common.kit.outbox import Handler, relay
from scenes.common.kit.refusals import Busy
from scenes.common.notices import jobs as notices
from scenes.common.payments import jobs as payments
from scenes.common.people import jobs as people
from scenes.common.places import jobs as places
from scenes.eldercare import jobs as eldercare

log = structlog.get_logger(__name__)

PARTS: tuple[Any, ...] = (
    booking, payments, clinic, charging, breakfast, eldercare, notices, people, places, circle, flows,
)  # fmt: skip
ANSWERS_KEPT = timedelta(days=7)
"""How long an Idempotency-Key is remembered."""

HEARTBEAT = 2.0
"""Seconds between a worker's signs of life."""

SILENCE = 10.0
"""Seconds of silence after which a worker counts as killed: an alarm's ladder waits no longer than that."""

FREE_EVERY = 2.0
"""Seconds between looks for jobs of killed workers."""

EVENTS_KEPT = timedelta(days=30)
RESTART_AFTER = 1.0
"""Seconds before the queue is tried again after the database went away."""

_FORGET_ANSWERS = text("DELETE FROM idempotency WHERE at < :before")
_FORGET_EVENTS = text("DELETE FROM outbox WHERE done_at < :before")


_WHEN_BUSY = procrastinate.RetryStrategy(max_attempts=3, wait=1, retry_exceptions=[Busy])
"""A job whose database restarted under it has not failed: it comes again."""


def handlers() -> dict[str, list[Handler]]:
    """Gather who listens to which topic."""
    gathered: dict[str, list[Handler]] = {}
    for part in PARTS:
        for topic, several in part.HANDLERS.items():
            gathered.setdefault(topic, []).extend(several)
    return gathered


async def relay_outbox(works: Works) -> None:
    """Hand waiting events to their handlers until none is left."""
    listening = handlers()
    while True:
        async with works.database.transaction() as session:
            if await relay(session, listening, now=works.clock()) == 0:
                return


async def forget(works: Works) -> None:
    """Drop old answers and old events; what they told of stays in its own tables."""
    async with works.database.transaction() as session:
        await session.execute(_FORGET_ANSWERS, {"before": works.clock() - ANSWERS_KEPT})
        await session.execute(_FORGET_EVENTS, {"before": works.clock() - EVENTS_KEPT})


def periodics() -> Sequence[Periodic]:
    """Gather every periodic job."""
    own = [
        Periodic("outbox.relay", "* * * * * *", relay_outbox),
        Periodic("kit.forget", "17 3 * * *", forget),
    ]
    return [*own, *(job for part in PARTS for job in part.PERIODIC)]


class UnderWay:
    """Which jobs this process really works at, by id, and the ids its workers had in the queue."""

    def __init__(self) -> None:
        self.jobs: set[int] = set()
        self.workers: set[int] = set()

    @contextmanager
    def holding(self, job: Job) -> Generator[None]:
        """Count a job as under way."""
        if job.worker_id is not None:
            self.workers.add(job.worker_id)
        self.jobs.add(job.id or 0)
        try:
            yield
        finally:
            self.jobs.discard(job.id or 0)

    def left_behind(self, doing: Iterable[Job]) -> set[int]:
        """Name the jobs that the queue counts as ours and that nobody here works at."""
        return {
            job.id
            for job in doing
            if job.id is not None and job.worker_id in self.workers and job.id not in self.jobs
        }


def queue(works: Works, database_url: str, under_way: UnderWay) -> procrastinate.App:
    """Make the job queue with every periodic job registered."""
    app = procrastinate.App(
        connector=PsycopgConnector(conninfo=database_url, min_size=1, max_size=4),
        worker_defaults={"delete_jobs": "successful", "concurrency": 4, "install_signal_handlers": False},
    )
    for job in periodics():
        _register(app, job, works, under_way)
    return app


def _register(app: procrastinate.App, job: Periodic, works: Works, under_way: UnderWay) -> None:
    @app.periodic(cron=job.cron, periodic_id=job.name, queueing_lock=job.name, lock=job.name)
    @app.task(name=job.name, queue="periodic", pass_context=True, retry=_WHEN_BUSY)
    async def run(context: JobContext, timestamp: int) -> None:
        del timestamp  # the job looks at the clock itself
        with under_way.holding(context.job):
            await job.run(works)


async def free_stalled(app: procrastinate.App, under_way: UnderWay) -> None:
    """Drop jobs nobody works at: their locks would hold back every later run of the same name.

    Those of killed workers; and our own whose connection went while their end, or their beginning, was
    written down: the queue counts them as under way for as long as this worker lives. Such a job has to
    be seen twice, so that one between two of its statements is left alone. A periodic job finds its
    work in the tables, so the next tick's run takes it up.
    """
    seen: set[int] = set()
    while True:
        try:
            doing = list(await app.job_manager.list_jobs_async(status="doing"))
            left = under_way.left_behind(doing)
            gone = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE))
            gone += [job for job in doing if job.id in left & seen]
            for job in gone:
                log.warning("job_left_behind_dropped", job=job.task_name)
                await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
            seen = left
        except Exception as error:  # noqa: BLE001 - the worker itself sees to a lost database
            log.warning("stalled_jobs_not_freed", error=repr(error))
        await asyncio.sleep(FREE_EVERY)


async def work(house: House) -> None:
    """Run until stopped; a database that restarts is waited for."""
    works = house.works()
    while True:
        under_way = UnderWay()
        app = queue(works, house.database.url, under_way)
        try:
            async with app.open_async():
                freeing = asyncio.create_task(free_stalled(app, under_way))
                try:
                    await app.run_worker_async(
                        queues=["periodic"], name="lifecircle", update_heartbeat_interval=HEARTBEAT,
                        stalled_worker_timeout=SILENCE,
                    )  # fmt: skip
                finally:
                    freeing.cancel()
        except ConnectorException as error:
            log.warning("worker_lost_database", error=repr(error))
            await asyncio.sleep(RESTART_AFTER)
        except Exception as error:
            if not is_lost(error):
                raise
            log.warning("worker_lost_database", error=repr(error))
            await asyncio.sleep(RESTART_AFTER)


async def run_until_stopped(house: House) -> None:
    """Work until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    async with house.open():
        task = asyncio.create_task(work(house))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


def main() -> None:
    """Run the worker with settings from the environment."""
    settings = load_settings(os.environ)
    configure_logging(settings.log_level, json=True)
    asyncio.run(run_until_stopped(House(settings)))


if __name__ == "__main__":
    main()

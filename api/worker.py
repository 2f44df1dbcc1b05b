"""The worker process: relays the outbox and runs the desks' periodic jobs on procrastinate.

The queue lives in PostgreSQL (docs/decisions/0003-jobs.md). Several workers may run: each periodic job is
put in the queue once per tick, and its lock lets one run at a time. Every job is idempotent, so a worker
that is killed costs nothing but time.
"""

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import procrastinate
import structlog
from procrastinate import JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
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


def queue(works: Works, database_url: str) -> procrastinate.App:
    """Make the job queue with every periodic job registered."""
    app = procrastinate.App(
        connector=PsycopgConnector(conninfo=database_url, min_size=1, max_size=4),
        worker_defaults={"delete_jobs": "successful", "concurrency": 4, "install_signal_handlers": False},
    )
    for job in periodics():
        _register(app, job, works)
    return app


def _register(app: procrastinate.App, job: Periodic, works: Works) -> None:
    @app.periodic(cron=job.cron, periodic_id=job.name, queueing_lock=job.name, lock=job.name)
    @app.task(name=job.name, queue="periodic", pass_context=True, retry=_WHEN_BUSY)
    async def run(_context: JobContext, timestamp: int) -> None:
        del timestamp  # the job looks at the clock itself
        await job.run(works)


async def free_stalled(app: procrastinate.App) -> None:
    """Drop the jobs of killed workers: their locks would hold back every later run of the same name.

    A periodic job finds its work in the tables, so the next tick's run takes it up.
    """
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
                log.warning("job_of_killed_worker_dropped", job=job.task_name)
                await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
        except Exception as error:  # noqa: BLE001 - the worker itself sees to a lost database
            log.warning("stalled_jobs_not_freed", error=repr(error))
        await asyncio.sleep(FREE_EVERY)


async def work(house: House) -> None:
    """Run until stopped; a database that restarts is waited for."""
    works = house.works()
    while True:
        app = queue(works, house.database.url)
        try:
            async with app.open_async():
                freeing = asyncio.create_task(free_stalled(app))
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

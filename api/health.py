"""Health for the load balancer and the engineer: live, ready, metrics."""

from typing import Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from api.waiting.counts import Waiting
from scenes.common.kit import metrics
from scenes.common.kit.cache import Cache
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Busy

State = Literal["ready", "degraded", "down"]


class Health(msgspec.Struct, frozen=True):
    """What works: `degraded` still serves everybody, with local limits and slower live pages."""

    status: State
    database: Literal["up", "down"]
    redis: Literal["up", "down", "absent"]


def judged(*, database: bool, redis: bool, redis_wanted: bool) -> Health:
    """Judge readiness: without the database nothing is sold, without Redis everything still is."""
    redis_state: Literal["up", "down", "absent"] = "absent" if not redis_wanted else "up" if redis else "down"
    if not database:
        return Health("down", "down", redis_state)
    return Health("degraded" if redis_wanted and not redis else "ready", "up", redis_state)


@get("/health/live", operation_id="isLive", tags=["health"])
async def live() -> dict[str, str]:
    """Say that this process answers."""
    return {"status": "live"}


@get("/health/ready", operation_id="isReady", tags=["health"])
async def ready(database: NamedDependency[Database], cache: NamedDependency[Cache]) -> Response[Health]:
    """Say whether this process can serve: 503 when the database is away, 200 and `degraded` without Redis."""
    health = judged(
        database=await _database_answers(database),
        redis=await cache.answers(),
        redis_wanted=cache.present,
    )
    return Response(health, status_code=503 if health.status == "down" else 200)


async def _database_answers(database: Database) -> bool:
    try:
        connection = await database.connect("any")
    except (OSError, TimeoutError, Exception):  # noqa: BLE001 - whatever stands in the way, it is down
        return False
    await connection.close(timeout=1)
    return True


@get("/metrics", include_in_schema=False)
async def show_metrics(waiting: NamedDependency[Waiting]) -> Response[bytes]:
    """Show this worker's counters to Prometheus, and what waits at the desks, where that can be read."""
    try:
        metrics.show_waiting(await waiting.totals())
    except Busy:  # a scrape is worth most just then, so it comes without these
        metrics.show_waiting({})
    body, content_type = metrics.render()
    return Response(body, headers={"Content-Type": content_type})


ROUTES = [live, ready, show_metrics]

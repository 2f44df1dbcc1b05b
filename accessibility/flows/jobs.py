"""What the guided flows do by the clock: let go of runs nobody touched for long, and of settled calls."""

from datetime import timedelta
from typing import Final

from accessibility.flows import store
from accessibility.flows.rules import swept_before
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler

CALLS_KEPT: Final = timedelta(days=30)
"""How long a settled call-back is kept, for questions about who called."""

DRAFT_HOURS: Final = "LIFECIRCLE_DRAFT_HOURS"


async def sweep(works: Works) -> None:
    """Delete runs that nobody touched for as long as the district keeps them, and settled call-backs."""
    now = works.clock()
    keep = timedelta(hours=int(works.settings[DRAFT_HOURS]))
    async with works.database.transaction() as session:
        await store.sweep_runs(session, swept_before(now, keep))
        await store.sweep_calls(session, now - CALLS_KEPT)


PERIODIC = [Periodic("flows.sweep", "23 * * * *", sweep)]
HANDLERS: dict[str, list[Handler]] = {}

"""What reservations and sessions need done: quarters published, places kept, charges driven to their bill."""

from datetime import UTC
from typing import Final

import structlog

from scenes.charging.service import conduct, places, windows
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler

log: Final = structlog.stdlib.get_logger(__name__)


async def publish_quarters(works: Works) -> None:
    """Publish the quarter-hours of today and the days ahead that are missing."""
    async with works.database.transaction() as session:
        new = await windows.publish(session, now=works.clock().astimezone(UTC))
    if new:
        log.info("charging_quarters_published", quarters=new)


async def keep_places(works: Works) -> None:
    """Move or end the reservations their connector cannot keep, and close those that were left open."""
    await places.keep_places(works.database, works.ledger, clock=works.clock)
    await places.close_left_open(works.database, works.ledger, clock=works.clock)


HANDLERS: dict[str, list[Handler]] = {"booking.no_show": [conduct.count_no_show]}
PERIODIC = [
    Periodic("charging.publish", "* * * * *", publish_quarters),
    Periodic("charging.keep_places", "* * * * * */10", keep_places),
]

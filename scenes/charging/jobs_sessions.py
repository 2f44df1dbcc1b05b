"""What reservations and sessions need done: quarters published, places kept, charges driven to their bill."""

from datetime import UTC
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service import charges, conduct, places, windows
from scenes.charging.service import reconcile as reconciling
from scenes.charging.service.driving import BATCH, Driver
from scenes.charging.upstream.operators import open_operators
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Event, Handler

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


async def follow_booking(session: AsyncSession, event: Event) -> None:
    """Look at the session of a prepaid booking that was paid, or is over."""
    if event.payload.get("scene", windows.SCENE) == windows.SCENE:
        booking_id = UUID(event.payload["bookingId"])
        if await charges.adopt(session, booking_id, now=event.at):
            log.warning("charge_adopted", booking=str(booking_id))


async def drive_charges(works: Works) -> None:
    """Drive the sessions that need something: ask operators, bill, give the rest back."""
    async with open_operators(works.database, works.cipher, clock=works.clock) as operators:
        driver = Driver(
            works.database, works.ledger, operators=operators, clock=works.clock,
            publish=works.fanout.publish,
        )  # fmt: skip
        while await driver.drive_due() == BATCH:
            pass


async def reconcile(works: Works) -> None:
    """Compare the days that are over with every operator, until each was reached."""
    async with open_operators(works.database, works.cipher, clock=works.clock) as operators:
        await reconciling.reconcile_days(works.database, operators, clock=works.clock)


HANDLERS: dict[str, list[Handler]] = {
    "booking.no_show": [conduct.count_no_show],
    "booking.confirmed": [follow_booking],
    "booking.cancelled": [follow_booking],
    "booking.expired": [follow_booking],
    "payment.succeeded": [follow_booking],
}
PERIODIC = [
    Periodic("charging.publish", "* * * * *", publish_quarters),
    Periodic("charging.keep_places", "* * * * * */10", keep_places),
    Periodic("charging.drive", "* * * * * */2", drive_charges),
    Periodic("charging.reconcile", "20 * * * *", reconcile),
]

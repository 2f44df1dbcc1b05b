"""Requests in the background: bookings open and end them, silence brings them back to the desk."""

from contextlib import suppress
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import service as booking
from scenes.common.booking.errors import IllegalMove, TooEarly, TooLate
from scenes.common.booking.ledger import Move
from scenes.common.kit.clock import local_day
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Event, Handler
from scenes.eldercare.service import requests
from scenes.eldercare.service.care_log import move
from scenes.eldercare.store import photos as photo_store
from scenes.eldercare.store import requests as store
from scenes.eldercare.tables.requests import CareRequestRow

EVENTS: Final = {
    "arrived": ("check_in",),
    "done": ("check_in", "fulfil"),
    "rated": ("check_in", "fulfil"),
    "cancelled": ("cancel",),
    "declined": ("cancel",),
}
"""What the ledger is told of a request's state; a move made already is refused there, and passed over."""

ENDED: Final = frozenset({"cancelled", "expired", "no_show"})


async def follow_booking(session: AsyncSession, event: Event) -> None:
    """Open the request of a booking made here, though the process that took it died; end it with it."""
    if event.payload.get("scene") != requests.SCENE:
        return
    record = await booking.any_booking(session, UUID(event.payload["bookingId"]))
    if "serviceId" not in record.details:
        return
    row = await requests.open_booked(session, record, now=event.at)
    if record.state in ENDED and row.state in {"requested", "assigned", "accepted"}:
        await move(session, row, "cancel", actor_id=None, now=event.at)


async def hand_back(works: Works) -> None:
    """Bring back to the desk what was given to a carer who did not accept in time."""
    now = works.clock()
    async with works.database.transaction() as session:
        for row in await store.overdue(session, now):
            await move(session, row, "release", actor_id=None, now=now)


async def drop_photos(works: Works) -> None:
    """Delete the photos of visits whose time is over."""
    async with works.database.transaction() as session:
        await photo_store.drop_before(session, local_day(works.clock()))


async def settle(works: Works) -> None:
    """Let bookings follow their requests: arrived, done, taken back; safe to repeat."""
    async with works.database.read() as session:
        waiting = await store.unsettled(session)
    for row in waiting:
        await _settle(works, row)


async def _settle(works: Works, row: CareRequestRow) -> None:
    for event in EVENTS.get(row.state, ()):
        with suppress(IllegalMove, TooEarly, TooLate):  # done before, or ended by its person
            await works.ledger.move(Move(booking_id=row.id, event=event, by="staff", actor_id=row.carer_id))
    async with works.database.transaction() as session:
        fresh = await store.request(session, row.id, lock=True)
        if fresh is not None and fresh.state == row.state:
            fresh.settled = True


HANDLERS: dict[str, list[Handler]] = {
    topic: [follow_booking]
    for topic in ("booking.confirmed", "booking.cancelled", "booking.expired", "booking.no_show")
}
PERIODIC: list[Periodic] = [
    Periodic("eldercare.hand_back", "* * * * * */10", hand_back),
    Periodic("eldercare.drop_photos", "20 3 * * *", drop_photos),
    Periodic("eldercare.settle", "* * * * * */10", settle),
]

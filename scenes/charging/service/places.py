"""Reservations whose connector cannot keep them: moved to another of the kind, or ended with notice."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules import windows as grid
from scenes.charging.rules.reservation import cannot_keep, must_end, offered
from scenes.charging.service.reservations import Site, sets_of, site_of
from scenes.charging.store import reservations as store
from scenes.common.booking import service as booking
from scenes.common.booking.errors import IllegalMove, WindowFull
from scenes.common.booking.ledger import BookingRecord, Ledger, Move, Relocation, Want
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Refusal

Done = Literal["moved", "cancelled", "kept"]
log = structlog.stdlib.get_logger(__name__)


async def move_or_cancel(  # noqa: PLR0913 - each is one fact of the move
    database: Database,
    ledger: Ledger,
    booking_id: UUID,
    *,
    why: str,
    clock: Clock,
    by: str = "system",
    actor_id: UUID | None = None,
    keep_if_full: bool = False,
) -> Done:
    """Move a reservation to another connector of its kind at the same time, or cancel it, with notice.

    With `keep_if_full` it stays where it is when there is no other. What is over already is kept as it is.
    """
    now = clock()
    async with database.read() as session:
        record = await booking.any_booking(session, booking_id)
        sets = await _elsewhere(session, record, now=now)
    alternatives = tuple(tuple(Want(window) for window in several) for several in sets)
    try:
        if alternatives:
            await ledger.relocate(
                Relocation(
                    booking_id=booking_id, alternatives=alternatives, by=by, actor_id=actor_id, why=why
                )
            )
            return "moved"
    except WindowFull:
        pass
    except IllegalMove:
        return "kept"
    if keep_if_full:
        return "kept"
    try:
        await ledger.move(Move(booking_id=booking_id, event="cancel", by=by, actor_id=actor_id, reason=why))
    except IllegalMove:
        return "kept"
    return "cancelled"


async def _elsewhere(
    session: AsyncSession, record: BookingRecord, *, now: datetime
) -> list[tuple[UUID, ...]]:
    """Find the windows of the same time on other connectors of the same kind that can be used."""
    site = await site_of(session, record.place_id, now=now)
    kind = next((each.kind for each in site.connectors if each.id == record.group_id), None)
    kind = record.details.get("connectorKind") or kind
    ids = offered(site.connectors, record.starts_at, kind=kind, rule=site.rule, now=now)
    ids = [each for each in ids if each != record.group_id]
    first = max(record.starts_at, grid.quarter_of(now))
    wanted = [first + n * grid.QUARTER for n in range((record.ends_at - first) // grid.QUARTER)]
    if not ids or not wanted:
        return []
    sets, _ = await sets_of(session, ids, wanted, now=now)
    return sets


async def clear_connector(  # noqa: PLR0913 - each is one fact of the act
    database: Database,
    ledger: Ledger,
    connector_id: UUID,
    *,
    why: str,
    clock: Clock,
    by: str = "system",
    actor_id: UUID | None = None,
) -> dict[Done, int]:
    """Move or cancel every coming reservation of a connector that staff took out of service."""
    async with database.read() as session:
        ids = [row.id for row in await store.on_connector(session, connector_id)]
    done: dict[Done, int] = {"moved": 0, "cancelled": 0, "kept": 0}
    for booking_id in ids:
        how = await move_or_cancel(
            database, ledger, booking_id, why=why, clock=clock, by=by, actor_id=actor_id
        )
        done[how] += 1
    return done


async def keep_places(database: Database, ledger: Ledger, *, clock: Clock) -> int:
    """Look at the reservations that start soon, and move or end those their connector cannot keep.

    Return how many were moved or ended. One that fails is looked at again the next time.
    """
    now, acted = clock(), 0
    async with database.read() as session:
        soon = await store.starting(session, now + timedelta(hours=2))
        sites: dict[UUID, Site] = {}
        for row in soon:
            if row.place_id not in sites:
                sites[row.place_id] = await site_of(session, row.place_id, now=now)
    for row in soon:
        site = sites[row.place_id]
        connector = next((each for each in site.connectors if each.id == row.group_id), None)
        why = "connector_fault"
        if connector is not None:
            why = cannot_keep(connector, row.starts_at, rule=site.rule, now=now)
        if why is not None:
            keep = not must_end(why, row.starts_at, now)
            acted += await _tried(_moving(database, ledger, row.id, why=why, clock=clock, keep=keep))
    return acted


def _moving(  # noqa: PLR0913 - each is one fact of the move
    database: Database, ledger: Ledger, booking_id: UUID, *, why: str, clock: Clock, keep: bool
) -> Callable[[], Awaitable[Done]]:
    async def move() -> Done:
        return await move_or_cancel(database, ledger, booking_id, why=why, clock=clock, keep_if_full=keep)

    return move


async def _tried(move: Callable[[], Awaitable[Done]]) -> bool:
    try:
        return await move() != "kept"
    except Refusal as refusal:
        log.warning("reservation_not_moved", code=refusal.code)
        return False


async def close_left_open(database: Database, ledger: Ledger, *, clock: Clock) -> int:
    """End reservations that began, whose time is over, and on which nobody charges."""
    async with database.read() as session:
        ids = await store.left_open(session, clock())
    for booking_id in ids:
        try:
            await ledger.move(Move(booking_id=booking_id, event="fulfil", by="system"))
        except IllegalMove:
            continue
    return len(ids)

"""Offering a freed connector to whoever is next: a held booking, confirmed in time or passed on.

Each step may be repeated after a kill: the offer's idempotency key is the entry's, and an entry whose
booking was made but not yet noted gets the same booking again.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.forecast import QUARTER
from scenes.charging.rules.queue import ending_of, in_turn, is_overdue
from scenes.charging.service.board import Board, Station, quarter_of
from scenes.charging.service.queue import usable_now
from scenes.charging.store import queue as store
from scenes.charging.tables import QueueEntryRow
from scenes.common.booking.errors import AlreadyBooked, HoldExpired, IllegalMove, Suspended, WindowFull
from scenes.common.booking.ledger import Claim, Ledger, Move, Want
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.outbox import emit
from scenes.common.kit.wire import fingerprint

SCENE: Final = "charging"
LENGTHS: Final = (4, 3, 2)
"""Quarter-hours an offer is tried with: an hour, or what is left before somebody else's reservation."""

Sets = tuple[tuple[Want, ...], ...]


async def settle(database: Database, *, now: datetime) -> int:
    """Note how offers ended: taken, left, or lapsed; return how many did."""
    async with database.transaction() as session:
        offered = [row for row in await store.all_open(session) if row.state == "offered" and row.booking_id]
        states = await store.booking_states(session, [row.booking_id for row in offered if row.booking_id])
        ended = 0
        for row in offered:
            known = states.get(row.booking_id) if row.booking_id else None
            ending = ending_of(known[0], known[1], now) if known else None
            if ending is not None and await _close(session, row, ending, now):
                ended += 1
        return ended


async def end_overdue(database: Database, board: Board, *, now: datetime) -> int:
    """End the waiting of those who waited longest of all, and tell them; return how many."""
    async with database.transaction() as session:
        ended = 0
        for row in await store.all_open(session):
            station = board.stations.get(row.station_id)
            rule = station.rule if station is not None else board.rule
            entry = await store.entry(session, row.id) if is_overdue(row, now, rule=rule) else None
            if entry is not None and entry.state == "waiting":
                entry.state, entry.updated_at = "lapsed", now
                facts = {"entryId": str(entry.id), "bookedBy": str(entry.booked_by), "scene": SCENE}
                emit(session, "charging.queue_ended", subject_id=entry.person_id, payload=facts, at=now)
                ended += 1
        return ended


async def offer(database: Database, ledger: Ledger, board: Board, clock: Clock) -> int:
    """Offer what is free now to whoever is next; return how many offers were made."""
    now = clock()
    async with database.read() as session:
        waiting = in_turn(await store.all_open(session), now)
    made = 0
    for (station_id, kind), line in _lines(waiting):
        station = board.stations.get(station_id)
        if station is not None:
            made += await _offer_line(
                database, ledger, board=board, station=station, kind=kind, line=line, now=now
            )
    return made


def _lines(waiting: Sequence[QueueEntryRow]) -> Iterator[tuple[tuple[UUID, int], list[QueueEntryRow]]]:
    def line_of(row: QueueEntryRow) -> tuple[UUID, int]:
        return row.station_id, row.connector_kind

    for key, line in groupby(sorted(waiting, key=line_of), key=line_of):  # sorting keeps the turn within
        yield key, list(line)


async def _offer_line(  # noqa: PLR0913 - each is one fact of the offer
    database: Database,
    ledger: Ledger,
    *,
    board: Board,
    station: Station,
    kind: int,
    line: Sequence[QueueEntryRow],
    now: datetime,
) -> int:
    """Go down one line until nothing is left; who has a reservation or a ban is passed over."""
    free = usable_now(board, station, kind, now)
    if not free:
        return 0
    until = now + timedelta(minutes=station.rule.queue_offer_minutes)
    made = 0
    for row in line:
        if made >= len(free):
            break
        sets = await _sets(database, free, now)
        if not sets:
            break
        try:
            booking_id = await _hold(ledger, row, sets, until)
        except WindowFull:
            break
        except (AlreadyBooked, Suspended, HoldExpired):
            continue
        made += await _note(database, ledger, row, booking_id=booking_id, until=until, now=now)
    return made


async def _sets(database: Database, connectors: Sequence[UUID], now: datetime) -> Sets:
    """Find each connector's next quarter-hours in one piece, the longest first."""
    first = quarter_of(now) + QUARTER
    async with database.read() as session:
        found = await store.free_quarters(
            session, connectors, since=first, until=first + max(LENGTHS) * QUARTER
        )
    return tuple(
        wants
        for length in LENGTHS
        for windows in found.values()
        if len(wants := _piece(windows, first, length)) == length
    )


def _piece(windows: Mapping[datetime, UUID], first: datetime, length: int) -> tuple[Want, ...]:
    starts = (first + n * QUARTER for n in range(length))
    return tuple(Want(windows[start]) for start in starts if start in windows)


async def _hold(ledger: Ledger, row: QueueEntryRow, sets: Sets, until: datetime) -> UUID:
    """Hold a connector for somebody until they confirm; return the booking's id."""
    outcome = await ledger.claim(
        Claim(
            scene=SCENE,
            booker_id=row.booked_by,
            subject_id=row.person_id,
            wants=sets[0],
            alternatives=sets[1:],
            key=f"queue:{row.id}:{row.snoozes}",
            fingerprint=fingerprint("/charging/queue", str(row.id)),
            exclusivity=f"charging:{row.person_id}",
            held_until=until,
            details={"kind": "reservation", "connectorKind": row.connector_kind, "named": False,
                     "queueEntry": str(row.id)},
        )
    )  # fmt: skip
    if outcome.booking is not None:
        return outcome.booking.id
    return UUID(msgspec.json.decode(outcome.answer.body)["id"])


async def _note(  # noqa: PLR0913 - each is one fact of the offer
    database: Database,
    ledger: Ledger,
    row: QueueEntryRow,
    *,
    booking_id: UUID,
    until: datetime,
    now: datetime,
) -> bool:
    """Write the offer down and tell the person; false when they left or let others go first meanwhile."""
    async with database.transaction() as session:
        entry = await store.entry(session, row.id)
        if entry is not None and entry.state == "waiting" and entry.snoozes == row.snoozes:
            entry.state, entry.booking_id, entry.offer_until, entry.updated_at = (
                "offered",
                booking_id,
                until,
                now,
            )
            facts = await store.booking_facts(session, booking_id)
            emit(
                session, "charging.queue_offered", subject_id=entry.person_id, at=now,
                payload={**facts, "entryId": str(entry.id), "bookingId": str(booking_id), "scene": SCENE,
                         "bookedBy": str(entry.booked_by), "until": until.isoformat()},
            )  # fmt: skip
            return True
    with suppress(IllegalMove):
        await ledger.move(Move(booking_id=booking_id, event="cancel", by="system", reason="queue_left"))
    return False


async def _close(session: AsyncSession, row: QueueEntryRow, ending: str, now: datetime) -> bool:
    entry = await store.entry(session, row.id)
    if entry is None or entry.state != "offered" or entry.booking_id != row.booking_id:
        return False
    entry.state, entry.updated_at = ending, now
    return True

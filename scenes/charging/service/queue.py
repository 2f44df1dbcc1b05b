"""The queue of a full station: join, let others go first, leave; what residents ask for.

An offer is made by `service/offers.py`; it is a held booking, taken by confirming that booking.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import AlreadyQueuing, QueueEntryUnknown, StationUnknown
from scenes.charging.rules.queue import check_joinable, check_snooze
from scenes.charging.rules.rule import ChargingRule
from scenes.charging.service.board import Board, Station
from scenes.charging.store import queue as store
from scenes.charging.tables import QueueEntryRow
from scenes.common.booking.errors import IllegalMove
from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.people import service as people


class Place(msgspec.Struct, frozen=True):
    """An entry as it stands, and how many who joined earlier still wait."""

    row: QueueEntryRow
    ahead: int


async def join(  # noqa: PLR0913 - each is one fact of the wish
    session: AsyncSession, board: Board, *, resident: Resident, station_id: UUID, kind: int, now: datetime
) -> Place:
    """Wait for a connector of a kind; joining again is the same place.

    Refuses with StationUnknown, NothingToQueueFor, QueueNotNeeded and AlreadyQueuing.
    """
    station = board.stations.get(station_id)
    if station is None:
        raise StationUnknown
    person_id = resident.subject_id
    await store.lock_person(session, person_id)
    mine = [row for row in await store.open_of(session, person_id) if row.person_id == person_id]
    if mine:
        if (mine[0].station_id, mine[0].connector_kind) != (station_id, kind):
            raise AlreadyQueuing
        return Place(mine[0], await store.ahead_of(session, mine[0]))
    _check(board, station, kind, now)
    row = QueueEntryRow(
        id=new_id(), station_id=station_id, connector_kind=kind, person_id=person_id,
        booked_by=resident.person_id, state="waiting", joined_at=now, updated_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return Place(row, await store.ahead_of(session, row))


async def mine(session: AsyncSession, person_id: UUID) -> list[Place]:
    """Return the entries by which a person waits or has an offer."""
    return [Place(row, await store.ahead_of(session, row)) for row in await store.open_of(session, person_id)]


async def anybody(session: AsyncSession) -> bool:
    """Tell whether anybody waits or has an offer, anywhere."""
    return bool(await store.all_open(session))


async def snooze(  # noqa: PLR0913 - each is one fact of the wish
    database: Database,
    ledger: Ledger,
    *,
    resident: Resident,
    entry_id: UUID,
    minutes: int,
    rule: ChargingRule,
    now: datetime,
) -> Place:
    """Let those behind go first for some minutes; an offer in hand goes to the next.

    Refuses with QueueEntryUnknown and SnoozeRefused.
    """
    async with database.transaction() as session:
        row = await _own(session, resident, entry_id)
        check_snooze(row.state, row.snoozes, minutes, rule=rule)
        given_up, row.booking_id, row.offer_until = row.booking_id, None, None
        row.state, row.snoozes, row.updated_at = "waiting", row.snoozes + 1, now
        row.snoozed_until = now + timedelta(minutes=minutes)
        await session.flush()
        place = Place(row, await store.ahead_of(session, row))
    await _give_up(ledger, given_up, resident)
    return place


async def leave(
    database: Database, ledger: Ledger, *, resident: Resident, entry_id: UUID, now: datetime
) -> None:
    """Stop waiting; an offer in hand goes to the next. Leaving again changes nothing (QueueEntryUnknown)."""
    async with database.transaction() as session:
        row = await _own(session, resident, entry_id)
        if row.state not in store.OPEN:
            return
        given_up = row.booking_id if row.state == "offered" else None
        row.state, row.updated_at = "left", now
    await _give_up(ledger, given_up, resident)


async def _own(session: AsyncSession, resident: Resident, entry_id: UUID) -> QueueEntryRow:
    row = await store.entry(session, entry_id)
    if row is None or not await people.is_theirs(
        session, resident.subject_id, row.person_id, arranged_by=row.booked_by
    ):
        raise QueueEntryUnknown
    return row


async def _give_up(ledger: Ledger, booking_id: UUID | None, resident: Resident) -> None:
    """Give an offered booking back; its own time may have been quicker."""
    if booking_id is None:
        return
    with suppress(IllegalMove):
        await ledger.move(
            Move(booking_id=booking_id, event="cancel", by="resident", actor_id=resident.subject_id)
        )


def _check(board: Board, station: Station, kind: int, now: datetime) -> None:
    states = board.states(station, now, kind)
    check_joinable(
        reservable=sum(connector.reservable for connector, _ in states),
        free=sum(state == "free" for _, state in states),
        waiting=board.waiting(station, kind),
    )


def usable_now(board: Board, station: Station, kind: int, now: datetime) -> Sequence[UUID]:
    """Return the connectors of a kind that are free this moment and may be kept for somebody."""
    return [
        connector.id
        for connector, state in board.states(station, now, kind)
        if state == "free" and connector.reservable
    ]

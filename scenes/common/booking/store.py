"""The booking desk's statements outside the ledger: reading, publishing, waiting, closing."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.booking.tables import (
    LAPSED,
    BookingRow,
    BookingStandingRow,
    BookingWindowRow,
    ClosureRow,
    UnitReturnRow,
    WaitlistEntryRow,
)

_RECORDS: Final = """
SELECT b.*, p.name AS person_name, q.name AS booked_by_name, (
  SELECT json_agg(json_build_object('window_id', l.window_id, 'label', l.label, 'units', l.units,
                                    'unit_fen', l.unit_fen) ORDER BY l.window_id)
  FROM booking_line l WHERE l.booking_id = b.id)::text AS lines
FROM booking b JOIN person p ON p.id = b.person_id JOIN person q ON q.id = b.booked_by
"""
_ONE = text(_RECORDS + "WHERE b.id = :id")
_OWNERS = text("SELECT person_id, booked_by FROM booking WHERE id = :id")
_OF_GROUP = text(_RECORDS + "WHERE b.group_id = :group_id ORDER BY b.queue_no NULLS LAST, b.starts_at, b.id")
_OF_PLACE = text(
    _RECORDS  # noqa: S608 - constants
    + """WHERE b.group_id IN (
      SELECT w.group_id FROM booking_window w
      WHERE w.place_id = :place_id AND w.starts_at >= :since AND w.starts_at < :until)
    AND b.place_id = :place_id AND b.starts_at >= :since AND b.starts_at < :until
    AND b.state <> 'expired' ORDER BY b.starts_at, b.queue_no NULLS LAST, b.id"""
)
"""By way of the groups, which have an index: a booking begins when a window of its group and place does."""

_BY_CODE = text(
    _RECORDS
    + "WHERE b.place_id = ANY(:places) AND b.code = :code AND b.state IN ('held', 'confirmed', 'checked_in')"
)
_THEIRS: Final = """(b.person_id = :person_id OR b.booked_by = :person_id AND (
      EXISTS (SELECT 1 FROM patient_link k WHERE k.account_id = :person_id AND k.person_id = b.person_id)
      OR NOT EXISTS (
        SELECT 1 FROM delegation d WHERE d.delegate_id = :person_id AND d.principal_id = b.person_id
        AND d.approved_at IS NOT NULL)))"""
"""For them, or arranged by them in their own name: what a delegate arranged is the person's alone."""

_MINE = text(
    _RECORDS
    + f"""WHERE {_THEIRS}
    AND (CAST(:scene AS text) IS NULL OR b.scene = :scene)
    AND (CAST(:states AS text[]) IS NULL OR b.state = ANY(:states))
    AND (CAST(:before AS uuid) IS NULL OR b.id < :before)
    ORDER BY b.id DESC LIMIT :limit"""
)
_COMING = text(
    _RECORDS
    + f"""WHERE {_THEIRS} AND b.ends_at > :now
    AND (b.state IN ('confirmed', 'checked_in') OR b.state = 'held' AND b.hold_expires_at > :now)
    ORDER BY b.starts_at LIMIT :limit"""
)
MOST_LAPSED: Final = 500
"""Lapsed bookings of each kind that a list takes into account; the sweeper leaves far fewer."""


def windows_statement(*, groups: str, now: str) -> str:
    """Write the statement that lists the windows of groups; the arguments name its parameters.

    What has lapsed and was not swept yet is in the two partial indexes, each read in its order and to a
    bound: however wrong the statistics are, no plan reads the bookings of years for that.
    """
    return f"""
    WITH lapsed AS (
      SELECT l.window_id, sum(l.units) AS units FROM (
        (SELECT b.id FROM booking b WHERE b.state = 'held' AND b.hold_expires_at <= {now}
         ORDER BY b.hold_expires_at LIMIT {MOST_LAPSED})
        UNION ALL
        (SELECT b.id FROM booking b WHERE b.state = 'confirmed' AND b.no_show_at <= {now}
         AND {LAPSED.format(now=now)} ORDER BY b.no_show_at LIMIT {MOST_LAPSED})) AS gone
      JOIN booking_line l ON l.booking_id = gone.id GROUP BY l.window_id)
    SELECT w.*, w.capacity - w.taken + COALESCE(x.units, 0) AS free
    FROM booking_window w LEFT JOIN lapsed x ON x.window_id = w.id
    WHERE w.group_id = ANY({groups}) ORDER BY w.starts_at, w.audience DESC, w.id
    """  # noqa: S608 - constants


_WINDOWS = text(windows_statement(groups=":groups", now=":now"))


async def add_windows(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Insert many windows at once."""
    await session.execute(insert(BookingWindowRow), rows)


async def window(session: AsyncSession, window_id: UUID, *, lock: bool = False) -> BookingWindowRow | None:
    """Read one window, locked for change if asked."""
    return await session.get(BookingWindowRow, window_id, with_for_update=lock, populate_existing=lock)


async def windows_of(session: AsyncSession, groups: Sequence[UUID], now: datetime) -> Sequence[RowMapping]:
    """Read the windows of groups with what is really free: lapsed holds count as free already."""
    return (await session.execute(_WINDOWS, {"groups": list(groups), "now": now})).mappings().all()


async def one(session: AsyncSession, booking_id: UUID) -> RowMapping | None:
    """Read one booking with names and lines."""
    return (await session.execute(_ONE, {"id": booking_id})).mappings().one_or_none()


async def owners(session: AsyncSession, booking_id: UUID) -> RowMapping | None:
    """Read whom a booking is for and who made it."""
    return (await session.execute(_OWNERS, {"id": booking_id})).mappings().one_or_none()


async def of_group(session: AsyncSession, group_id: UUID) -> Sequence[RowMapping]:
    """Read all bookings of a group in the order of check-in, then of time."""
    return (await session.execute(_OF_GROUP, {"group_id": group_id})).mappings().all()


async def of_place(
    session: AsyncSession, place_id: UUID, *, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Read the bookings of a venue that start within a span."""
    facts = {"place_id": place_id, "since": since, "until": until}
    return (await session.execute(_OF_PLACE, facts)).mappings().all()


async def by_code(session: AsyncSession, places: Iterable[UUID], code: str) -> Sequence[RowMapping]:
    """Find active bookings by their spoken code at some venues."""
    return (await session.execute(_BY_CODE, {"places": list(places), "code": code})).mappings().all()


async def mine(  # noqa: PLR0913 - the filters of a list
    session: AsyncSession,
    person_id: UUID,
    *,
    scene: str | None,
    states: Sequence[str] | None,
    before: UUID | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Read bookings for or by a person, newest first."""
    facts = {
        "person_id": person_id,
        "scene": scene,
        "states": list(states) if states else None,
        "before": before,
        "limit": limit,
    }
    return (await session.execute(_MINE, facts)).mappings().all()


async def coming(
    session: AsyncSession, person_id: UUID, *, now: datetime, limit: int
) -> Sequence[RowMapping]:
    """Read what a person has ahead, soonest first."""
    facts = {"person_id": person_id, "now": now, "limit": limit}
    return (await session.execute(_COMING, facts)).mappings().all()


async def note_payment(session: AsyncSession, booking_id: UUID, *, payment_id: UUID, state: str) -> None:
    """Write the payment and its state beside the booking, where the answer shows it."""
    await session.execute(
        update(BookingRow)
        .where(col(BookingRow.id) == booking_id)
        .values(payment_id=payment_id, payment_state=state, version=col(BookingRow.version) + 1)
    )


_NOTE_TIMES = text(
    """UPDATE booking SET details = details || CAST(:times AS jsonb), version = version + 1
    WHERE id = :id AND NOT details @> CAST(:times AS jsonb)"""
)


async def note_times(
    session: AsyncSession, booking_id: UUID, *, started_at: datetime, ended_at: datetime | None
) -> None:
    """Write down when what was booked began, and ended, where its window says nothing of it."""
    times = {"startedAt": started_at.isoformat()}
    if ended_at is not None:
        times["endedAt"] = ended_at.isoformat()
    await session.execute(_NOTE_TIMES, {"id": booking_id, "times": json.dumps(times)})


async def set_standing(session: AsyncSession, row: BookingStandingRow) -> None:
    """Write or replace a standing."""
    await session.merge(row)


async def drop_standing(session: AsyncSession, person_id: UUID, key: str) -> None:
    """Remove a standing."""
    where = (col(BookingStandingRow.person_id) == person_id, col(BookingStandingRow.key) == key)
    await session.execute(delete(BookingStandingRow).where(*where))


async def has_active(session: AsyncSession, exclusivity_key: str, now: datetime) -> bool:
    """Tell whether an active booking holds an exclusivity key; a lapsed hold is active no more."""
    statement = text(
        f"""SELECT 1 FROM booking b WHERE b.exclusivity_key = :key
        AND b.state IN ('held', 'confirmed', 'checked_in') AND NOT {LAPSED.format(now=":now")}"""  # noqa: S608 - constants
    )
    return (await session.execute(statement, {"key": exclusivity_key, "now": now})).first() is not None


async def waitlist_entry(session: AsyncSession, entry_id: UUID) -> WaitlistEntryRow | None:
    """Read one waitlist entry, locked."""
    return await session.get(WaitlistEntryRow, entry_id, with_for_update=True)


async def open_entry(session: AsyncSession, group_id: UUID, person_id: UUID) -> WaitlistEntryRow | None:
    """Find the entry by which a person waits for, or has been offered, a unit of a group."""
    statement = select(WaitlistEntryRow).where(
        col(WaitlistEntryRow.group_id) == group_id,
        col(WaitlistEntryRow.person_id) == person_id,
        col(WaitlistEntryRow.state).in_(("waiting", "offered")),
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def ahead_of(session: AsyncSession, entry: WaitlistEntryRow) -> int:
    """Count those who wait for the same group and came earlier."""
    statement = text(
        """SELECT count(*) FROM waitlist_entry WHERE group_id = :group_id AND state = 'waiting'
        AND (created_at, id) < (:created_at, :id)"""
    )
    facts = {"group_id": entry.group_id, "created_at": entry.created_at, "id": entry.id}
    return (await session.execute(statement, facts)).scalar_one()


async def clear_waiting(session: AsyncSession, now: datetime) -> Sequence[WaitlistEntryRow]:
    """End the waiting of everyone whose list is cleared by now, and return their entries."""
    statement = (
        update(WaitlistEntryRow)
        .where(col(WaitlistEntryRow.state) == "waiting", col(WaitlistEntryRow.clears_at) <= now)
        .values(state="cleared", updated_at=now)
        .returning(WaitlistEntryRow)
    )
    return (await session.execute(statement)).scalars().all()


async def add_return(session: AsyncSession, row: UnitReturnRow) -> None:
    """Keep units counted as taken until they are due."""
    session.add(row)


async def someone_waits(session: AsyncSession, group_id: UUID) -> bool:
    """Tell whether anybody waits for a group."""
    statement = select(col(WaitlistEntryRow.id)).where(
        col(WaitlistEntryRow.group_id) == group_id, col(WaitlistEntryRow.state) == "waiting"
    )
    return (await session.execute(statement.limit(1))).first() is not None


async def active_on(session: AsyncSession, window_ids: Sequence[UUID]) -> Sequence[RowMapping]:
    """Read the active bookings that hold units of any of these windows."""
    statement = text(
        _RECORDS
        + """WHERE b.state IN ('held', 'confirmed', 'checked_in') AND EXISTS (
        SELECT FROM booking_line l WHERE l.booking_id = b.id AND l.window_id = ANY(:windows)) ORDER BY b.id"""
    )
    return (await session.execute(statement, {"windows": list(window_ids)})).mappings().all()


async def stop_windows(session: AsyncSession, window_ids: Sequence[UUID]) -> None:
    """Take windows out of booking; locked in id order as the ledger does."""
    locked = (
        select(col(BookingWindowRow.id))
        .where(col(BookingWindowRow.id).in_(window_ids))
        .order_by(col(BookingWindowRow.id))
        .with_for_update()
    )
    ids = (await session.execute(locked)).scalars().all()
    await session.execute(
        update(BookingWindowRow).where(col(BookingWindowRow.id).in_(ids)).values(state="stopped")
    )


async def closure(session: AsyncSession, closure_id: UUID) -> ClosureRow | None:
    """Read one closure, locked."""
    return await session.get(ClosureRow, closure_id, with_for_update=True)


async def unfinished_closures(session: AsyncSession) -> Sequence[ClosureRow]:
    """Read the closures that were started and are not done, so that a job can go on after a kill."""
    statement = select(ClosureRow).where(
        col(ClosureRow.started_at).is_not(None), col(ClosureRow.done_at).is_(None)
    )
    return (await session.execute(statement)).scalars().all()

"""What the booking desk does outside the ledger: read, publish, wait, change capacity, close."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import store
from scenes.common.booking.errors import (
    AlreadyBooked,
    BookingNotFound,
    CapacityBelowBooked,
    IllegalMove,
    PreviewStale,
    WaitlistNotNeeded,
    WindowNotFound,
)
from scenes.common.booking.ledger.claims import Adjustment, BookingRecord, Line, Move
from scenes.common.booking.ledger.writer import Ledger
from scenes.common.booking.offering import NewWindow
from scenes.common.booking.rules import Terms
from scenes.common.booking.tables import (
    BookingStandingRow,
    BookingWindowRow,
    ClosureRow,
    UnitReturnRow,
    WaitlistEntryRow,
)
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import emit
from scenes.common.people import service as people

PREVIEW_LIFE: Final = timedelta(minutes=15)

_lines = msgspec.json.Decoder(tuple[Line, ...])


def as_record(row: RowMapping) -> BookingRecord:
    """Make a booking record of a row read through a session."""
    values = dict(row)
    values["terms"] = msgspec.convert(_plain(values["terms"]), Terms, strict=False)
    values["adjustments"] = msgspec.convert(_plain(values["adjustments"]), tuple[Adjustment, ...])
    values["details"] = _plain(values["details"])
    values["lines"] = _lines.decode(values["lines"] or "[]")
    return BookingRecord(**values)


def _plain(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str | bytes) else value


async def publish_windows(session: AsyncSession, windows: Sequence[NewWindow]) -> None:
    """Put windows on offer; they exist before anyone asks, so that asking is only a look-up."""
    if windows:
        await store.add_windows(session, [window.columns() for window in windows])


async def booking_of(session: AsyncSession, booking_id: UUID, person_id: UUID) -> BookingRecord:
    """Return a booking that is for or by this person (BookingNotFound otherwise)."""
    record = await any_booking(session, booking_id)
    if not await people.is_theirs(session, person_id, record.person_id, arranged_by=record.booked_by):
        raise BookingNotFound
    return record


async def check_own(database: Database, booking_id: UUID, person_id: UUID) -> None:
    """Refuse with BookingNotFound what is not this person's to move; the ledger knows no delegations."""
    async with database.transaction() as session:
        owners = await store.owners(session, booking_id)
        if owners is None or not await people.is_theirs(
            session, person_id, owners["person_id"], arranged_by=owners["booked_by"]
        ):
            raise BookingNotFound


async def any_booking(session: AsyncSession, booking_id: UUID) -> BookingRecord:
    """Return a booking whoever asks, for other desks and staff (BookingNotFound)."""
    row = await store.one(session, booking_id)
    if row is None:
        raise BookingNotFound
    return as_record(row)


async def bookings_of(  # noqa: PLR0913 - the filters of a list
    session: AsyncSession,
    person_id: UUID,
    *,
    scene: str | None = None,
    states: Sequence[str] | None = None,
    before: UUID | None = None,
    limit: int = 20,
) -> list[BookingRecord]:
    """List bookings for or by a person, newest first; `before` is the last id of the page before."""
    rows = await store.mine(session, person_id, scene=scene, states=states, before=before, limit=limit)
    return [as_record(row) for row in rows]


async def coming_up(
    session: AsyncSession, person_id: UUID, *, now: datetime, limit: int = 3
) -> list[BookingRecord]:
    """List what a person has ahead, soonest first."""
    return [as_record(row) for row in await store.coming(session, person_id, now=now, limit=limit)]


async def change_capacity(
    session: AsyncSession, window_id: UUID, capacity: int, *, now: datetime
) -> BookingWindowRow:
    """Change how many units a window has.

    Refuses with CapacityBelowBooked below what is booked. More units go to the waitlist first.
    """
    window = await store.window(session, window_id, lock=True)
    if window is None:
        raise WindowNotFound
    if capacity < window.taken:
        raise CapacityBelowBooked
    more = capacity - window.capacity
    window.capacity = capacity
    if more > 0 and await store.someone_waits(session, window.group_id):
        window.taken += more
        await store.add_return(
            session,
            UnitReturnRow(id=new_id(), window_id=window_id, group_id=window.group_id, units=more, due_at=now),
        )
    await session.flush()
    return window


async def stand(
    session: AsyncSession,
    person_id: UUID,
    *,
    key: str,
    since: datetime,
    until: datetime | None,
) -> None:
    """Say that something is true of a person for booking, for a time."""
    row = BookingStandingRow(person_id=person_id, key=key, valid_from=since, valid_until=until)
    await store.set_standing(session, row)


async def wait_for(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    group_id: UUID,
    *,
    scene: str,
    person_id: UUID,
    booked_by: UUID,
    clears_at: datetime,
    now: datetime,
) -> WaitlistEntryRow:
    """Put a person on a full group's waitlist; waiting twice is the same entry.

    Refuses with WaitlistNotNeeded while something is free, AlreadyBooked when the person has one.
    """
    waiting = await store.open_entry(session, group_id, person_id)
    if waiting is not None:
        return waiting
    if await store.has_active(session, f"{group_id}:{person_id}", now):
        raise AlreadyBooked
    windows = await store.windows_of(session, [group_id], now)
    bookable = [w for w in windows if w["state"] == "open" and w["closes_at"] > now]
    if not bookable:
        raise WindowNotFound
    if any(w["free"] > 0 and w["audience"] == "public" and w["opens_at"] <= now for w in bookable):
        raise WaitlistNotNeeded
    entry = WaitlistEntryRow(
        id=new_id(), scene=scene, group_id=group_id, person_id=person_id, booked_by=booked_by,
        state="waiting", clears_at=clears_at, created_at=now, updated_at=now,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(entry)
    except IntegrityError:  # the same person, at the same moment, in another request
        waiting = await store.open_entry(session, group_id, person_id)
        if waiting is None:
            raise
        return waiting
    return entry


async def stop_waiting(session: AsyncSession, entry_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Leave a waitlist; an offer already made is a booking, and is given up by cancelling it."""
    entry = await store.waitlist_entry(session, entry_id)
    if entry is None or not await people.is_theirs(
        session, person_id, entry.person_id, arranged_by=entry.booked_by
    ):
        raise BookingNotFound("没有找到这个候补。", detail_en="No such waitlist entry.")
    if entry.state == "waiting":
        entry.state = "left"
        entry.updated_at = now


async def clear_waitlists(session: AsyncSession, *, now: datetime) -> int:
    """End lists whose evening has come and tell everyone on them."""
    cleared = await store.clear_waiting(session, now)
    for entry in cleared:
        facts = {"entryId": str(entry.id), "groupId": str(entry.group_id), "scene": entry.scene}
        emit(session, "waitlist.cleared", subject_id=entry.person_id, payload=facts, at=now)
    return len(cleared)


class ClosurePreview(msgspec.Struct, frozen=True):
    """What a closure would do, and the token that carries out exactly this."""

    token: UUID
    window_ids: tuple[UUID, ...]
    bookings: tuple[BookingRecord, ...]
    expires_at: datetime


def _digest(window_ids: Sequence[UUID], bookings: Sequence[BookingRecord]) -> str:
    facts = [str(w) for w in sorted(window_ids)] + [str(b.id) for b in bookings]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


async def preview_closure(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    window_ids: Sequence[UUID],
    *,
    place_id: UUID,
    scene: str,
    reason: str,
    staff_id: UUID,
    now: datetime,
) -> ClosurePreview:
    """Show whom a closure touches, without doing anything yet."""
    bookings = tuple(as_record(row) for row in await store.active_on(session, window_ids))
    row = ClosureRow(
        id=new_id(), place_id=place_id, scene=scene, window_ids=[str(w) for w in window_ids],
        digest=_digest(window_ids, bookings), reason=reason, created_by=staff_id, created_at=now,
        expires_at=now + PREVIEW_LIFE,
    )  # fmt: skip
    session.add(row)
    return ClosurePreview(row.id, tuple(window_ids), bookings, row.expires_at)


async def begin_closure(
    session: AsyncSession, token: UUID, *, place_ids: frozenset[UUID] | None, now: datetime
) -> ClosureRow:
    """Stop the previewed windows; refuses with PreviewStale when more or fewer would be touched now.

    `finish_closure` then cancels the bookings, and a job does if this process dies in between.
    """
    row = await store.closure(session, token)
    if row is None or (place_ids is not None and row.place_id not in place_ids):
        raise BookingNotFound("没有找到这个预览。", detail_en="No such preview.")
    if row.started_at is not None:
        return row
    window_ids = [UUID(w) for w in row.window_ids]
    await store.stop_windows(session, window_ids)
    bookings = [as_record(found) for found in await store.active_on(session, window_ids)]
    if row.expires_at <= now or _digest(window_ids, bookings) != row.digest:
        raise PreviewStale
    row.started_at = now
    return row


async def finish_closure(database: Database, ledger: Ledger, token: UUID, *, now: datetime) -> int:
    """Cancel every booking on the stopped windows; safe to repeat. Returns how many were cancelled."""
    async with database.read() as session:
        row = await session.get(ClosureRow, token)
        if row is None or row.started_at is None:
            return 0
        touched = await store.active_on(session, [UUID(w) for w in row.window_ids])
        by, reason = row.created_by, f"closure:{row.reason}"
    for booking in touched:
        with suppress(IllegalMove):  # its person, or its time, was quicker
            await ledger.move(
                Move(booking_id=booking["id"], event="cancel", by="staff", actor_id=by, reason=reason)
            )
    async with database.transaction() as session:
        done = await store.closure(session, token)
        if done is not None:
            done.done_at = now
    return len(touched)

"""What staff do at the venue's desk: the day's board, taking a number for somebody, changing windows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import store
from scenes.clinic.errors import ClinicNotFound, WindowHasBookings
from scenes.clinic.service.schedule import SessionView, sessions_of
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.booking.counter import Known, check_in, unpaid
from scenes.common.booking.errors import BookingNotFound, RedeemInvalid, SeveralFound, WindowNotFound
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import day_span, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.people import service as people
from scenes.common.people.service import append_audit

SHOWN: Final = frozenset({"held", "confirmed", "checked_in", "fulfilled", "no_show"})


class BoardView(msgspec.Struct, frozen=True):
    """A venue's day: its sessions, and every appointment of each."""

    place_id: UUID
    day: date
    sessions: tuple[SessionView, ...]
    bookings: dict[UUID, list[BookingRecord]]

    @property
    def people(self) -> set[UUID]:
        """Name everybody whose name is shown."""
        return {record.person_id for several in self.bookings.values() for record in several}


def check_scope(staff: Staff, place_id: UUID) -> None:
    """Refuse venues outside a member of staff's scope as if they did not exist (ClinicNotFound)."""
    if not staff.may_work_at(place_id):
        raise ClinicNotFound


async def venues_of(session: AsyncSession, staff: Staff) -> frozenset[UUID]:
    """Name the venues a member of staff works at; the district's staff work at all."""
    return await store.venue_ids(session) if staff.role == "district" else staff.place_ids


async def board_of(
    session: AsyncSession, staff: Staff, *, place_id: UUID, day: date, now: datetime
) -> BoardView:
    """Read a venue's day for its staff (ClinicNotFound outside the scope)."""
    check_scope(staff, place_id)
    views = await sessions_of(session, place_id, first=day, last=day, now=now)
    since, until = day_span(day)
    bookings: dict[UUID, list[BookingRecord]] = {view.row.id: [] for view in views}
    for row in await booking_store.of_place(session, place_id, since=since, until=until):
        if row["group_id"] in bookings and row["state"] in SHOWN:
            bookings[row["group_id"]].append(booking.as_record(row))
    return BoardView(place_id, day, tuple(views), bookings)


async def redeem(  # noqa: PLR0913 - each is one fact of the call
    database: Database,
    ledger: Ledger,
    *,
    staff: Staff,
    known: Known,
    key: str | None,
    fingerprint: bytes,
    cipher: FieldCipher,
    now: datetime,
) -> BookingRecord:
    """Take the number for somebody at the desk; scanning twice shows the number again.

    Refuses with RedeemInvalid, BookingNotFound, SeveralFound, PaymentDue, and what the ledger says.
    """
    async with database.transaction() as session:
        record = await find_booking(session, staff, known, cipher=cipher, now=now)
        await append_audit(
            session, staff.staff_id, action="staff.redeem", subject_ids=[record.person_id], now=now
        )
    if record.state == "checked_in":
        return record
    if record.state == "held":
        raise unpaid(record)
    await ledger.move(check_in(record.id, staff, key=key, fingerprint=fingerprint))
    async with database.read() as session:
        return await booking.any_booking(session, record.id)


async def find_booking(
    session: AsyncSession, staff: Staff, known: Known, *, cipher: FieldCipher, now: datetime
) -> BookingRecord:
    """Find the one appointment that fits (BookingNotFound, SeveralFound, RedeemInvalid)."""
    places = await venues_of(session, staff)
    if known.spoken:
        found = [row["id"] for row in await booking_store.by_code(session, places, known.spoken)]
    elif known.by_name:
        name, number = known.by_name
        since, until = day_span(local_day(now))
        rows = await store.days_bookings(session, places, name=name, since=since, until=until)
        found = [row["id"] for row in rows if people.answers_to(row, number, cipher)]
    else:
        raise RedeemInvalid
    if len(found) > 1:
        raise SeveralFound
    if not found:
        raise BookingNotFound
    return await booking.any_booking(session, found[0])


async def change_window(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    staff: Staff,
    window_id: UUID,
    *,
    capacity: int | None,
    closed: bool | None,
    now: datetime,
) -> BookingWindowRow:
    """Change how many numbers a window has, or close or reopen it while nobody is booked there.

    Refuses with WindowNotFound outside the scope, CapacityBelowBooked and WindowHasBookings.
    """
    window = await booking_store.window(session, window_id, lock=True)
    if window is None or not staff.may_work_at(window.place_id):
        raise WindowNotFound
    if capacity is not None:
        window = await booking.change_capacity(session, window_id, capacity, now=now)
    if closed is True:
        await _close(session, window)
    elif closed is False:
        window.state = "open"
        await session.flush()
        await store.reopen_session(session, window.group_id)
    return window


async def _close(session: AsyncSession, window: BookingWindowRow) -> None:
    active: Sequence[RowMapping] = await booking_store.active_on(session, [window.id])
    if active:
        raise WindowHasBookings
    window.state = "stopped"
    await session.flush()
    await store.stop_emptied_sessions(session, [window.id])

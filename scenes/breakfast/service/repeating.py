"""Placing the weekly orders that are due: each day's once, ahead of time, and telling how it went."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.rules import days as names
from scenes.breakfast.rules.repeats import is_due, next_day
from scenes.breakfast.rules.rule import DatedRule
from scenes.breakfast.service import days, orders
from scenes.breakfast.service.orders import OrderWish
from scenes.breakfast.service.repeats import ahead_hours, as_repeat, wishes_of
from scenes.breakfast.store import repeats as store
from scenes.breakfast.tables import BreakfastRepeatRow
from scenes.common.booking.ledger import Ledger, Move
from scenes.common.booking.wire import Booking
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, instant, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.outbox import emit
from scenes.common.kit.refusals import Busy, Refusal
from scenes.common.kit.wire import fingerprint
from scenes.common.people.errors import PatientNotFound

BATCH: Final = 500
PLACED: Final = "breakfast.repeat_placed"
FAILED: Final = "breakfast.repeat_failed"

_booking = msgspec.json.Decoder(Booking)


async def place_due(database: Database, ledger: Ledger, clock: Clock) -> int:
    """Place every weekly order that is due; return how many days were dealt with.

    Safe to repeat and to be killed: the order's key is the repeat's and the day's, and a day is told of
    once. A busy ledger leaves the day for the next run.
    """
    count, after = 0, None
    while True:
        async with database.read() as session:
            rules = await days.rules_in_force(session)
            weekdays = _weekdays_due(rules, clock())
            rows = await store.running(session, weekdays=weekdays, after=after, limit=BATCH)
        for row, day in _due(rows, rules, clock()):
            count += await place_one(database, ledger, clock, row=row, day=day)
        if len(rows) < BATCH:
            return count
        after = rows[-1].id


def _weekdays_due(rules: Sequence[DatedRule], now: datetime) -> list[int]:
    """Name the weekdays that some rule may order for now, so that the others are not read at all."""
    hours = max((int(rule.values.get("repeatAheadHours", 0)) for rule in rules), default=0)
    ahead = range((local_day(now + timedelta(hours=hours)) - local_day(now)).days + 1)
    return sorted({(local_day(now) + timedelta(days=each)).weekday() for each in ahead})


def _due(
    rows: Sequence[BreakfastRepeatRow], rules: Sequence[DatedRule], now: datetime
) -> list[tuple[BreakfastRepeatRow, date]]:
    due: list[tuple[BreakfastRepeatRow, date]] = []
    for row in rows:
        ahead = ahead_hours(row, rules, now)
        if ahead is None:
            continue
        repeat = as_repeat(row)
        day = next_day(repeat, now=now, ahead_hours=ahead)
        if is_due(repeat, day, now=now, ahead_hours=ahead):
            due.append((row, day))
    return due


async def place_one(
    database: Database, ledger: Ledger, clock: Clock, *, row: BreakfastRepeatRow, day: date
) -> bool:
    """Order one day of a weekly order as it was read; False when the ledger is busy.

    Skipped or ended since it was read, the order is called off again.
    """
    try:
        answer = await orders.order(
            database,
            ledger,
            clock,
            resident=Resident(row.booked_by, row.id),
            wish=_wish(row, day),
            key=f"repeat:{row.id}:{day}",
            fingerprint=fingerprint("/breakfast/repeats", [str(row.id), day]),
            repeat_id=row.id,
        )
    except Busy:
        return False
    except Refusal as refusal:
        async with database.transaction() as session:
            await _tell_failed(session, row.id, day, refusal, now=clock())
        return True
    booking = _booking.decode(answer.body)
    async with database.transaction() as session:
        wanted = await _tell_placed(session, row.id, day, booking, now=clock())
    if not wanted:
        await ledger.move(
            Move(booking_id=booking.id, event="cancel", by="system", reason="repeat:skipped meanwhile")
        )
    return True


def _wish(row: BreakfastRepeatRow, day: date) -> OrderWish:
    return OrderWish(
        place_id=row.place_id,
        window_id=names.slot_window(row.place_id, instant(day, row.at)),
        items=wishes_of(row),
        note=row.note,
        person_id=None if row.person_id == row.booked_by else row.person_id,
    )


async def _tell_placed(
    session: AsyncSession, repeat_id: UUID, day: date, booking: Booking, *, now: datetime
) -> bool:
    """Write down that a day is ordered and tell of it; False when it was skipped or ended meanwhile."""
    row = await store.locked(session, repeat_id)
    if row is None or row.ended_at is not None or day.isoformat() in row.skips:
        return False
    if row.placed_until is None or row.placed_until < day:
        row.placed_until = day
        facts = {
            "bookingId": str(booking.id),
            "title": booking.title,
            "startsAt": booking.starts_at.isoformat(),
            "until": booking.hold_expires_at.isoformat() if booking.hold_expires_at else None,
            "amountFen": booking.amount_fen,
        }
        emit(session, PLACED, subject_id=row.person_id, payload=_common(row) | facts, at=now)
    return True


async def _tell_failed(
    session: AsyncSession, repeat_id: UUID, day: date, refusal: Refusal, *, now: datetime
) -> None:
    """Write down that a day cannot be had and tell why; a repeat for somebody else's person ends."""
    row = await store.locked(session, repeat_id)
    if row is None or row.ended_at is not None or (row.placed_until is not None and row.placed_until >= day):
        return
    row.placed_until = day
    known = {item.id: item.name for item in await store.items_named(session, _item_ids(row))}
    title = orders.title_of([(known[wish.item_id], wish.quantity) for wish in wishes_of(row)])
    facts = {
        "title": title,
        "startsAt": instant(day, row.at).isoformat(),
        "code": refusal.code,
        "why": refusal.detail,
        "amountFen": 0,
    }
    if isinstance(refusal, PatientNotFound):
        await store.end(session, row, now)
    told = row.booked_by if isinstance(refusal, PatientNotFound) else row.person_id
    emit(session, FAILED, subject_id=told, payload=_common(row) | facts, at=now)


def _item_ids(row: BreakfastRepeatRow) -> list[UUID]:
    return [wish.item_id for wish in wishes_of(row)]


def _common(row: BreakfastRepeatRow) -> dict[str, str]:
    return {
        "scene": days.SCENE,
        "repeatId": str(row.id),
        "placeId": str(row.place_id),
        "bookedBy": str(row.booked_by),
    }

"""Collecting an order at the counter, once; and what becomes of food that nobody fetched."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import AlreadyCollected, BatchRecalled, CodeForged, PointNotFound
from scenes.breakfast.rules.rule import rule_for
from scenes.breakfast.service import days
from scenes.breakfast.store import collect as store
from scenes.breakfast.store import days as days_store
from scenes.breakfast.tables import BreakfastHandedRow
from scenes.common.booking import service as booking
from scenes.common.booking.counter import Known, check_in, unpaid
from scenes.common.booking.errors import (
    BookingNotFound,
    IllegalMove,
    RedeemInvalid,
    SeveralFound,
)
from scenes.common.booking.ledger import BookingRecord, Ledger, Move
from scenes.common.booking.voucher import VoucherForged, VoucherSigner, read_voucher
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, instant, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import kept_answer
from scenes.common.kit.money import percent_of
from scenes.common.kit.outbox import Event
from scenes.common.kit.speech import heard_when
from scenes.common.people import service as people
from scenes.common.people.service import append_audit

NEAR: Final = timedelta(days=1)
"""Orders of yesterday to tomorrow are looked for at the counter."""


class Counter(msgspec.Struct, frozen=True):
    """What collecting needs of the house."""

    database: Database
    ledger: Ledger
    cipher: FieldCipher
    vouchers: VoucherSigner
    clock: Clock


async def redeem(
    counter: Counter, *, staff: Staff, known: Known, key: str | None, fingerprint: bytes
) -> BookingRecord:
    """Hand an order out, once; the same key again shows the same order.

    Refuses with RedeemInvalid, CodeForged, BookingNotFound, SeveralFound, PaymentDue, AlreadyCollected
    (saying when), BatchRecalled, and TooEarly or TooLate for another hour's order.
    """
    now = counter.clock()
    async with counter.database.transaction() as session:
        booking_id = await _find(session, counter, staff, known)
        record = await booking.any_booking(session, booking_id)
        await append_audit(
            session, staff.staff_id, action="staff.redeem", subject_ids=[record.person_id], now=now
        )
        repeated = key is not None and await kept_answer(
            session, staff.staff_id, key=key, fingerprint=fingerprint
        )
        handed = await store.handed_at(session, booking_id)
        portions = await store.portions(session, booking_id)
    if handed is not None and not repeated:
        raise AlreadyCollected(f"这一份{heard_when(handed, now)}已经取走了。")
    if record.state == "held":
        raise unpaid(record)
    if handed is None:  # also when a process died between checking in and writing down who got what
        check_not_recalled(portions)
        await _check_in(counter.ledger, record, staff=staff, key=key, fingerprint=fingerprint)
        await _hand_out(counter, record, staff=staff)
    return await _finish(counter, record.id)


def check_not_recalled(portions: Sequence[RowMapping]) -> None:
    """Refuse to hand out what is of a recalled batch now (BatchRecalled names it)."""
    bad = [
        each["name"] for each in portions if each["batch_no"] and each["batch_no"] == each["recalled_batch"]
    ]
    if bad:
        raise BatchRecalled(f"{'、'.join(bad)}是召回的批次,不能给人吃。请换一批,或退钱。")


async def _check_in(
    ledger: Ledger, record: BookingRecord, *, staff: Staff, key: str | None, fingerprint: bytes
) -> None:
    if record.state == "checked_in":
        return
    try:
        await ledger.move(check_in(record.id, staff, key=key, fingerprint=fingerprint))
    except IllegalMove:
        raise AlreadyCollected from None


async def _hand_out(counter: Counter, record: BookingRecord, *, staff: Staff) -> None:
    """Write down who gets which batch of what: the row that can be written once decides."""
    now = counter.clock()
    async with counter.database.transaction() as session:
        portions = await store.portions(session, record.id)
        check_not_recalled(portions)  # again: a recall may have come since the counter looked
        rows = [
            BreakfastHandedRow(
                booking_id=record.id, stock_id=row["stock_id"], person_id=record.person_id,
                booked_by=record.booked_by, batch_no=row["batch_no"], units=row["units"],
                handed_by=staff.staff_id, at=now,
            )
            for row in portions
        ]  # fmt: skip
        if not await store.hand_out(session, rows):
            raise AlreadyCollected


async def _finish(counter: Counter, booking_id: UUID) -> BookingRecord:
    await _fulfil(counter.ledger, booking_id)
    async with counter.database.read() as session:
        return await booking.any_booking(session, booking_id)


async def _fulfil(ledger: Ledger, booking_id: UUID) -> None:
    """Close the booking of what was handed out, unless the counter or the job has just closed it."""
    with suppress(IllegalMove):
        await ledger.move(Move(booking_id=booking_id, event="fulfil", by="system"))


async def finish_handed(database: Database, ledger: Ledger) -> None:
    """Close the bookings of orders that were handed out just before a process died."""
    async with database.read() as session:
        open_ones = await store.handed_but_open(session)
    for booking_id in open_ones:
        await _fulfil(ledger, booking_id)


async def _find(session: AsyncSession, counter: Counter, staff: Staff, known: Known) -> UUID:
    places = await _places(session, staff)
    today = local_day(counter.clock())
    since, until = instant(today, time()) - NEAR, instant(today, time()) + 2 * NEAR
    if known.is_signed:
        return _signed((known.code or "").strip(), counter.vouchers, places)
    if known.spoken:
        rows = await store.by_code(session, places, known.spoken, since=since, until=until)
    elif known.by_name:
        name, number = known.by_name
        found = await store.by_name(session, places, name, since=since, until=until)
        rows = [row for row in found if people.answers_to(row, number, counter.cipher)]
    else:
        raise RedeemInvalid
    return _only(rows)


def _signed(code: str, vouchers: VoucherSigner, places: frozenset[UUID]) -> UUID:
    try:
        voucher = read_voucher(code, vouchers.public_key)
    except VoucherForged:
        raise CodeForged from None
    if voucher.place_id not in places:
        raise BookingNotFound("这一份不在这里取。", detail_en="This order is collected elsewhere.")
    return voucher.booking_id


def _only(rows: Sequence[RowMapping]) -> UUID:
    """Choose the one order that fits; several not yet collected ones want a better word."""
    waiting = [row for row in rows if row["state"] != "fulfilled"]
    if len(waiting) > 1:
        raise SeveralFound
    if not rows:
        raise BookingNotFound
    return rows[0]["id"]


async def _places(session: AsyncSession, staff: Staff) -> frozenset[UUID]:
    if staff.role != "district":
        return staff.place_ids
    return frozenset(point.place_id for point in await days_store.points(session))


def check_scope(staff: Staff, place_id: UUID) -> None:
    """Refuse points outside a member of staff's scope as if they did not exist (PointNotFound)."""
    if not staff.may_work_at(place_id):
        raise PointNotFound


async def release_uncollected(session: AsyncSession, event: Event) -> None:
    """Put the portions of a missed order back on sale while the point is still open, once."""
    if event.payload["scene"] == days.SCENE:
        await store.release_once(session, UUID(event.payload["bookingId"]), now=event.at)


async def sell_cheaper(session: AsyncSession, *, now: datetime) -> frozenset[UUID]:
    """Lower the price of what is left in a point's last minutes; name the points where that began."""
    rules, today = await days.rules_in_force(session), local_day(now)
    touched: set[UUID] = set()
    for row in await store.getting_cheaper(session, today, now):
        rule = rule_for(row["place_id"], today, rules)
        if now >= row["closes_at"] - timedelta(minutes=rule.clearance_minutes):
            price = percent_of(row["price_fen"], rule.clearance_percent)
            await store.lower_price(session, row, price_fen=price, now=now)
            touched.add(row["place_id"])
    return frozenset(touched)

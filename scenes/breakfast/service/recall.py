"""Batches on every item, and recalls: one query says whom a batch reached, one act tells them all."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import StockNotFound
from scenes.breakfast.rules.kitchen import StockChange, new_capacity
from scenes.breakfast.rules.recall import Kind, Touched, batch_number, words
from scenes.breakfast.service.days import SCENE
from scenes.breakfast.service.kitchen import own_stock
from scenes.breakfast.store import kitchen as kitchen_store
from scenes.breakfast.store import recall as store
from scenes.breakfast.tables import BreakfastBatchRow, BreakfastStockRow
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import emit
from scenes.common.people.service import append_audit

TOPIC = "breakfast.recalled"


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody a batch reached (`got`, at), or whose order waits for it (`waiting`, from)."""

    kind: Kind
    booking_id: UUID
    person_id: UUID
    booked_by: UUID
    person_name: str
    place_id: UUID
    place_name: str
    item: str
    units: int
    at: datetime


class Recall(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a batch reached; `elsewhere` counts those of points outside the asker's scope."""

    batch_no: str
    reached: tuple[Reached, ...]
    elsewhere: int

    @property
    def people(self) -> list[UUID]:
        """Everyone reached, once."""
        return sorted({each.person_id for each in self.reached})


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A recall carried out: how many people are told, and what stopped being sold where."""

    batch_no: str
    told: int
    elsewhere: int
    stopped: tuple[tuple[UUID, date], ...]


async def set_batch(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    staff: Staff,
    stock_id: UUID,
    *,
    batch_no: str,
    units: int | None,
    now: datetime,
) -> BreakfastStockRow:
    """Hand out another batch of an item from now on; `units` more of it come with the batch.

    Refuses with StockNotFound, BatchInvalid and StockChangeInvalid.
    """
    number = batch_number(batch_no)
    row = await own_stock(session, staff, stock_id, lock=True)
    if units:
        window = await booking_store.window(session, row.window_id, lock=True)
        if window is None:
            raise StockNotFound
        more = new_capacity(
            StockChange(add=units), capacity=window.capacity, taken=window.taken, usual=window.capacity
        )
        await booking.change_capacity(session, window.id, more, now=now)
    row.batch_no = number
    kitchen_store.add_batch(
        session,
        BreakfastBatchRow(id=new_id(), stock_id=stock_id, batch_no=number, since=now, set_by=staff.staff_id),
    )
    await append_audit(session, staff.staff_id, action="staff.breakfast.batch", now=now)
    return row


async def recall_of(session: AsyncSession, staff: Staff, batch_no: str, *, now: datetime) -> Recall:
    """Say whom a batch reached and whom it would reach; who saw whom is written down (BatchInvalid)."""
    recall = await _recall(session, staff, batch_number(batch_no), now=now)
    await append_audit(
        session, staff.staff_id, action="staff.recall.read", subject_ids=recall.people, now=now
    )
    return recall


async def _recall(session: AsyncSession, staff: Staff, number: str, *, now: datetime) -> Recall:
    rows: Sequence[RowMapping] = [
        *await store.got(session, number),
        *await store.waiting(session, number, now=now),
    ]
    own = [row for row in rows if staff.may_work_at(row["place_id"])]
    return Recall(
        batch_no=number,
        reached=tuple(msgspec.convert(dict(row), Reached) for row in own),
        elsewhere=len(rows) - len(own),
    )


async def tell_all(session: AsyncSession, staff: Staff, batch_no: str, *, reason: str, now: datetime) -> Told:
    """Tell everyone whom a batch reached or would reach, once however often; sell and hand it out no more.

    An event for each person and arranger leaves with the same commit (BatchInvalid).
    """
    recall = await _recall(session, staff, batch_number(batch_no), now=now)
    touched = [
        Touched(kind=each.kind, person_id=each.person_id, booked_by=each.booked_by, item=each.item)
        for each in recall.reached
    ]
    for word in words(touched):
        payload = {
            "scene": SCENE, "batchNo": recall.batch_no, "title": "、".join(word.items), "reason": reason,
            "collected": word.collected, "bookedBy": str(word.booked_by),
        }  # fmt: skip
        emit(session, TOPIC, subject_id=word.person_id, payload=payload, at=now)
    stopped = await _stop_selling(session, staff, recall.batch_no, now=now)
    await append_audit(
        session, staff.staff_id, action="staff.recall.tell", subject_ids=recall.people, now=now
    )
    return Told(
        batch_no=recall.batch_no, told=len(recall.people), elsewhere=recall.elsewhere, stopped=stopped
    )


async def _stop_selling(
    session: AsyncSession, staff: Staff, number: str, *, now: datetime
) -> tuple[tuple[UUID, date], ...]:
    found = [
        row
        for row in await store.on_sale(session, number, local_day(now))
        if staff.may_work_at(row["place_id"])
    ]
    await booking_store.stop_windows(session, [row["window_id"] for row in found])
    await store.mark_recalled(session, [row["stock_id"] for row in found], number)
    return tuple(sorted({(row["place_id"], row["day"]) for row in found}))

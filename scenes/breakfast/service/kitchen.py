"""The kitchen of a point: orders by pick-up slot, what to make, and stock that goes up and down."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import PointNotFound, StockNotFound
from scenes.breakfast.rules import days as names
from scenes.breakfast.rules.kitchen import (
    SHOWN,
    Portions,
    StockChange,
    allergens_of,
    check_stock_change,
    is_made,
    new_capacity,
    summed,
    waits,
)
from scenes.breakfast.service.collect import check_scope
from scenes.breakfast.service.menu import forget_menu
from scenes.breakfast.store import days as days_store
from scenes.breakfast.store import kitchen as store
from scenes.breakfast.tables import BreakfastStockRow
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.booking.counter import made_at_desk
from scenes.common.booking.errors import CapacityBelowBooked
from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.caller import Staff
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.people.service import append_audit


class KitchenOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the kitchen needs it; the record holds the name, which no shared screen shows whole."""

    record: BookingRecord
    items: tuple[Portions, ...]
    allergens: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Tell whether it is still to be handed out."""
        return waits(self.record.state, at_desk=made_at_desk(self.record))

    @property
    def made(self) -> bool:
        """Tell whether food is made for it."""
        return is_made(self.record.state, at_desk=made_at_desk(self.record))


class KitchenSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A pick-up slot: its orders, what they come to, and what of that is still to be handed out.

    `orderable` tells whether it can still be ordered for.
    """

    window_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    free: int
    orderable: bool
    orders: tuple[KitchenOrder, ...]
    sums: tuple[Portions, ...]
    waiting: tuple[Portions, ...]


class KitchenStock(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the day: how many there are, how many are left to sell, and which batch is handed out."""

    stock_id: UUID
    window_id: UUID
    item_id: UUID
    name: str
    capacity: int
    taken: int
    left: int
    sells: bool
    batch_no: str | None
    allergens: tuple[str, ...]


class KitchenView(msgspec.Struct, frozen=True, kw_only=True):
    """A point's day for those who cook and hand out."""

    place_id: UUID
    day: date
    kind: str
    slots: tuple[KitchenSlot, ...]
    stock: tuple[KitchenStock, ...]
    sums: tuple[Portions, ...]

    @property
    def orders(self) -> list[KitchenOrder]:
        """Every order of the day by slot."""
        return [order for slot in self.slots for order in slot.orders]

    @property
    def people(self) -> set[UUID]:
        """Name everybody whose name is shown."""
        return {order.record.person_id for order in self.orders}


async def board_of(
    session: AsyncSession, staff: Staff, *, place_id: UUID, day: date, now: datetime
) -> KitchenView:
    """Read a point's day for its staff (PointNotFound outside the scope)."""
    check_scope(staff, place_id)
    point = await days_store.point(session, place_id)
    if point is None:
        raise PointNotFound
    menu = await days_store.menu(session, place_id, day)
    groups = [names.slots_group(place_id, day), names.stock_group(place_id, day)]
    windows = await booking_store.windows_of(session, groups, now)
    orders = await _orders(session, place_id, day, menu)
    slots = [_slot(row, orders, now) for row in windows if row["group_id"] == groups[0]]
    units = {row["id"]: row for row in windows}
    return KitchenView(
        place_id=place_id,
        day=day,
        kind=point.kind,
        slots=tuple(slots),
        stock=tuple(_stock(row, units[row["window_id"]]) for row in menu),
        sums=summed(order.items for order in orders if order.made),
    )


async def _orders(
    session: AsyncSession, place_id: UUID, day: date, menu: Sequence[RowMapping]
) -> list[KitchenOrder]:
    items: dict[UUID, str] = {row["window_id"]: row["name"] for row in menu}
    allergens: dict[str, tuple[str, ...]] = {row["name"]: _words(row["allergens"]) for row in menu}
    rows = await booking_store.of_group(session, names.slots_group(place_id, day))
    return [_order(booking.as_record(row), items, allergens) for row in rows if row["state"] in SHOWN]


def _order(
    record: BookingRecord, items: Mapping[UUID, str], allergens: Mapping[str, Iterable[str]]
) -> KitchenOrder:
    portions = tuple(
        Portions(items[line.window_id], line.units) for line in record.lines if line.window_id in items
    )
    return KitchenOrder(record=record, items=portions, allergens=allergens_of(portions, allergens))


def _words(value: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(word) for word in value)


def _slot(row: RowMapping, orders: Iterable[KitchenOrder], now: datetime) -> KitchenSlot:
    own = [order for order in orders if any(line.window_id == row["id"] for line in order.record.lines)]
    return KitchenSlot(
        window_id=row["id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        capacity=row["capacity"],
        free=max(0, row["free"]),
        orderable=row["state"] == "open" and row["free"] > 0 and now < row["closes_at"],
        orders=tuple(own),
        sums=summed(order.items for order in own if order.made),
        waiting=summed(order.items for order in own if order.waits),
    )


def _stock(row: RowMapping, window: RowMapping) -> KitchenStock:
    """Show an item; all numbers are of one reading of its window, so that they fit each other."""
    left = max(0, window["free"]) if window["state"] == "open" else 0
    return KitchenStock(
        stock_id=row["stock_id"],
        window_id=row["window_id"],
        item_id=row["item_id"],
        name=row["name"],
        capacity=window["capacity"],
        taken=window["taken"],
        left=left,
        sells=left > 0,
        batch_no=row["batch_no"],
        allergens=_words(row["allergens"]),
    )


async def own_stock(
    session: AsyncSession, staff: Staff, stock_id: UUID, *, lock: bool = False
) -> BreakfastStockRow:
    """Read an item's stock of a day within a member of staff's scope (StockNotFound)."""
    row = await store.stock(session, stock_id, lock=lock)
    if row is None or not staff.may_work_at(row.place_id):
        raise StockNotFound
    return row


async def change_stock(
    session: AsyncSession, staff: Staff, stock_id: UUID, change: StockChange, *, now: datetime
) -> tuple[BreakfastStockRow, BookingWindowRow]:
    """Change what there is of an item: more, fewer, sold out, or on sale again.

    Sold out leaves no more than is ordered, so only what somebody gives up is sold again; on sale again is
    an ordinary day's stock. Refuses with StockNotFound, StockChangeInvalid, and CapacityBelowBooked where
    more is ordered than would be left.
    """
    check_stock_change(change)
    row = await own_stock(session, staff, stock_id)
    window = await booking_store.window(session, row.window_id, lock=True)
    if window is None:
        raise StockNotFound
    if change.sold_out is False:
        window.state = "open"
    usual = await store.usual_stock(session, row.item_id)
    capacity = new_capacity(change, capacity=window.capacity, taken=window.taken, usual=usual)
    window = await _resize(session, window, capacity, now=now)
    await append_audit(session, staff.staff_id, action="staff.breakfast.stock", now=now)
    return row, window


async def _resize(
    session: AsyncSession, window: BookingWindowRow, capacity: int, *, now: datetime
) -> BookingWindowRow:
    try:
        return await booking.change_capacity(session, window.id, capacity, now=now)
    except CapacityBelowBooked:
        raise CapacityBelowBooked(
            f"已经有人订了{window.taken}份,不能再少。", detail_en="More is ordered than that."
        ) from None


async def tell_stock(database: Database, fanout: Fanout, place_id: UUID, day: date) -> None:
    """Forget the menu kept here and hint to every live page that stock has changed; after the commit."""
    forget_menu(database, place_id, day)
    topics = (f"place:{place_id}", f"group:{names.stock_group(place_id, day)}")
    await fanout.publish_all(topics, b"stock")

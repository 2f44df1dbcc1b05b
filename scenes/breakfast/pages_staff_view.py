"""What the kitchen's pages say: the day by slot, stock, the list to cook by."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

import msgspec

from scenes.breakfast.pages_view import ALLERGENS
from scenes.breakfast.rules.kitchen import Portions
from scenes.breakfast.service.kitchen import KitchenOrder, KitchenSlot, KitchenStock, KitchenView
from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.pages_desk import DayFrame, day_frame
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import spoken_day

CODE_END: Final = 4
STATES: Final = {
    "held": Mark("few", "取时付款"),
    "confirmed": Mark("ok", "等取"),
    "checked_in": Mark("ok", "正在取"),
    "fulfilled": Mark("off", "已取"),
    "no_show": Mark("full", "没来取"),
}


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the same point."""

    href: str
    text: str
    here: bool


class SlotRow(msgspec.Struct, frozen=True, kw_only=True):
    """A pick-up slot of the board."""

    time: str
    orders: int
    capacity: int
    fetched: int
    to_make: str
    mark: Mark
    now: bool


class StockRow(msgspec.Struct, frozen=True, kw_only=True):
    """An item's stock of the day, and what can be done with it."""

    id: str
    name: str
    capacity: int
    taken: int
    left: int
    batch: str
    mark: Mark
    on_sale: bool


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What has just been handed out, name masked."""

    name: str
    items: list[str]
    note: str


class BoardPage(msgspec.Struct, frozen=True, kw_only=True):
    """A point's day."""

    frame: DayFrame
    tabs: list[Tab]
    orders: int
    fetched: int
    waiting: int
    left: int
    slots: list[SlotRow]
    stock: list[StockRow]
    may_change: bool
    refunds: int = 0
    result: Fetched | None = None
    problem: str = ""
    pay_href: str = ""
    typed: str = ""


class Bag(msgspec.Struct, frozen=True, kw_only=True):
    """An order to be packed."""

    code_end: str
    name: str
    items: str
    note: str
    allergens: str
    mark: Mark


class CookSlot(msgspec.Struct, frozen=True, kw_only=True):
    """What a slot needs."""

    time: str
    sums: list[Portions]
    bags: list[Bag]


class CookPage(msgspec.Struct, frozen=True, kw_only=True):
    """The list to cook by, to be printed."""

    place: str
    day: str
    as_of: str
    tabs: list[Tab]
    sums: list[Portions]
    slots: list[CookSlot]


def tabs_of(place_id: object, day: date, *, kind: str, here: str) -> list[Tab]:
    """List the pages of a point; only a cart can be put out of order."""
    pages = [
        ("", "今日"),
        ("/counter", "取餐台(没网也能用)"),
        ("/walk-in", "现场和电话订餐"),
        ("/kitchen", "备餐单"),
        ("/forecast", "明天要备多少"),
        ("/recall", "批号和召回"),
    ]
    if kind == "cart":
        pages.append(("/cart", "餐车停用"))
    return [
        Tab(
            href=f"/staff/breakfast{path}?placeId={place_id}"
            + (f"&date={day}" if path in {"", "/kitchen", "/walk-in"} else ""),
            text=text,
            here=path == here,
        )
        for path, text in pages
    ]


def board_page(
    board: KitchenView,
    *,
    place: str,
    now: datetime,
    refunds: int = 0,
    result: Fetched | None = None,
    problem: str = "",
    pay_href: str = "",
    typed: str = "",
) -> BoardPage:
    """Show a point's day."""
    today = local_day(now)
    orders = [order for order in board.orders if order.made]
    return BoardPage(
        frame=day_frame("/staff/breakfast", board.place_id, place=place, day=board.day, now=now),
        tabs=tabs_of(board.place_id, board.day, kind=board.kind, here=""),
        orders=len(orders),
        fetched=sum(order.record.state == "fulfilled" for order in orders),
        waiting=sum(order.waits for order in orders),
        left=sum(stock.left for stock in board.stock),
        slots=[_slot_row(slot, now) for slot in board.slots],
        stock=[_stock_row(stock) for stock in board.stock],
        may_change=board.day >= today,
        refunds=refunds,
        result=result,
        problem=problem,
        pay_href=pay_href,
        typed=typed,
    )


def _slot_row(slot: KitchenSlot, now: datetime) -> SlotRow:
    orders = [order for order in slot.orders if order.made]
    return SlotRow(
        time=f"{shanghai(slot.starts_at):%-H:%M}–{shanghai(slot.ends_at):%-H:%M}",
        orders=len(orders),
        capacity=slot.capacity,
        fetched=sum(order.record.state == "fulfilled" for order in orders),
        to_make=_joined(slot.waiting),
        mark=_slot_mark(slot, now),
        now=slot.starts_at <= now < slot.ends_at,
    )


def _slot_mark(slot: KitchenSlot, now: datetime) -> Mark:
    if slot.ends_at <= now:
        return Mark("off", "已结束")
    if slot.orderable:
        return Mark("ok", f"还能订{slot.free}单")
    return Mark("full", "订满") if slot.free <= 0 else Mark("off", "不再接单")


def _stock_row(stock: KitchenStock) -> StockRow:
    few = 0 < stock.left <= max(1, stock.capacity // 10)
    mark = Mark("few", "快没了") if few else Mark("ok", "在卖")
    return StockRow(
        id=str(stock.stock_id),
        name=stock.name,
        capacity=stock.capacity,
        taken=stock.taken,
        left=stock.left,
        batch=stock.batch_no or "没有登记",
        mark=mark if stock.sells else Mark("full", "卖完"),
        on_sale=stock.sells,
    )


def _joined(portions: Iterable[Portions]) -> str:
    return "、".join(f"{item.name} {item.units}" for item in portions) or "没有"


def fetched_of(record: BookingRecord) -> Fetched:
    """Show an order that was just handed out; the pick-up time and the subsidy are nothing to hand out."""
    return Fetched(
        name=mask_name(record.person_name),
        items=[f"{line.label} {line.units}份" for line in record.lines if line.unit_fen > 0],
        note=record.note or "",
    )


def cook_page(board: KitchenView, *, place: str, now: datetime) -> CookPage:
    """Show what is to be made, slot by slot; slots without an order are left out."""
    return CookPage(
        place=place,
        day=spoken_day(board.day, local_day(now)),
        as_of=f"{shanghai(now):%-H:%M}",
        tabs=tabs_of(board.place_id, board.day, kind=board.kind, here="/kitchen"),
        sums=list(board.sums),
        slots=[_cook_slot(slot) for slot in board.slots if slot.sums],
    )


def _cook_slot(slot: KitchenSlot) -> CookSlot:
    return CookSlot(
        time=f"{shanghai(slot.starts_at):%-H:%M}–{shanghai(slot.ends_at):%-H:%M}",
        sums=list(slot.sums),
        bags=[_bag(order) for order in slot.orders if order.made],
    )


def _bag(order: KitchenOrder) -> Bag:
    record = order.record
    return Bag(
        code_end=record.code[-CODE_END:],
        name=mask_name(record.person_name),
        items=_joined(order.items),
        note=record.note or "",
        allergens="、".join(ALLERGENS.get(code, code) for code in order.allergens),
        mark=STATES[record.state],
    )

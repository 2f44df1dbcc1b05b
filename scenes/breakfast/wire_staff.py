"""The breakfast room as the wire shows it to staff; names are masked, since these screens are shared."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from scenes.breakfast.rules.kitchen import Portions, StockChange
from scenes.breakfast.service.carts import OutDone, OutPreview
from scenes.breakfast.service.forecast import ItemForecast, PointForecast
from scenes.breakfast.service.kitchen import KitchenOrder, KitchenSlot, KitchenStock, KitchenView
from scenes.breakfast.tables import BreakfastStockRow
from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.wire import Wire, WireRequest
from scenes.common.places.datum import Datum

CODE_END = 4
"""Digits of a code that a bag is marked with: enough to find it, too few to fetch it."""

Weather = Literal["fine", "cloudy", "rain", "storm", "snow", "hot"]
BatchNo = Annotated[str, msgspec.Meta(min_length=2, max_length=40)]
Why = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class KitchenItem(Wire, frozen=True, kw_only=True):
    """So many portions of an item."""

    name: str
    units: int


def _items(portions: tuple[Portions, ...]) -> list[KitchenItem]:
    return [KitchenItem(name=each.name, units=each.units) for each in portions]


class KitchenBag(Wire, frozen=True, kw_only=True):
    """An order on a shared screen; `code_end` is what its bag is marked with."""

    id: UUID
    state: str
    name: str
    code_end: str
    items: list[KitchenItem]
    note: str | None
    allergens: list[str]

    @classmethod
    def of(cls, order: KitchenOrder) -> "KitchenBag":
        """Show an order with the name masked."""
        record = order.record
        return cls(
            id=record.id, state=record.state, name=mask_name(record.person_name),
            code_end=record.code[-CODE_END:], items=_items(order.items), note=record.note,
            allergens=list(order.allergens),
        )  # fmt: skip


class KitchenSlotShown(Wire, frozen=True, kw_only=True):
    """A pick-up slot: its orders, what is made for it in all, and what still waits."""

    window_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    free: int
    items: list[KitchenItem]
    waiting: list[KitchenItem]
    orders: list[KitchenBag]

    @classmethod
    def of(cls, slot: KitchenSlot) -> "KitchenSlotShown":
        """Show a slot."""
        return cls(
            window_id=slot.window_id, starts_at=shanghai(slot.starts_at), ends_at=shanghai(slot.ends_at),
            capacity=slot.capacity, free=slot.free, items=_items(slot.sums), waiting=_items(slot.waiting),
            orders=[KitchenBag.of(order) for order in slot.orders],
        )  # fmt: skip


class KitchenStockShown(Wire, frozen=True, kw_only=True):
    """An item of the day; `on_sale` tells whether any can be ordered now."""

    id: UUID
    item_id: UUID
    name: str
    capacity: int
    taken: int
    left: int
    on_sale: bool
    batch_no: str | None
    allergens: list[str]

    @classmethod
    def of(cls, stock: KitchenStock) -> "KitchenStockShown":
        """Show an item's stock."""
        return cls(
            id=stock.stock_id, item_id=stock.item_id, name=stock.name, capacity=stock.capacity,
            taken=stock.taken, left=stock.left, on_sale=stock.sells, batch_no=stock.batch_no,
            allergens=list(stock.allergens),
        )  # fmt: skip


class KitchenBoard(Wire, frozen=True, kw_only=True):
    """A point's day for those who cook and hand out."""

    place_id: UUID
    day: date = msgspec.field(name="date")
    kind: str
    as_of: datetime
    items: list[KitchenItem]
    slots: list[KitchenSlotShown]
    stock: list[KitchenStockShown]

    @classmethod
    def of(cls, view: KitchenView, now: datetime) -> "KitchenBoard":
        """Show a point's day."""
        return cls(
            place_id=view.place_id, day=view.day, kind=view.kind, as_of=shanghai(now),
            items=_items(view.sums), slots=[KitchenSlotShown.of(slot) for slot in view.slots],
            stock=[KitchenStockShown.of(stock) for stock in view.stock],
        )  # fmt: skip


class StockRequest(WireRequest, frozen=True, kw_only=True):
    """Exactly one: so many more (or fewer), so many in all, or sold out and on sale again."""

    add: int | None = None
    capacity: int | None = None
    sold_out: bool | None = None

    def change(self) -> StockChange:
        """Put the request into the room's own words."""
        return StockChange(add=self.add, capacity=self.capacity, sold_out=self.sold_out)


class StockShown(Wire, frozen=True, kw_only=True):
    """An item's stock after a change."""

    id: UUID
    place_id: UUID
    capacity: int
    taken: int
    on_sale: bool
    batch_no: str | None

    @classmethod
    def of(cls, row: BreakfastStockRow, window: BookingWindowRow) -> "StockShown":
        """Show what there is now."""
        return cls(
            id=row.id, place_id=row.place_id, capacity=window.capacity, taken=window.taken,
            on_sale=window.state == "open" and window.taken < window.capacity, batch_no=row.batch_no,
        )  # fmt: skip


class BatchRequest(WireRequest, frozen=True, kw_only=True):
    """The batch handed out from now on, with so many more portions where some came with it."""

    stock_id: UUID
    batch_no: BatchNo
    units: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None


class BatchShown(Wire, frozen=True, kw_only=True):
    """The batch that is handed out now."""

    stock_id: UUID
    batch_no: str
    since: datetime


class WeatherRequest(WireRequest, frozen=True, kw_only=True):
    """What the weather was on a day that is over."""

    place_id: UUID
    day: date = msgspec.field(name="date")
    weather: Weather


class ItemForecastShown(Wire, frozen=True, kw_only=True):
    """What is expected of an item: portions, the range that holds on 80 days of 100, and why.

    Null where the item was never sold; `last_week` is what went on the same weekday a week before.
    """

    item_id: UUID
    name: str
    planned: int
    expected: int | None
    low: int | None
    high: int | None
    last_week: int | None
    why: list[str]

    @classmethod
    def of(cls, item: ItemForecast) -> "ItemForecastShown":
        """Show an item's forecast."""
        found = item.found
        return cls(
            item_id=item.item_id, name=item.name, planned=item.planned,
            expected=found.expected if found else None, low=found.low if found else None,
            high=found.high if found else None, last_week=found.last_week if found else None,
            why=list(item.why),
        )  # fmt: skip


class ForecastShown(Wire, frozen=True, kw_only=True):
    """What is expected of a point on a day."""

    place_id: UUID
    day: date = msgspec.field(name="date")
    weather: str | None
    items: list[ItemForecastShown]

    @classmethod
    def of(cls, found: PointForecast) -> "ForecastShown":
        """Show a point's forecast."""
        items = [ItemForecastShown.of(item) for item in found.items]
        return cls(place_id=found.place_id, day=found.day, weather=found.weather, items=items)


class CartPositionRequest(WireRequest, frozen=True, kw_only=True):
    """Where a cart is, in degrees of a datum."""

    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lng: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    datum: Datum = "wgs84"


class OutOfOrderRequest(WireRequest, frozen=True, kw_only=True):
    """The preview to be carried out, and why."""

    preview_token: Annotated[str, msgspec.Meta(min_length=32, max_length=32)]
    reason: Why


class OutOfOrderOrder(Wire, frozen=True, kw_only=True):
    """An order of a broken cart and where it would go; no place is a refund."""

    id: UUID
    name: str
    title: str
    starts_at: datetime
    amount_fen: int
    to_place_id: UUID | None
    to_place: str | None
    to_starts_at: datetime | None
    metres: int | None


class OutOfOrderShown(Wire, frozen=True, kw_only=True):
    """What putting a cart out of order would do."""

    place_id: UUID
    day: date = msgspec.field(name="date")
    preview_token: str
    moves: int
    refunds: int
    orders: list[OutOfOrderOrder]

    @classmethod
    def of(cls, preview: OutPreview) -> "OutOfOrderShown":
        """Show whom it touches, names masked."""
        orders = [_stranded(preview, record) for record in preview.orders]
        moves = sum(order.to_place_id is not None for order in orders)
        return cls(
            place_id=preview.place_id, day=preview.day, preview_token=preview.token, moves=moves,
            refunds=len(orders) - moves, orders=orders,
        )  # fmt: skip


def _stranded(preview: OutPreview, record: BookingRecord) -> OutOfOrderOrder:
    choice = preview.planned.get(record.id)
    return OutOfOrderOrder(
        id=record.id, name=mask_name(record.person_name), title=record.title,
        starts_at=shanghai(record.starts_at), amount_fen=record.amount_fen,
        to_place_id=choice.place_id if choice else None,
        to_place=preview.names.get(choice.place_id) if choice else None,
        to_starts_at=shanghai(choice.starts_at) if choice else None,
        metres=round(choice.metres) if choice else None,
    )  # fmt: skip


class OutOfOrderDone(Wire, frozen=True, kw_only=True):
    """How many orders this call moved and refunded; the rest a job goes on with."""

    place_id: UUID
    moved: int
    refunded: int

    @classmethod
    def of(cls, done: OutDone) -> "OutOfOrderDone":
        """Show what was done."""
        return cls(place_id=done.place_id, moved=done.moved, refunded=done.refunded)

"""The breakfast room as the wire shows it to residents."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from scenes.breakfast.rules.prices import PriceLine
from scenes.breakfast.service.menu import Menu, MenuItem, MenuSlot
from scenes.breakfast.service.orders import OrderWish, Priced, Wish
from scenes.common.kit.clock import shanghai
from scenes.common.kit.money import spoken_yuan
from scenes.common.kit.wire import Wire, WireRequest

MOST_UNITS = 50


class BreakfastItem(Wire, frozen=True, kw_only=True):
    """An item of the day; prices in fen, `usual_fen` is the price before the last half hour."""

    id: UUID
    name: str
    price_fen: int
    usual_fen: int
    left: int
    allergens: list[str]
    suits: list[str]
    picture: str

    @classmethod
    def of(cls, item: MenuItem) -> "BreakfastItem":
        """Show an item."""
        return cls(
            id=item.item_id, name=item.name, price_fen=item.price_fen, usual_fen=item.usual_fen,
            left=item.left, allergens=list(item.allergens), suits=list(item.suits), picture=item.picture,
        )  # fmt: skip


class PickUpWindow(Wire, frozen=True, kw_only=True):
    """A pick-up slot; `open` tells whether it can be ordered for now, until `closes_at`."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    free: int
    closes_at: datetime
    open: bool

    @classmethod
    def of(cls, slot: MenuSlot) -> "PickUpWindow":
        """Show a slot in Shanghai's time."""
        return cls(
            id=slot.window_id, starts_at=shanghai(slot.starts_at), ends_at=shanghai(slot.ends_at),
            capacity=slot.capacity, free=slot.free, closes_at=shanghai(slot.closes_at), open=slot.open,
        )  # fmt: skip


class BreakfastMenu(Wire, frozen=True, kw_only=True):
    """What a point offers on a day."""

    place_id: UUID
    day: date = msgspec.field(name="date")
    kind: str
    items: list[BreakfastItem]
    windows: list[PickUpWindow]

    @classmethod
    def of(cls, menu: Menu) -> "BreakfastMenu":
        """Show a day's menu."""
        return cls(
            place_id=menu.place_id, day=menu.day, kind=menu.kind,
            items=[BreakfastItem.of(item) for item in menu.items],
            windows=[PickUpWindow.of(slot) for slot in menu.slots],
        )  # fmt: skip


class OrderItem(WireRequest, frozen=True, kw_only=True):
    """So many of one item."""

    item_id: UUID
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)]


class BreakfastOrderRequest(WireRequest, frozen=True, kw_only=True):
    """What is wanted, where and when; `person_id` is a patient of the account, none is oneself.

    `agreed_fen` is the quoted price: where it is given, another price is refused.
    """

    place_id: UUID
    window_id: UUID
    items: Annotated[list[OrderItem], msgspec.Meta(min_length=1, max_length=20)]
    note: Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")] | None = None
    person_id: UUID | None = None
    agreed_fen: Annotated[int, msgspec.Meta(ge=0)] | None = None

    def wish(self) -> OrderWish:
        """Put the request into the room's own words."""
        return OrderWish(
            place_id=self.place_id, window_id=self.window_id, note=self.note, person_id=self.person_id,
            items=tuple(Wish(item_id=item.item_id, quantity=item.quantity) for item in self.items),
        )  # fmt: skip


class QuoteLine(Wire, frozen=True, kw_only=True):
    """A part of the price in words: what was taken, or a rule, whether it counts and why."""

    rule: str
    label: str
    applies: bool
    fen: int
    why: str

    @classmethod
    def of(cls, line: PriceLine) -> "QuoteLine":
        """Show a price rule."""
        return cls(rule=line.rule, label=line.label, applies=line.applies, fen=line.fen, why=line.why)


class BreakfastQuote(Wire, frozen=True, kw_only=True):
    """A price with every rule explained; the applying lines add up to `total_fen`."""

    gross_fen: int
    total_fen: int
    lines: list[QuoteLine]
    speak: str

    @classmethod
    def of(cls, priced: Priced) -> "BreakfastQuote":
        """Show a quote: first what was taken, then each rule."""
        taken = [
            QuoteLine(
                rule="item", label=f"{item.name} {units} 份", applies=True, fen=item.price_fen * units, why=""
            )
            for item, units in priced.portions
        ]
        quote = priced.quote
        return cls(
            gross_fen=quote.gross_fen,
            total_fen=quote.total_fen,
            lines=[*taken, *(QuoteLine.of(line) for line in quote.lines)],
            speak=spoken(priced),
        )


class VoucherKeys(Wire, frozen=True, kw_only=True):
    """The district's public key for vouchers, 32 bytes in base64url without padding."""

    algorithm: str
    public_key: str


def spoken(priced: Priced) -> str:
    """Say a price for the ear."""
    quote = priced.quote
    said = [f"一共{spoken_yuan(quote.gross_fen)}。"] if quote.deductions else []
    said += [f"{line.label.split('(')[0]},减{spoken_yuan(-line.fen)}。" for line in quote.deductions]
    return "".join([*said, f"付{spoken_yuan(quote.total_fen)}。" if quote.total_fen else "不用付钱。"])

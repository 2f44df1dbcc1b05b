"""The kitchen's questions: what is to be made for a slot, and how stock may go up and down."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from scenes.breakfast.errors import StockChangeInvalid

TO_HAND_OUT: Final = frozenset({"confirmed", "checked_in"})
"""Orders that wait for their person."""

MADE_FOR: Final = frozenset({"confirmed", "checked_in", "fulfilled", "no_show"})
"""Orders that the kitchen makes or made food for; what is held is not paid yet."""

HELD: Final = "held"
SHOWN: Final = MADE_FOR | {HELD}
MOST_STOCK: Final = 10_000


class Portions(msgspec.Struct, frozen=True):
    """So many of an item."""

    name: str
    units: int


class StockChange(msgspec.Struct, frozen=True, kw_only=True):
    """How stock is to change: by so many, to so many, or sold out (and on sale again); exactly one."""

    add: int | None = None
    capacity: int | None = None
    sold_out: bool | None = None


def is_made(state: str, *, at_desk: bool) -> bool:
    """Tell whether the kitchen makes an order; what the desk took by phone is paid when it is fetched."""
    return state in MADE_FOR or (at_desk and state == HELD)


def waits(state: str, *, at_desk: bool) -> bool:
    """Tell whether an order is still to be handed out."""
    return state in TO_HAND_OUT or (at_desk and state == HELD)


def summed(orders: Iterable[Iterable[Portions]]) -> tuple[Portions, ...]:
    """Add the items of several orders up, most first."""
    units: Counter[str] = Counter()
    for items in orders:
        for item in items:
            units[item.name] += item.units
    return tuple(Portions(name, count) for name, count in sorted(units.items(), key=_most_first))


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def allergens_of(items: Iterable[Portions], known: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Name every allergen in an order, once each."""
    return tuple(sorted({allergen for item in items for allergen in known.get(item.name, ())}))


def check_stock_change(change: StockChange) -> None:
    """Refuse a change that says nothing or several things at once (StockChangeInvalid)."""
    said = [part for part in (change.add, change.capacity, change.sold_out) if part is not None]
    if len(said) != 1:
        raise StockChangeInvalid(errors=(("", "add, capacity, soldOut: 只写一样 / exactly one"),))
    if change.add == 0:
        raise StockChangeInvalid(errors=(("add", "不能是零 / not zero"),))


def new_capacity(change: StockChange, *, capacity: int, taken: int, usual: int) -> int:
    """Return how many there are after a change; StockChangeInvalid below none and beyond reason.

    Sold out is as many as are taken; on sale again is an ordinary day's stock, or what is taken.
    """
    if change.sold_out is not None:
        return taken if change.sold_out else max(usual, taken)
    wanted = capacity + (change.add or 0) if change.capacity is None else change.capacity
    if not 0 <= wanted <= MOST_STOCK:
        raise StockChangeInvalid(f"数量要在0和{MOST_STOCK}之间。", errors=(("capacity", f"0–{MOST_STOCK}"),))
    return wanted

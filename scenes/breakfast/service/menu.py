"""What a point offers on a day: items with what is left, and pick-up slots with room."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import PointNotFound
from scenes.breakfast.rules import days as names
from scenes.breakfast.rules.rule import BreakfastRule, rule_for
from scenes.breakfast.service.days import rules_in_force
from scenes.breakfast.store import days as store
from scenes.common.booking import store as booking_store
from scenes.common.kit.byte_cache import ByteCache
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database


class MenuItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the day; `usual_fen` is its price before what is left gets cheaper."""

    stock_id: UUID
    window_id: UUID
    item_id: UUID
    name: str
    picture: str
    price_fen: int
    usual_fen: int
    left: int
    capacity: int
    allergens: tuple[str, ...]
    suits: tuple[str, ...]
    batch_no: str | None


class MenuSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A pick-up slot; `open` tells whether it can be ordered for now."""

    window_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    free: int
    closes_at: datetime
    open: bool


class Menu(msgspec.Struct, frozen=True, kw_only=True):
    """A point's day."""

    place_id: UUID
    day: date
    kind: str
    rule: BreakfastRule
    items: tuple[MenuItem, ...]
    slots: tuple[MenuSlot, ...]


async def menu_of(session: AsyncSession, place_id: UUID, day: date, *, now: datetime) -> Menu:
    """Read a point's day (PointNotFound, RuleMissing); a day that is not published has no items."""
    point = await store.point(session, place_id)
    if point is None:
        raise PointNotFound
    rule = rule_for(place_id, day, await rules_in_force(session))
    rows = await store.menu(session, place_id, day)
    group = names.slots_group(place_id, day)
    windows = await booking_store.windows_of(session, [group, names.stock_group(place_id, day)], now)
    free = {window["id"]: max(0, window["free"]) for window in windows}
    return Menu(
        place_id=place_id,
        day=day,
        kind=point.kind,
        rule=rule,
        items=tuple(_item(row, free, now) for row in rows),
        slots=tuple(_slot(row, now) for row in windows if row["group_id"] == group),
    )


def _item(row: RowMapping, free: dict[UUID, int], now: datetime) -> MenuItem:
    sells = row["state"] == "open" and row["opens_at"] <= now < row["closes_at"]
    return MenuItem(
        stock_id=row["stock_id"],
        window_id=row["window_id"],
        item_id=row["item_id"],
        name=row["name"],
        picture=row["picture"],
        price_fen=row["price_fen"],
        usual_fen=row["usual_fen"],
        left=free.get(row["window_id"], 0) if sells else 0,
        capacity=row["capacity"],
        allergens=_words(row["allergens"]),
        suits=_words(row["suits"]),
        batch_no=row["batch_no"],
    )


def _words(value: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(word) for word in value)


def _slot(row: RowMapping, now: datetime) -> MenuSlot:
    is_open = row["state"] == "open" and row["opens_at"] <= now < row["closes_at"] and row["free"] > 0
    return MenuSlot(
        window_id=row["id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        capacity=row["capacity"],
        free=max(0, row["free"]),
        closes_at=row["closes_at"],
        open=is_open,
    )


ANSWER_SECONDS: Final = 1.0
MOST_ANSWERS: Final = 2048
_menus: WeakKeyDictionary[Database, ByteCache] = WeakKeyDictionary()
"""Menus of this process, each true for a second: sold out is sold out everywhere by then."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Menu)


async def shared_menu(database: Database, clock: Clock, place_id: UUID, *, day: date) -> Menu:
    """Return a point's day as it was within the last second; all who ask together wait for one reading."""
    now = clock()

    async def make() -> bytes:
        async with database.read() as session:
            return _encoder.encode(await menu_of(session, place_id, day, now=clock()))

    return _decoder.decode(await _shelf(database).get((place_id, day), now.timestamp(), make))


def forget_menu(database: Database, place_id: UUID, day: date) -> None:
    """Forget a menu that turned out to be older than the ledger."""
    _shelf(database).drop((place_id, day))


def _shelf(database: Database) -> ByteCache:
    shelf = _menus.get(database)
    if shelf is None:
        shelf = _menus[database] = ByteCache(ANSWER_SECONDS, MOST_ANSWERS)
    return shelf

"""What a point offers on a day: items with what is left, and pick-up slots with room."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
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
from scenes.common.kit.dated_rules import DatedRule
from scenes.common.kit.refusals import Refusal


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


Wanted = tuple[UUID, date]
"""A point and a day."""


async def menus_of(
    session: AsyncSession, wanted: Sequence[Wanted], *, now: datetime
) -> dict[Wanted, Menu | Refusal]:
    """Read several points' days together, or why one cannot be shown (PointNotFound, RuleMissing).

    A day that is not published has no items.
    """
    points = await store.some_points(session, {place_id for place_id, _ in wanted})
    kinds, rules = {point.place_id: point.kind for point in points}, await rules_in_force(session)
    stock = _by(await store.menus(session, wanted), lambda row: (row["place_id"], row["day"]))
    groups = [
        name(place_id, day) for place_id, day in wanted for name in (names.slots_group, names.stock_group)
    ]
    windows = _by(await booking_store.windows_of(session, groups, now), lambda row: row["group_id"])
    menus: dict[Wanted, Menu | Refusal] = {}
    for place_id, day in wanted:
        slots, portions = names.slots_group(place_id, day), names.stock_group(place_id, day)
        try:
            menus[place_id, day] = _menu(
                (place_id, day), kinds.get(place_id), rules=rules, stock=stock[place_id, day],
                slots=windows[slots], portions=windows[portions], now=now,
            )  # fmt: skip
        except Refusal as refusal:
            menus[place_id, day] = refusal.with_traceback(None)
    return menus


def _menu(  # noqa: PLR0913 - what was read for one menu
    wanted: Wanted,
    kind: str | None,
    *,
    rules: Sequence[DatedRule],
    stock: Sequence[RowMapping],
    slots: Sequence[RowMapping],
    portions: Sequence[RowMapping],
    now: datetime,
) -> Menu:
    if kind is None:
        raise PointNotFound
    free = {window["id"]: max(0, window["free"]) for window in portions}
    return Menu(
        place_id=wanted[0], day=wanted[1], kind=kind, rule=rule_for(*wanted, rules),
        items=tuple(_item(row, free, now) for row in stock),
        slots=tuple(_slot(row, now) for row in slots),
    )  # fmt: skip


def _by(rows: Sequence[RowMapping], key: Callable[[RowMapping], Any]) -> defaultdict[Any, list[RowMapping]]:
    sorted_out: defaultdict[Any, list[RowMapping]] = defaultdict(list)
    for row in rows:
        sorted_out[key(row)].append(row)
    return sorted_out


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
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Menu)


class _Gathering:
    """Reads menus many at a time: those asked for while one reading is under way are the next."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: dict[Wanted, asyncio.Future[Menu | Refusal]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def ask(self, wanted: Wanted, clock: Clock) -> Menu | Refusal:
        """Return a menu, or why there is none."""
        future = self._asked.get(wanted)
        if future is None:
            future = self._asked[wanted] = asyncio.get_running_loop().create_future()
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read(clock), name="menus")
        return await asyncio.shield(future)

    async def _read(self, clock: Clock) -> None:
        while self._asked:
            asked, self._asked = self._asked, {}
            try:
                async with self._database.read_for_many() as session:
                    menus = await menus_of(session, list(asked), now=clock())
            except Exception as error:  # noqa: BLE001 - each who asked gets it
                for future in asked.values():
                    future.set_exception(error)
            else:
                for wanted, future in asked.items():
                    future.set_result(menus[wanted])


class _Shelf:
    """A database's menus in this process."""

    def __init__(self, database: Database) -> None:
        self.answers = ByteCache(ANSWER_SECONDS, MOST_ANSWERS)
        self.gathering = _Gathering(database)


_menus: WeakKeyDictionary[Database, _Shelf] = WeakKeyDictionary()
"""Menus of this process, each true for a second: sold out is sold out everywhere by then."""


async def shared_menu(database: Database, clock: Clock, place_id: UUID, *, day: date) -> Menu:
    """Return a point's day as it was within the last second (PointNotFound).

    All who ask for the same wait for one reading, and all who ask for others meanwhile for the next one.
    """
    shelf = _shelf(database)
    wanted = place_id, day

    async def make() -> bytes:
        menu = await shelf.gathering.ask(wanted, clock)
        if isinstance(menu, Refusal):
            raise menu
        return _encoder.encode(menu)

    return _decoder.decode(await shelf.answers.get(wanted, clock().timestamp(), make))


def forget_menu(database: Database, place_id: UUID, day: date) -> None:
    """Forget a menu that turned out to be older than the ledger."""
    _shelf(database).answers.drop((place_id, day))


def _shelf(database: Database) -> _Shelf:
    shelf = _menus.get(database)
    if shelf is None:
        shelf = _menus[database] = _Shelf(database)
    return shelf

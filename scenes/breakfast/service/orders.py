"""Ordering breakfast: a quote that explains itself, and one claim for slot and portions, or nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import ItemNotFound, OrderInvalid, SlotNotFound, SoldOut
from scenes.breakfast.rules import days as names
from scenes.breakfast.rules.prices import Buyer, Portion, Quote, quote
from scenes.breakfast.service import days
from scenes.breakfast.service.menu import Menu, MenuItem, MenuSlot, forget_menu, shared_menu
from scenes.breakfast.store import days as store
from scenes.common.booking import store as booking_store
from scenes.common.booking.counter import DESK_STAFF
from scenes.common.booking.errors import PriceChanged, WindowFull, WindowNotOpen
from scenes.common.booking.ledger import Adjustment, Claim, Ledger, Want
from scenes.common.booking.rules import age_on
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import Answer
from scenes.common.people import service as people
from scenes.common.people.errors import SignInEnded

MOST_KINDS = 20
"""Different things in one order; a claim takes at most 40 windows."""

NAMED = 3
"""Things an order's title names."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """So many of one thing."""

    item_id: UUID
    quantity: int


class OrderWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants, where and when; `person_id` is whom it is for, none is oneself."""

    place_id: UUID
    window_id: UUID
    items: tuple[Wish, ...]
    note: str | None = None
    person_id: UUID | None = None


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """A wish that can be had, with its price and what the claim will take."""

    subject_id: UUID
    day: date
    slot: MenuSlot
    portions: tuple[tuple[MenuItem, int], ...]
    quote: Quote


async def price(database: Database, clock: Clock, *, resident: Resident, wish: OrderWish) -> Priced:
    """Price a wish in a transaction of its own, see `price_in`."""
    async with database.read() as session:
        return await price_in(session, database, clock, resident=resident, wish=wish)


async def price_in(
    session: AsyncSession, database: Database, clock: Clock, *, resident: Resident, wish: OrderWish
) -> Priced:
    """Price a wish as things stood within the last second, taking nothing.

    Whether it can be had is the ledger's to say. Refuses with PatientNotFound, SlotNotFound, ItemNotFound
    and OrderInvalid.
    """
    day, slot, menu = await _offered(session, database, clock, wish)
    portions = _portions(menu, wish.items)
    subject_id = await people.subject_of(session, resident, wish.person_id)
    buyer = await _buyer(session, subject_id, day=day, now=clock())
    priced = quote([_portion(item, units) for item, units in portions], buyer, menu.rule)
    return Priced(subject_id=subject_id, day=day, slot=slot, portions=portions, quote=priced)


async def _offered(
    session: AsyncSession, database: Database, clock: Clock, wish: OrderWish
) -> tuple[date, MenuSlot, Menu]:
    """Find the slot on the day it is of (SlotNotFound, also for days that are over or too far off)."""
    window = await booking_store.window(session, wish.window_id)
    today = local_day(clock())
    day = local_day(window.starts_at) if window is not None else today
    if day < today:
        raise SlotNotFound
    menu = await shared_menu(database, clock, wish.place_id, day=day)
    slot = next((slot for slot in menu.slots if slot.window_id == wish.window_id), None)
    if slot is None or day > today + timedelta(days=menu.rule.days_ahead):
        raise SlotNotFound
    return day, slot, menu


def _portions(menu: Menu, wishes: Sequence[Wish]) -> tuple[tuple[MenuItem, int], ...]:
    """Find what is wanted on the menu (ItemNotFound, OrderInvalid)."""
    most = menu.rule.most_of_an_item
    if not 0 < len(wishes) <= MOST_KINDS or len({wish.item_id for wish in wishes}) != len(wishes):
        raise OrderInvalid
    if any(not 0 < wish.quantity <= most for wish in wishes):
        raise OrderInvalid(f"每样最多{most}份。", errors=(("items.quantity", f"1–{most}"),))
    known = {item.item_id: item for item in menu.items}
    if any(wish.item_id not in known for wish in wishes):
        raise ItemNotFound
    return tuple((known[wish.item_id], wish.quantity) for wish in wishes)


def _portion(item: MenuItem, units: int) -> Portion:
    return Portion(item_id=item.item_id, name=item.name, units=units, unit_fen=item.price_fen)


async def _buyer(session: AsyncSession, person_id: UUID, *, day: date, now: datetime) -> Buyer:
    found = await store.buyer(session, person_id, names.subsidy_window(person_id, day), now)
    if found is None:
        raise SignInEnded
    return Buyer(
        age=age_on(found["birth_date"], day),
        hukou=found["hukou"],
        standings=frozenset(found["standings"]),
        subsidy_used=found["subsidy_used"],
    )


async def order(  # noqa: PLR0913 - each is one fact of the call
    database: Database,
    ledger: Ledger,
    clock: Clock,
    *,
    resident: Resident,
    wish: OrderWish,
    key: str,
    fingerprint: bytes,
    agreed_fen: int | None = None,
    repeat_id: UUID | None = None,
    desk_staff_id: UUID | None = None,
) -> Answer:
    """Order: the slot, every portion and the day's subsidy in one claim, all or nothing.

    `agreed_fen` is the price the person saw; another one is refused (PriceChanged). Refuses as `price` does,
    with SoldOut naming what is out, and as the ledger does. A price that moved within the last second, or a
    subsidy used at the same moment, is priced once more. An order of a weekly repeat is made while nobody
    looks, so it is held until the slot's cut-off. One taken by a member of staff at the desk or on the phone
    (`desk_staff_id`) is held until the pick-up time ends, to be paid at the counter; a person has one such
    order of a point's day at a time (AlreadyBooked), so that a kitchen does not cook for a name.
    """
    for again in (True, False):
        priced = await price(database, clock, resident=resident, wish=wish)
        claim = await _claim(
            database, priced, resident=resident, wish=wish, agreed_fen=agreed_fen, repeat_id=repeat_id,
            desk_staff_id=desk_staff_id, key=key, fingerprint=fingerprint,
        )  # fmt: skip
        try:
            return (await ledger.claim(claim)).answer
        except PriceChanged:
            if not again or agreed_fen is not None:
                raise
            forget_menu(database, wish.place_id, priced.day)
        except WindowFull as full:
            if not again or full.window_id != names.subsidy_window(priced.subject_id, priced.day):
                raise _named(full, priced) from None
        except WindowNotOpen:
            raise await _closed(database, clock, priced, wish.place_id) from None
    raise PriceChanged


async def _claim(  # noqa: PLR0913 - each is one fact of the claim
    database: Database,
    priced: Priced,
    *,
    resident: Resident,
    wish: OrderWish,
    agreed_fen: int | None,
    repeat_id: UUID | None,
    desk_staff_id: UUID | None,
    key: str,
    fingerprint: bytes,
) -> Claim:
    """Put a priced wish into one claim: the slot, every portion, and the day's subsidy."""
    wants = [Want(priced.slot.window_id)]
    wants += [Want(item.window_id, units) for item, units in priced.portions]
    if priced.quote.subsidy is not None:
        wants.append(Want(await _guard(database, priced, wish.place_id)))
    held_until, details = None, {}
    if repeat_id is not None:
        held_until, details = priced.slot.closes_at, {"repeatId": str(repeat_id)}
    elif desk_staff_id is not None:
        held_until, details = priced.slot.ends_at, {DESK_STAFF: str(desk_staff_id)}
    one_only = f"breakfast-desk:{wish.place_id}:{priced.day}:{priced.subject_id}" if desk_staff_id else None
    return Claim(
        scene=days.SCENE, booker_id=resident.person_id, subject_id=priced.subject_id, wants=tuple(wants),
        key=key, fingerprint=fingerprint, note=wish.note, exclusive=one_only is not None,
        exclusivity=one_only,
        adjustments=tuple(Adjustment(line.label, line.fen) for line in priced.quote.deductions),
        expected_fen=priced.quote.total_fen if agreed_fen is None else agreed_fen,
        title=title_of([(item.name, units) for item, units in priced.portions]),
        held_until=held_until if priced.quote.total_fen else None,
        details=details,
    )  # fmt: skip


async def _guard(database: Database, priced: Priced, place_id: UUID) -> UUID:
    async with database.transaction() as session:
        return await days.subsidy_guard(session, priced.subject_id, place_id, day=priced.day)


def _named(full: WindowFull, priced: Priced) -> WindowFull | SoldOut:
    """Say what is out, so that the person can leave it away; a full pick-up time says so itself."""
    for item, units in priced.portions:
        if item.window_id == full.window_id:
            return SoldOut(f"{item.name}没有{units}份了,请少要几份或换一样。")
    return WindowFull("这个取餐时间约满了,请换一个时间。", detail_en="This pick-up time is full.")


async def _closed(
    database: Database, clock: Clock, priced: Priced, place_id: UUID
) -> SoldOut | WindowNotOpen:
    """Say what the kitchen has just declared sold out, or that the pick-up time takes no more orders."""
    forget_menu(database, place_id, priced.day)
    menu = await shared_menu(database, clock, place_id, day=priced.day)
    left = {item.item_id: item.left for item in menu.items}
    for item, _ in priced.portions:
        if not left.get(item.item_id):
            return SoldOut(f"{item.name}卖完了,请换一样。")
    return WindowNotOpen(
        "这个取餐时间不能再订了,请换一个时间。", detail_en="This pick-up time takes no more orders."
    )


def title_of(portions: Sequence[tuple[str, int]]) -> str:
    """Name an order as a person would: 「早餐 豆浆2份、菜包1份」; a long one says how many kinds."""
    named = [f"{name}{units}份" for name, units in portions[:NAMED]]
    more = f"等{len(portions)}样" if len(portions) > NAMED else ""
    return "早餐 " + "、".join(named) + more

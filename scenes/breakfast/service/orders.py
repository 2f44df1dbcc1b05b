"""Ordering breakfast: a quote that explains itself, and one claim for slot and portions, or nothing."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import ItemNotFound, OrderInvalid, SlotNotFound, SoldOut
from scenes.breakfast.rules import days as names
from scenes.breakfast.rules.prices import Buyer, Portion, Quote, quote
from scenes.breakfast.service import days
from scenes.breakfast.service.menu import Menu, MenuItem, MenuSlot, menu_of
from scenes.breakfast.store import days as store
from scenes.common.booking import store as booking_store
from scenes.common.booking.errors import PriceChanged, WindowFull
from scenes.common.booking.ledger import Adjustment, Claim, Ledger, Want
from scenes.common.booking.rules import age_on
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import Answer, kept_answer
from scenes.common.people import service as people

MOST_KINDS = 20
"""Different things in one order; a claim takes at most 40 windows."""

TRIES = 2
"""A second try prices afresh: the day's subsidy may have been used, or the price lowered, meanwhile."""

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


async def price(session: AsyncSession, resident: Resident, wish: OrderWish, *, now: datetime) -> Priced:
    """Price a wish as things stand, taking nothing.

    Refuses with PatientNotFound, SlotNotFound, ItemNotFound, OrderInvalid and SoldOut.
    """
    subject_id = await people.subject_of(session, resident, wish.person_id)
    window = await booking_store.window(session, wish.window_id)
    if window is None or window.scene != days.SCENE or window.place_id != wish.place_id:
        raise SlotNotFound
    day = local_day(window.starts_at)
    menu = await menu_of(session, wish.place_id, day, now=now)
    slot = next((each for each in menu.slots if each.window_id == wish.window_id), None)
    if slot is None:
        raise SlotNotFound
    portions = _portions(menu, wish.items)
    buyer = await _buyer(session, subject_id, day=day, now=now)
    priced = quote([_portion(item, units) for item, units in portions], buyer, menu.rule)
    return Priced(subject_id=subject_id, day=day, slot=slot, portions=portions, quote=priced)


def _portions(menu: Menu, wishes: Sequence[Wish]) -> tuple[tuple[MenuItem, int], ...]:
    """Find what is wanted on the menu (ItemNotFound, OrderInvalid, SoldOut)."""
    most = menu.rule.most_of_an_item
    if not 0 < len(wishes) <= MOST_KINDS or len({wish.item_id for wish in wishes}) != len(wishes):
        raise OrderInvalid
    if any(not 0 < wish.quantity <= most for wish in wishes):
        raise OrderInvalid(f"每样最多{most}份。", errors=(("items.quantity", f"1–{most}"),))
    known = {item.item_id: item for item in menu.items}
    if any(wish.item_id not in known for wish in wishes):
        raise ItemNotFound
    for wish in wishes:
        item = known[wish.item_id]
        if item.left < wish.quantity:
            raise SoldOut(f"{item.name}只剩{item.left}份了。" if item.left else f"{item.name}卖完了。")
    return tuple((known[wish.item_id], wish.quantity) for wish in wishes)


def _portion(item: MenuItem, units: int) -> Portion:
    return Portion(item_id=item.item_id, name=item.name, units=units, unit_fen=item.price_fen)


async def _buyer(session: AsyncSession, person_id: UUID, *, day: date, now: datetime) -> Buyer:
    person = await people.myself(session, person_id)
    return Buyer(
        age=age_on(person.birth_date, day),
        hukou=person.hukou,
        standings=await store.standings(session, person_id, now),
        subsidy_used=await store.window_taken(session, names.subsidy_window(person_id, day)),
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
) -> Answer:
    """Order: the slot, every portion and the day's subsidy in one claim, all or nothing.

    `agreed_fen` is the price the person saw; another one is refused (PriceChanged). Refuses as `price` does
    and as the ledger does; a repeated key repeats its answer even when everything has sold out since.
    """
    async with database.read() as session:
        kept = await kept_answer(session, resident.person_id, key=key, fingerprint=fingerprint)
    if kept is not None:
        return kept
    for _ in range(TRIES - 1):
        claim = await _claim(
            database, clock, resident=resident, wish=wish, key=key, fingerprint=fingerprint,
            agreed_fen=agreed_fen,
        )  # fmt: skip
        try:
            return (await ledger.claim(claim)).answer
        except (WindowFull, PriceChanged):
            if agreed_fen is not None:
                raise
    claim = await _claim(
        database, clock, resident=resident, wish=wish, key=key, fingerprint=fingerprint, agreed_fen=agreed_fen
    )
    return (await ledger.claim(claim)).answer


async def _claim(  # noqa: PLR0913 - each is one fact of the call
    database: Database,
    clock: Clock,
    *,
    resident: Resident,
    wish: OrderWish,
    key: str,
    fingerprint: bytes,
    agreed_fen: int | None,
) -> Claim:
    """Price the wish and make the claim that takes it at exactly that price."""
    async with database.transaction() as session:
        priced = await price(session, resident, wish, now=clock())
        wants = [Want(priced.slot.window_id)]
        wants += [Want(item.window_id, units) for item, units in priced.portions]
        if priced.quote.subsidy is not None:
            wants.append(
                Want(await days.subsidy_guard(session, priced.subject_id, wish.place_id, day=priced.day))
            )
    return Claim(
        scene=days.SCENE,
        booker_id=resident.person_id,
        subject_id=priced.subject_id,
        wants=tuple(wants),
        key=key,
        fingerprint=fingerprint,
        note=wish.note,
        exclusive=False,
        adjustments=tuple(Adjustment(line.label, line.fen) for line in priced.quote.deductions),
        expected_fen=priced.quote.total_fen if agreed_fen is None else agreed_fen,
        title=title_of(priced.portions),
    )


def title_of(portions: Sequence[tuple[MenuItem, int]]) -> str:
    """Name an order as a person would: 「早餐 豆浆2份、菜包1份」; a long one says how many kinds."""
    named = [f"{item.name}{units}份" for item, units in portions[:NAMED]]
    more = f"等{len(portions)}样" if len(portions) > NAMED else ""
    return "早餐 " + "、".join(named) + more

"""Weekly orders, "the same as every Tuesday": kept, skipped, ended, and placed ahead of each day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import (
    ItemNotFound,
    OrderInvalid,
    PointNotFound,
    RepeatLimitReached,
    RepeatNotFound,
    RuleMissing,
    SlotNotFound,
)
from scenes.breakfast.rules import days as names
from scenes.breakfast.rules.repeats import Repeat, next_day, refuse_skip, with_skip
from scenes.breakfast.rules.rule import DatedRule, rule_for
from scenes.breakfast.service import days
from scenes.breakfast.service.orders import MOST_KINDS, Wish
from scenes.breakfast.store import days as catalogue
from scenes.breakfast.store import repeats as store
from scenes.breakfast.tables import BreakfastItemRow, BreakfastPointRow, BreakfastRepeatRow
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import instant, local_day, shanghai
from scenes.common.kit.ids import new_id
from scenes.common.people import service as people
from scenes.common.people.tables import PersonRow

MOST_REPEATS: Final = 21
"""Running weekly orders of one account: three for each day of the week."""


class RepeatWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants every week: from a point, on a weekday (Monday 0), at a slot's hour."""

    place_id: UUID
    weekday: int
    at: time
    items: tuple[Wish, ...]
    note: str | None = None
    person_id: UUID | None = None


class RepeatItem(msgspec.Struct, frozen=True):
    """So many of one thing, by its name now."""

    item_id: UUID
    name: str
    quantity: int


class RepeatView(msgspec.Struct, frozen=True, kw_only=True):
    """A weekly order, whom it is for, and the next day that is still to be ordered (none without a rule)."""

    row: BreakfastRepeatRow
    person_name: str
    items: tuple[RepeatItem, ...]
    next_day: date | None

    @property
    def next_at(self) -> datetime | None:
        """When the next breakfast is fetched."""
        return instant(self.next_day, self.row.at) if self.next_day is not None else None


def as_repeat(row: BreakfastRepeatRow) -> Repeat:
    """Take what decides the days of a stored repeat."""
    return Repeat(
        weekday=row.weekday,
        at=row.at,
        created_at=row.created_at,
        skips=frozenset(date.fromisoformat(day) for day in row.skips),
        placed_until=row.placed_until,
    )


def wishes_of(row: BreakfastRepeatRow) -> tuple[Wish, ...]:
    """Take what a stored repeat wants."""
    return tuple(Wish(item_id=UUID(each["itemId"]), quantity=each["quantity"]) for each in row.items)


async def add_repeat(
    session: AsyncSession, resident: Resident, wish: RepeatWish, *, now: datetime
) -> RepeatView:
    """Keep a weekly order; it belongs to the account, also when a delegate made it.

    Keeping the very same once more is the one that is there, so that nobody gets two breakfasts.
    Refuses with PatientNotFound, PointNotFound, RuleMissing, SlotNotFound, ItemNotFound, OrderInvalid and
    RepeatLimitReached.
    """
    account = resident.subject_id
    person_id = await people.subject_of(session, resident, wish.person_id)
    point = await catalogue.point(session, wish.place_id)
    if point is None:
        raise PointNotFound
    rules = await days.rules_in_force(session)
    _refuse_wrong_hour(point, wish.at, local_day(now))
    await _refuse_wrong_items(session, wish, rule_for(wish.place_id, local_day(now), rules).most_of_an_item)
    row = await _kept(session, wish, account=account, person_id=person_id, now=now)
    person = await people.myself(session, person_id)
    items = await store.items_named(session, [each.item_id for each in wish.items])
    return _view(row, person, {item.id: item for item in items}, rules=rules, now=now)


async def _kept(
    session: AsyncSession, wish: RepeatWish, *, account: UUID, person_id: UUID, now: datetime
) -> BreakfastRepeatRow:
    running = await store.of_account(session, account)
    row = BreakfastRepeatRow(
        id=new_id(), person_id=person_id, booked_by=account, place_id=wish.place_id, weekday=wish.weekday,
        at=wish.at, note=wish.note, skips=[], created_at=now,
        items=[{"itemId": str(each.item_id), "quantity": each.quantity} for each in wish.items],
    )  # fmt: skip
    same = next((each for each in running if _is_same(each, row)), None)
    if same is not None:
        return same
    if len(running) >= MOST_REPEATS:
        raise RepeatLimitReached
    await store.add(session, row)
    return row


def _is_same(one: BreakfastRepeatRow, other: BreakfastRepeatRow) -> bool:
    when = (one.person_id, one.place_id, one.weekday, one.at) == (
        other.person_id, other.place_id, other.weekday, other.at,
    )  # fmt: skip
    return when and set(wishes_of(one)) == set(wishes_of(other))


def _refuse_wrong_hour(point: BreakfastPointRow, at: time, day: date) -> None:
    slots = names.slots_of(day, opens=point.opens, closes=point.closes, minutes=point.slot_minutes)
    if at not in {shanghai(slot.starts_at).time() for slot in slots}:
        raise SlotNotFound


async def _refuse_wrong_items(session: AsyncSession, wish: RepeatWish, most: int) -> None:
    wanted = {each.item_id for each in wish.items}
    if not 0 < len(wish.items) <= MOST_KINDS or len(wanted) != len(wish.items):
        raise OrderInvalid
    if any(not 0 < each.quantity <= most for each in wish.items):
        raise OrderInvalid(f"每样最多{most}份。", errors=(("items.quantity", f"1–{most}"),))
    found = await store.items_named(session, list(wanted))
    sold = {item.id for item in found if item.place_id == wish.place_id and item.retired_at is None}
    if sold != wanted:
        raise ItemNotFound


async def repeats_of(session: AsyncSession, person_id: UUID, *, now: datetime) -> list[RepeatView]:
    """List the running weekly orders by or for a person, from Monday on."""
    found = await store.repeats_of(session, person_id)
    wanted = {wish.item_id for row, _ in found for wish in wishes_of(row)}
    known = {item.id: item for item in await store.items_named(session, list(wanted))}
    rules = await days.rules_in_force(session)
    return [_view(row, person, known, rules=rules, now=now) for row, person in found]


def _view(
    row: BreakfastRepeatRow,
    person: PersonRow,
    known: Mapping[UUID, BreakfastItemRow],
    *,
    rules: Sequence[DatedRule],
    now: datetime,
) -> RepeatView:
    items = tuple(
        RepeatItem(wish.item_id, known[wish.item_id].name, wish.quantity) for wish in wishes_of(row)
    )
    ahead = ahead_hours(row, rules, now)
    following = None if ahead is None else next_day(as_repeat(row), now=now, ahead_hours=ahead)
    return RepeatView(row=row, person_name=person.name, items=items, next_day=following)


def ahead_hours(row: BreakfastRepeatRow, rules: Sequence[DatedRule], now: datetime) -> int | None:
    """Return how many hours ahead a repeat is ordered; none where no rule is in force."""
    try:
        return rule_for(row.place_id, local_day(now), rules).repeat_ahead_hours
    except RuleMissing:
        return None


async def skip_day(
    session: AsyncSession, person_id: UUID, repeat_id: UUID, *, day: date, now: datetime
) -> BreakfastRepeatRow:
    """Leave one day out; leaving it out twice is the same.

    Refuses with RepeatNotFound, RepeatDayInvalid, and RepeatPlaced once that day is ordered.
    """
    row = await _own(session, person_id, repeat_id)
    repeat = as_repeat(row)
    refuse_skip(repeat, day, now)
    row.skips = sorted(each.isoformat() for each in with_skip(repeat.skips, day, local_day(now)))
    await session.flush()
    return row


async def end_repeat(session: AsyncSession, person_id: UUID, repeat_id: UUID, *, now: datetime) -> None:
    """End a weekly order; what is booked already stays booked (RepeatNotFound)."""
    await store.end(session, await _own(session, person_id, repeat_id), now)


async def _own(session: AsyncSession, person_id: UUID, repeat_id: UUID) -> BreakfastRepeatRow:
    row = await store.locked(session, repeat_id)
    if row is None or row.ended_at is not None or person_id not in {row.booked_by, row.person_id}:
        raise RepeatNotFound
    return row

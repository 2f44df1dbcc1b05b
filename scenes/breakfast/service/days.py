"""Publishing a day: pick-up slots and portions become windows of the ledger, once, ahead of time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import RuleMissing
from scenes.breakfast.rules import days as names
from scenes.breakfast.rules.rule import BreakfastRule, DatedRule, check_rule, rule_for
from scenes.breakfast.store import days as store
from scenes.breakfast.tables import (
    BreakfastItemRow,
    BreakfastPointRow,
    BreakfastRuleRow,
    BreakfastStockRow,
)
from scenes.common.booking.offering import NewWindow
from scenes.common.booking.rules import Terms
from scenes.common.kit.clock import day_span, instant, local_day
from scenes.common.kit.ids import new_id

SCENE: Final = "breakfast"
LONGEST_AHEAD: Final = 14
"""Days ahead that any rule may publish."""


async def rules_in_force(session: AsyncSession) -> list[DatedRule]:
    """Read every rule, to choose by point and day."""
    return [DatedRule(row.place_id, row.since, row.until, row.values) for row in await store.rules(session)]


async def set_rule(
    session: AsyncSession, rule: BreakfastRule, *, since: date, place_id: UUID | None = None
) -> None:
    """Put a rule into force from a day on; refuses with RuleInvalid what contradicts itself."""
    check_rule(rule)
    values = msgspec.to_builtins(rule)
    await store.put_rule(
        session, BreakfastRuleRow(id=new_id(), place_id=place_id, since=since, until=None, values=values)
    )


async def publish_days(session: AsyncSession, *, now: datetime) -> int:
    """Publish today and the days ahead that the rules allow; days that are there stay. Return new items."""
    rules, today = await rules_in_force(session), local_day(now)
    points = await store.points(session)
    items: dict[UUID, list[BreakfastItemRow]] = {}
    for item in await store.items(session):
        items.setdefault(item.place_id, []).append(item)
    count = 0
    for ahead in range(LONGEST_AHEAD + 1):
        day = today + timedelta(days=ahead)
        count += await _publish_day(session, day, ahead, points=points, items=items, rules=rules, now=now)
    return count


async def _publish_day(  # noqa: PLR0913 - what one day needs
    session: AsyncSession,
    day: date,
    ahead: int,
    *,
    points: Sequence[BreakfastPointRow],
    items: Mapping[UUID, Sequence[BreakfastItemRow]],
    rules: Sequence[DatedRule],
    now: datetime,
) -> int:
    known = await store.published(session, day)
    windows: list[NewWindow] = []
    stock: list[BreakfastStockRow] = []
    for point in points:
        rule = _rule_or_none(point.place_id, day, rules)
        fresh = [item for item in items.get(point.place_id, ()) if item.id not in known]
        if rule is None or ahead > rule.days_ahead or not fresh:
            continue
        windows += slot_windows(point, day, rule, now=now)
        for item in fresh:
            window = stock_window(point, item, day, now=now)
            windows.append(window)
            stock.append(stock_row(item, day, window))
    await store.add_windows(session, windows)
    await store.add_stock(session, stock)
    return len(stock)


def _rule_or_none(place_id: UUID, day: date, rules: Sequence[DatedRule]) -> BreakfastRule | None:
    """Return the rule in force; a point without one publishes nothing, and asking for its menu says so."""
    try:
        return rule_for(place_id, day, rules)
    except RuleMissing:
        return None


def slot_windows(
    point: BreakfastPointRow, day: date, rule: BreakfastRule, *, now: datetime
) -> list[NewWindow]:
    """Make the windows of a point's pick-up slots."""
    slots = names.slots_of(day, opens=point.opens, closes=point.closes, minutes=point.slot_minutes)
    return [
        NewWindow(
            id=names.slot_window(point.place_id, slot.starts_at),
            scene=SCENE,
            place_id=point.place_id,
            group_id=names.slots_group(point.place_id, day),
            title="早餐",
            resource="取餐时间",
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            capacity=point.slot_orders,
            opens_at=now,
            closes_at=names.cut_off(slot, rule),
            hold_seconds=rule.hold_minutes * 60,
            terms=msgspec.to_builtins(names.slot_terms(slot, rule)),
        )
        for slot in slots
    ]


def stock_window(point: BreakfastPointRow, item: BreakfastItemRow, day: date, *, now: datetime) -> NewWindow:
    """Make the window that an item's portions of a day are."""
    return NewWindow(
        id=names.stock_window(point.place_id, day, item.id),
        scene=SCENE,
        place_id=point.place_id,
        group_id=names.stock_group(point.place_id, day),
        title=item.name,
        resource=item.name,
        starts_at=instant(day, point.opens),
        ends_at=instant(day, point.closes),
        capacity=item.daily_stock,
        opens_at=now,
        closes_at=instant(day, point.closes),
        price_fen=item.price_fen,
        terms=msgspec.to_builtins(Terms()),
    )


def stock_row(item: BreakfastItemRow, day: date, window: NewWindow) -> BreakfastStockRow:
    """Make the row that says whose portions a window holds."""
    return BreakfastStockRow(
        id=names.stock_id(item.place_id, day, item.id),
        place_id=item.place_id,
        day=day,
        item_id=item.id,
        window_id=window.id,
        price_fen=item.price_fen,
    )


async def subsidy_guard(session: AsyncSession, person_id: UUID, place_id: UUID, *, day: date) -> UUID:
    """Make sure a person's one subsidy of a day is a window, and name it."""
    window_id = names.subsidy_window(person_id, day)
    begins, ends = day_span(day)
    row = NewWindow(
        id=window_id,
        scene=SCENE,
        place_id=place_id,
        group_id=window_id,
        title=names.SUBSIDY_LABEL,
        resource=names.SUBSIDY_LABEL,
        starts_at=begins,
        ends_at=ends,
        capacity=1,
        opens_at=begins - timedelta(days=LONGEST_AHEAD + 1),
        closes_at=ends,
        terms=msgspec.to_builtins(Terms()),
    )
    await store.add_windows(session, [row])
    return window_id


async def free_portions(session: AsyncSession, *, now: datetime) -> dict[UUID, tuple[int, int, datetime]]:
    """Count what is left today at every point: free, of how many, counted now."""
    return {
        row["place_id"]: (row["free"], row["capacity"], now)
        for row in await store.left(session, local_day(now))
    }

"""Opening the breakfast points: places, menus, carts' stops, the rule, days ahead and weeks of demand."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.rules.rule import BreakfastRule, Discount, Subsidy
from scenes.breakfast.service import days
from scenes.breakfast.tables import (
    BreakfastDemandRow,
    BreakfastItemRow,
    BreakfastPointRow,
    CartPositionRow,
    CartStopRow,
)
from scenes.common.kit.clock import local_day
from scenes.common.places.service import PlaceFacts, upsert_places
from scenes.demo import store
from scenes.demo.rules.appetite import draw_demand
from scenes.demo.rules.breakfasts import CART, Item, Point, Stop, carts
from scenes.demo.service.clinics import HOURS_SOURCE
from scenes.demo.service.people import LOW_INCOME

SCENE: Final = "breakfast"
RULE_SINCE: Final = date(2025, 12, 22)
"""The day of the notice that the prices follow (shpt.gov.cn)."""

RULE: Final = BreakfastRule(
    discounts=(Discount(from_age=60, percent_off=10), Discount(from_age=80, percent_off=15)),
    subsidies=(
        Subsidy(name="A", from_age=60, standing=LOW_INCOME, threshold_fen=800, amount_fen=500),
        Subsidy(name="B", from_age=60, until_age=79, threshold_fen=1500, amount_fen=200),
        Subsidy(name="C", from_age=80, threshold_fen=1500, amount_fen=300),
    ),
    threshold_reading="before",
    days_ahead=7,
    cut_off_minutes=10,
    cancel_minutes=30,
    hold_minutes=10,
    grace_minutes=30,
    early_minutes=14 * 24 * 60,  # as the clinic's: the way from order to bag can be walked at any hour
    most_of_an_item=20,
    clearance_minutes=30,
    clearance_percent=50,
    repeat_ahead_hours=14,
    uncollected_refund_percent=50,
)
DEMAND_COLUMNS: Final = ("place_id", "item_id", "day", "portions", "capacity", "sold_out", "weather")
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def open_breakfast(session: AsyncSession, points: Sequence[Point], *, seed: int, now: datetime) -> int:
    """Write the points and what they sell; what is there already stays. Return the items published."""
    await upsert_places(session, [_facts(point) for point in points], now=now)
    rows: dict[Any, list[Mapping[str, Any]]] = {
        BreakfastPointRow: [_point(point) for point in points],
        BreakfastItemRow: [_item(point, item) for point in points for item in point.items],
        CartStopRow: [_stop(point, stop) for point in points for stop in point.stops],
        CartPositionRow: [_position(cart, now) for cart in carts(points)],
    }
    for table, records in rows.items():
        await store.add_if_missing(session, table, records)
    if not await store.has_breakfast_rule(session):
        await days.set_rule(session, RULE, since=RULE_SINCE)
    await _remember(session, points, seed=seed, now=now)
    return await days.publish_days(session, now=now)


async def _remember(session: AsyncSession, points: Sequence[Point], *, seed: int, now: datetime) -> None:
    """Write what went in the weeks before, for points of which nothing is known."""
    known = await store.points_remembered(session)
    new = [point for point in points if point.id not in known]
    records = (
        (
            went.point_id,
            went.item_id,
            went.demand.day,
            went.demand.portions,
            went.capacity,
            went.demand.sold_out,
            went.demand.weather,
        )
        for went in draw_demand(seed, new, today=local_day(now))
    )
    await store.load(session, BreakfastDemandRow, columns=DEMAND_COLUMNS, records=records)


def _facts(point: Point) -> PlaceFacts:
    return PlaceFacts(
        id=point.id,
        scene=SCENE,
        kind=f"breakfast_{point.kind}",
        name=point.name,
        address=point.address,
        phone=point.phone,
        lat=point.spot.lat,
        lng=point.spot.lng,
        subdistrict=point.spot.area,
        step_free=point.kind == CART,
        weekly_hours={key: [f"{point.opens:%H:%M}-{point.closes:%H:%M}"] for key in WEEK},
        holiday_rule="usual",
        hours_source=HOURS_SOURCE,
        synthetic=True,
    )


def _point(point: Point) -> Mapping[str, Any]:
    return {
        "place_id": point.id,
        "kind": point.kind,
        "opens": point.opens,
        "closes": point.closes,
        "slot_minutes": point.slot_minutes,
        "slot_orders": point.slot_orders,
    }


def _item(point: Point, item: Item) -> Mapping[str, Any]:
    return {
        "id": item.id,
        "place_id": point.id,
        "position": item.position,
        "name": item.dish.name,
        "price_fen": item.price_fen,
        "picture": item.dish.picture,
        "allergens": list(item.dish.allergens),
        "suits": list(item.dish.suits),
        "daily_stock": item.daily_stock,
    }


def _stop(point: Point, stop: Stop) -> Mapping[str, Any]:
    return {
        "id": stop.id,
        "place_id": point.id,
        "weekdays": list(stop.weekdays),
        "begins": stop.begins,
        "ends": stop.ends,
        "name": stop.name,
        "lat": stop.spot.lat,
        "lng": stop.spot.lng,
    }


def _position(cart: Point, now: datetime) -> Mapping[str, Any]:
    return {"place_id": cart.id, "lat": cart.spot.lat, "lng": cart.spot.lng, "at": now}

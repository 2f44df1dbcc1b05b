"""Where the carts are, as they say themselves, and where they go next, as their timetables say."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import RuleMissing
from scenes.breakfast.rules.rule import DatedRule, rule_for
from scenes.breakfast.rules.timetable import CartState, Stop, Visit, now_and_next, state_of
from scenes.breakfast.service import days
from scenes.breakfast.store import whereabouts as store
from scenes.breakfast.tables import CartPositionRow, CartStopRow
from scenes.common.kit.clock import local_day


class CartPosition(msgspec.Struct, frozen=True):
    """Where a cart was (WGS-84) when it was last heard of."""

    lat: float
    lng: float
    at: datetime


class Cart(msgspec.Struct, frozen=True, kw_only=True):
    """A cart: what is known of it, its last word, and its stops by timetable; out of order it has none."""

    place_id: UUID
    state: CartState
    reason: str | None
    heard: CartPosition | None
    here: Visit | None
    next: Visit | None


async def carts(session: AsyncSession, *, now: datetime) -> list[Cart]:
    """List the carts."""
    found = await store.carts(session)
    stops: dict[UUID, list[Stop]] = {}
    for row in await store.stops(session):
        stops.setdefault(row.place_id, []).append(_stop(row))
    rules = await days.rules_in_force(session)
    return [
        _cart(
            point.place_id,
            position,
            stops.get(point.place_id, []),
            silent_minutes=_silent_minutes(point.place_id, rules, now),
            now=now,
        )
        for point, position in found
    ]


def _cart(
    place_id: UUID,
    position: CartPositionRow | None,
    stops: Sequence[Stop],
    *,
    silent_minutes: int | None,
    now: datetime,
) -> Cart:
    heard_at = position.at if position else None
    out_since = position.out_of_order_at if position else None
    state = state_of(heard_at, out_since, silent_minutes=silent_minutes, now=now)
    here, following = (None, None) if state == "outOfOrder" else now_and_next(stops, now)
    return Cart(
        place_id=place_id,
        state=state,
        reason=position.reason if position and state == "outOfOrder" else None,
        heard=CartPosition(position.lat, position.lng, position.at) if position else None,
        here=here,
        next=following,
    )


def _stop(row: CartStopRow) -> Stop:
    return Stop(
        name=row.name,
        lat=row.lat,
        lng=row.lng,
        weekdays=tuple(row.weekdays),
        begins=row.begins,
        ends=row.ends,
    )


def _silent_minutes(place_id: UUID, rules: Sequence[DatedRule], now: datetime) -> int | None:
    try:
        return rule_for(place_id, local_day(now), rules).silent_cart_minutes
    except RuleMissing:
        return None

"""Tomorrow's demand of a point, item by item, from what was wanted on the days before."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import ForecastInvalid, PointNotFound
from scenes.breakfast.rules.forecast import WEATHERS, Demand, Forecast, forecast
from scenes.breakfast.rules.reasons import reasons
from scenes.breakfast.service.collect import check_scope
from scenes.breakfast.store import days as days_store
from scenes.breakfast.store import kitchen as store
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day
from scenes.common.people.service import append_audit

HISTORY_DAYS: Final = 400
"""Days looked back: a year, so that its festivals are known, and a month."""

KEPT_AGAIN_DAYS: Final = 3
"""Days whose demand is written anew each time, should the job have missed some."""

FARTHEST_DAYS: Final = 14


class ItemForecast(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of an item; none where it was never sold. `planned` is an ordinary day's stock."""

    item_id: UUID
    name: str
    planned: int
    found: Forecast | None
    why: tuple[str, ...]


class PointForecast(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of a point on a day."""

    place_id: UUID
    day: date
    weather: str | None
    items: tuple[ItemForecast, ...]


async def forecast_of(  # noqa: PLR0913 - one fact each
    session: AsyncSession, staff: Staff, *, place_id: UUID, day: date, weather: str | None, now: datetime
) -> PointForecast:
    """Foretell a point's day, up to a fortnight ahead (PointNotFound, ForecastInvalid)."""
    check_scope(staff, place_id)
    ahead = (day - local_day(now)).days
    if not 0 <= ahead <= FARTHEST_DAYS:
        raise ForecastInvalid(errors=(("date", f"0–{FARTHEST_DAYS}天之内 / days ahead"),))
    if weather is not None and weather not in WEATHERS:
        raise ForecastInvalid(errors=(("weather", " | ".join(WEATHERS)),))
    if await days_store.point(session, place_id) is None:
        raise PointNotFound
    history = await _history(session, place_id, until=min(day, local_day(now) + timedelta(days=1)))
    items: list[ItemForecast] = []
    for item in await days_store.items(session):
        if item.place_id == place_id:
            found = forecast(history[item.id], day, weather=weather)
            why = tuple(reasons(found, day, weather))
            items.append(
                ItemForecast(item_id=item.id, name=item.name, planned=item.daily_stock, found=found, why=why)
            )
    return PointForecast(place_id=place_id, day=day, weather=weather, items=tuple(items))


async def _history(session: AsyncSession, place_id: UUID, *, until: date) -> dict[UUID, list[Demand]]:
    history: defaultdict[UUID, list[Demand]] = defaultdict(list)
    since = until - timedelta(days=HISTORY_DAYS)
    for row in await store.demand(session, place_id, since=since, until=until):
        past = Demand(row.day, row.portions, sold_out=row.sold_out, weather=row.weather)
        history[row.item_id].append(past)
    return history


async def keep_demand(session: AsyncSession, *, now: datetime) -> int:
    """Write down what was wanted on the days that are over; safe to repeat."""
    since = local_day(now) - timedelta(days=KEPT_AGAIN_DAYS)
    return await store.keep_demand(session, since=since, now=now)


async def note_weather(  # noqa: PLR0913 - one fact each
    session: AsyncSession, staff: Staff, *, place_id: UUID, day: date, weather: str, now: datetime
) -> None:
    """Write down what the weather was on a day that is over, so that it is learnt from."""
    check_scope(staff, place_id)
    if weather not in WEATHERS:
        raise ForecastInvalid(errors=(("weather", " | ".join(WEATHERS)),))
    await store.note_weather(session, place_id, day, weather)
    await append_audit(session, staff.staff_id, action="staff.breakfast.weather", now=now)

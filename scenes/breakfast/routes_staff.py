"""The kitchen over HTTP: the live board, stock, batches, forecasts; carts and recalls beside it."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast import (
    routes_staff_carts,
    routes_staff_counter,
    routes_staff_recall,
    routes_staff_walk_in,
)
from scenes.breakfast.service import forecast, kitchen, recall
from scenes.breakfast.wire_staff import (
    BatchRequest,
    BatchShown,
    ForecastShown,
    StockRequest,
    StockShown,
    Weather,
    WeatherRequest,
)
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day, shanghai
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]
PlaceId = Annotated[UUID, QueryParameter(name="placeId")]
Day = Annotated[date | None, QueryParameter(name="date")]


@post(
    "/staff/breakfast/stock/{stock_id:uuid}",
    operation_id="changeBreakfastStock",
    tags=["staff"],
    status_code=200,
    responses={200: ResponseSpec(StockShown, description="What there is now")},
)
async def change_stock(
    stock_id: FromPath[UUID],
    data: JSONBody[StockRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Change an item's stock during the rush; sold out holds everywhere from the commit on."""
    now, checked = clock(), checked_key(key)
    changed: list[tuple[UUID, date]] = []

    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            row, window = await kitchen.change_stock(session, staff, stock_id, data.change(), now=now)
            changed.append((row.place_id, row.day))
            return 200, encode(StockShown.of(row, window))

        mark = fingerprint(f"/staff/breakfast/stock/{stock_id}", data)
        answer = await once(session, staff.staff_id, key=checked, fingerprint=mark, now=now, act=act)
    for place_id, day in changed:
        await kitchen.tell_stock(database, fanout, place_id, day)
    return respond(answer)


@post(
    "/staff/breakfast/batches",
    operation_id="setBreakfastBatch",
    tags=["staff"],
    responses={201: ResponseSpec(BatchShown, description="The batch handed out from now on")},
)
async def set_batch(
    data: JSONBody[BatchRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Hand out another batch of an item from now on, with what came with it."""
    now, checked = clock(), checked_key(key)
    changed: list[tuple[UUID, date]] = []

    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            row = await recall.set_batch(
                session, staff, data.stock_id, batch_no=data.batch_no, units=data.units, now=now
            )
            changed.append((row.place_id, row.day))
            shown = BatchShown(stock_id=row.id, batch_no=row.batch_no or "", since=shanghai(now))
            return 201, encode(shown)

        mark = fingerprint("/staff/breakfast/batches", data)
        answer = await once(session, staff.staff_id, key=checked, fingerprint=mark, now=now, act=act)
    for place_id, day in changed:
        await kitchen.tell_stock(database, fanout, place_id, day)
    return respond(answer)


@get("/staff/breakfast/forecast", operation_id="getBreakfastForecast", tags=["staff"])
async def get_forecast(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    place_id: PlaceId,
    day: Day = None,
    weather: Annotated[Weather | None, QueryParameter(name="weather")] = None,
) -> ForecastShown:
    """Foretell a point's day, tomorrow where none is named: per item, with its range and reasons."""
    now = clock()
    found = await forecast.forecast_of(
        reading, staff, place_id=place_id, day=day or local_day(now) + timedelta(days=1), weather=weather,
        now=now,
    )  # fmt: skip
    return ForecastShown.of(found)


@post("/staff/breakfast/weather", operation_id="noteBreakfastWeather", tags=["staff"], status_code=204)
async def note_weather(
    data: JSONBody[WeatherRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Write down the weather of a day that is over, so that the forecast learns from it."""
    await forecast.note_weather(
        session, staff, place_id=data.place_id, day=data.day, weather=data.weather, now=clock()
    )


ROUTES: list[Any] = [
    change_stock,
    set_batch,
    get_forecast,
    note_weather,
    *routes_staff_carts.ROUTES,
    *routes_staff_counter.ROUTES,
    *routes_staff_recall.ROUTES,
    *routes_staff_walk_in.ROUTES,
]

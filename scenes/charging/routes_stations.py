"""Stations over HTTP: guidance, one station, and its live news; read from memory, without a statement.

The reads ask for one dependency only: Litestar resolves two or more in a task group, which costs more
than the whole answer.
"""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated, Final, NamedTuple
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from scenes.charging.service import guidance
from scenes.charging.service.live import topic
from scenes.charging.wire_stations import (
    ChargingStation,
    ChargingStationDetail,
    station_detail,
    station_item,
)
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.refusals import Invalid
from scenes.common.kit.wire import Page, encode
from scenes.common.places.datum import Datum, to_wgs84
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.routes import BRIEFLY_SHARED, EAST, NORTH, ORIGIN_DECIMALS, SOUTH, WEST
from scenes.common.places.walking import Pace

TICK_SECONDS: Final = 5.0
MOST_AHEAD: Final = 240
"""Minutes; further ahead nobody knows more than the usual share."""


class Question(NamedTuple):
    """What was asked of guidance; equal questions share an answer for a second."""

    lat: float
    lng: float
    arrive_in: int | None
    kind: int | None
    pace: Pace
    limit: int
    offset: int
    datum: Datum


GUIDANCE_SHARED: Final = {"Cache-Control": "public, max-age=3"}
"""Ranking costs milliseconds, so neighbours share an answer for three seconds; it says how old it is."""


@get(
    "/charging/stations",
    operation_id="listChargingStations",
    tags=["charging"],
    summary="Where to charge",
    responses={
        200: ResponseSpec(Page[ChargingStation], description="The best first", generate_examples=False)
    },
)
async def list_stations(
    directory: NamedDependency[PlaceDirectory],
    *,
    lat: Annotated[float, QueryParameter(ge=SOUTH, le=NORTH, description="Degrees north, in `datum`")],
    lng: Annotated[float, QueryParameter(ge=WEST, le=EAST, description="Degrees east, in `datum`")],
    arrive_in: Annotated[
        int | None,
        QueryParameter(name="arriveInMinutes", ge=0, le=MOST_AHEAD, description="Without it: on foot, now"),
    ] = None,
    connector_type: Annotated[
        int | None, QueryParameter(name="connectorType", ge=1, le=6, description="T/CEC 102 ConnectorType")
    ] = None,
    pace: FromQuery[Pace] = "standard",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
    cursor: FromQuery[str | None] = None,
    datum: FromQuery[Datum] = "wgs84",
) -> Response[bytes]:
    """List stations ranked by way, waiting and price for the arrival asked; at most 3 s old."""
    rounded = round(lat, ORIGIN_DECIMALS), round(lng, ORIGIN_DECIMALS)
    asked = Question(*rounded, arrive_in, connector_type, pace, limit, _offset(cursor), datum)
    content = await _answered(directory, asked, directory.clock())
    return Response(content=content, media_type=MediaType.JSON, headers=GUIDANCE_SHARED)


@get(
    "/charging/stations/{station_id:uuid}",
    operation_id="getChargingStation",
    tags=["charging"],
    summary="One station",
    responses={200: ResponseSpec(ChargingStationDetail, description="As it stands", generate_examples=False)},
)
async def get_station(
    station_id: FromPath[UUID],
    *,
    directory: NamedDependency[PlaceDirectory],
    datum: FromQuery[Datum] = "wgs84",
) -> Response[bytes]:
    """Show a station with every connector, its prices, and how old each word is."""
    now = directory.clock()

    async def make() -> bytes:
        return encode(await _detail(directory, station_id, now, datum=datum))

    key = ("charging-station", station_id, datum)
    content = await directory.answers.get(key, now.timestamp(), make)
    return Response(content=content, media_type=MediaType.JSON, headers=BRIEFLY_SHARED)


@get(
    "/charging/stations/{station_id:uuid}/events",
    operation_id="followChargingStation",
    tags=["charging"],
)
async def follow_station(
    station_id: FromPath[UUID],
    directory: NamedDependency[PlaceDirectory],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
) -> ServerSentEvent:
    """Follow a station live: an event `station` with the whole station whenever it changed."""

    async def read() -> ChargingStationDetail:
        async with database.read() as session:
            await guidance.loaded(directory).hear(session, station_id)
        return await _detail(directory, station_id, directory.clock(), datum="wgs84")

    await read()  # refuses before the stream begins

    async def events() -> AsyncGenerator[ServerSentEventMessage]:
        async with fanout.listen(topic(station_id), tick_seconds=TICK_SECONDS) as changes:
            last = await read()
            yield _shown(last)
            async for _ in changes:
                present = await read()
                if _heard(present) != _heard(last):
                    last = present
                    yield _shown(last)

    return ServerSentEvent(events())


async def _answered(directory: PlaceDirectory, asked: Question, now: datetime) -> bytes:
    """Answer from the last second's answers, or find it out; news asks anew."""
    board = guidance.loaded(directory)
    await board.freshen(now)
    key = ("charging-stations", directory.counter, board.version, asked)

    async def make() -> bytes:
        return encode(_list(directory, asked, now))

    return await directory.answers.get(key, now.timestamp(), make)


def _list(directory: PlaceDirectory, asked: Question, now: datetime) -> Page[ChargingStation]:
    lat, lng = to_wgs84(asked.lat, asked.lng, asked.datum)
    wish = guidance.Wish(lat=lat, lng=lng, arrive_in=asked.arrive_in, kind=asked.kind, pace=asked.pace)
    found, whole = guidance.advise(directory, wish, now, offset=asked.offset, limit=asked.limit)
    end = asked.offset + asked.limit
    return Page(
        items=[
            station_item(advice, directory.coordinates(advice.near.place, asked.datum)) for advice in found
        ],
        next_cursor=str(end) if whole > end else None,
    )


async def _detail(
    directory: PlaceDirectory, station_id: UUID, now: datetime, *, datum: Datum
) -> ChargingStationDetail:
    board = guidance.loaded(directory)
    await board.freshen(now)
    advice = guidance.station_advice(directory, station_id, now)
    coordinates = directory.coordinates(advice.near.place, datum)
    return station_detail(advice, board, coordinates=coordinates, now=now)


def _heard(detail: ChargingStationDetail) -> object:
    """Return what a follower wants to hear of: states and prices, not the passing of seconds."""
    connectors = [(c.id, c.state, c.since, c.lock, c.bay, c.reserved) for c in detail.connector_list]
    return connectors, detail.price_now_fen_per_kwh, detail.queue_length


def _shown(detail: ChargingStationDetail) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=encode(detail).decode(), event="station")


def _offset(cursor: str | None) -> int:
    """Read a list cursor: how many were shown before (Invalid otherwise)."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit()) or int(cursor) > guidance.MOST_STATIONS:
        raise Invalid(errors=(("cursor", "不是有效的翻页标记"),))
    return int(cursor)


ROUTES = [list_stations, get_station, follow_station]

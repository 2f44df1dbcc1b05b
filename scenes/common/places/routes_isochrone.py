"""The ground within a walk, as GeoJSON: reckoned beside the loop, kept while the streets stay the same."""

from typing import Annotated, Any, Final, NamedTuple

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromQuery, QueryParameter

from scenes.common.kit.wire import encode
from scenes.common.places.datum import Datum, to_wgs84
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.drawing import outline_from
from scenes.common.places.routes import (
    BRIEFLY_SHARED,
    EAST,
    NORTH,
    ORIGIN_DECIMALS,
    SOUTH,
    WEST,
    loaded,
    refuse_unknown,
)
from scenes.common.places.walking import Pace
from scenes.common.places.wire import Origin
from scenes.common.places.wire_isochrone import Isochrone, isochrone

PARAMETERS: Final = frozenset({"lat", "lng", "minutes", "pace", "datum"})


class Question(NamedTuple):
    """What was asked, with the origin rounded."""

    lat: float
    lng: float
    minutes: int
    pace: Pace
    datum: Datum


@get(
    "/circle/isochrone",
    operation_id="getIsochrone",
    tags=["places"],
    summary="The ground within a walk",
    media_type="application/geo+json",
    responses={
        200: ResponseSpec(
            Isochrone,
            description="A GeoJSON feature",
            media_type="application/geo+json",  # type: ignore[arg-type] - Litestar takes any media type here
            generate_examples=False,
        )
    },
)
async def get_isochrone(
    request: Request[Any, Any, Any],
    directory: NamedDependency[PlaceDirectory],
    *,
    lat: Annotated[float, QueryParameter(ge=SOUTH, le=NORTH, description="Degrees north, in `datum`")],
    lng: Annotated[float, QueryParameter(ge=WEST, le=EAST, description="Degrees east, in `datum`")],
    minutes: Annotated[int, QueryParameter(ge=1, le=60, description="Minutes on foot")] = 15,
    pace: FromQuery[Pace] = "standard",
    datum: FromQuery[Datum] = "wgs84",
) -> Response[bytes]:
    """Draw what can be reached on foot: over the streets where they are near, else the estimate's circle."""
    refuse_unknown(request, PARAMETERS)
    asked = Question(round(lat, ORIGIN_DECIMALS), round(lng, ORIGIN_DECIMALS), minutes, pace, datum)
    content = await _drawn(loaded(directory), asked)
    return Response(content=content, media_type="application/geo+json", headers=BRIEFLY_SHARED)


async def _drawn(directory: PlaceDirectory, asked: Question) -> bytes:
    lat, lng = to_wgs84(asked.lat, asked.lng, asked.datum)
    drawn = await outline_from(directory, lat, lng, minutes=asked.minutes, pace=asked.pace)
    origin = Origin(lat=asked.lat, lng=asked.lng)
    return encode(isochrone(drawn, origin, datum=asked.datum, minutes=asked.minutes, pace=asked.pace))


ROUTES_ISOCHRONE = [get_isochrone]

"""Coverage over HTTP: the shares for everybody, the best spots for the district's staff."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.openapi import ResponseSpec
from litestar.params import FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff, only_district
from scenes.common.kit.clock import shanghai
from scenes.common.kit.database import Database
from scenes.common.kit.wire import encode
from scenes.common.places import service_coverage as service
from scenes.common.places.datum import Datum
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.rules import Scene
from scenes.common.places.wire_coverage import CoverageReport, SpotsToAdd, SpotToAdd

SHARED_FOR_MINUTES = {"Cache-Control": "public, max-age=300"}
"""An answer that changes some times a day at most."""


@get(
    "/circle/coverage",
    operation_id="getCoverage",
    tags=["places"],
    responses={200: ResponseSpec(CoverageReport, description="By subdistrict", generate_examples=False)},
)
async def get_coverage(
    directory: NamedDependency[PlaceDirectory], database: NamedDependency[Database]
) -> Response[bytes]:
    """Tell which share of residents has each scene within a quarter of an hour on foot."""

    async def make() -> bytes:
        async with database.read_for_many() as session:
            return encode(CoverageReport.of(await service.known(session)))

    content = await directory.answers.get("coverage", directory.clock().timestamp(), make)
    return Response(content=content, media_type=MediaType.JSON, headers=SHARED_FOR_MINUTES)


@get("/staff/coverage/spots", operation_id="listSpotsToAdd", tags=["staff"])
async def list_spots(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    scene: FromQuery[Scene] = "breakfast",
    datum: FromQuery[Datum] = "wgs84",
) -> SpotsToAdd:
    """Tell where one more place of a scene would bring most residents within the circle."""
    only_district(staff)
    known = await service.known(reading)
    spots = [SpotToAdd.of(spot, datum) for spot in known.coverage.spots if spot.scene == scene]
    return SpotsToAdd(
        as_of=shanghai(known.as_of),
        minutes=known.coverage.minutes,
        method=known.coverage.method,
        datum=datum,
        items=spots,
    )


ROUTES: list[Any] = [get_coverage, list_spots]

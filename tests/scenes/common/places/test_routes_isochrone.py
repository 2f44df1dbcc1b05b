from collections.abc import AsyncIterator
from typing import Any

import pytest
import shapely
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.testing import AsyncTestClient

from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Refusal
from scenes.common.places import mapping
from scenes.common.places.datum import from_wgs84
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.routes_isochrone import ROUTES_ISOCHRONE
from tests.support.clock import AdjustableClock
from tests.support.streets import a_map, at

MIDDLE = [round(each, 4) for each in at(400, 400)]
HERE: dict[str, Any] = {"lat": MIDDLE[0], "lng": MIDDLE[1], "minutes": 5}


def refused(_: Request[Any, Any, Any], refusal: Refusal) -> Response[dict[str, Any]]:
    return Response({"code": refusal.code}, status_code=400)


@pytest.fixture
async def directory(database: Database, clock: AdjustableClock) -> PlaceDirectory:
    directory = PlaceDirectory(database, clock=clock)
    await directory.refresh()
    return directory


@pytest.fixture
async def client(directory: PlaceDirectory) -> AsyncIterator[AsyncTestClient[Litestar]]:
    provided = {"directory": Provide(lambda: directory, sync_to_thread=False)}
    app = Litestar(ROUTES_ISOCHRONE, dependencies=provided, exception_handlers={Refusal: refused})
    async with AsyncTestClient(app) as client:
        yield client


async def asked(client: AsyncTestClient[Litestar], **differently: Any) -> dict[str, Any]:
    answer = await client.get("/circle/isochrone", params=HERE | differently)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/geo+json")
    return answer.json()


async def test_it_is_geojson_by_estimate_and_then_by_the_network(
    client: AsyncTestClient[Litestar], database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    before = await asked(client)
    new = a_map(9)
    async with database.transaction() as session:
        await mapping.load(session, new, [], now=clock())
    await directory.refresh()
    after = await asked(client)
    assert (before["type"], before["geometry"]["type"]) == ("Feature", "MultiPolygon")
    assert before["properties"] == {
        "origin": {"lat": MIDDLE[0], "lng": MIDDLE[1]}, "datum": "wgs84", "minutes": 5, "pace": "standard",
        "method": "estimate", "streetM": None,
    }  # fmt: skip
    assert after["properties"]["method"] == "network"
    assert after["properties"]["streetM"] > 2000
    shape = shapely.from_geojson(str(after["geometry"]).replace("'", '"'))
    assert shape.is_valid
    assert shape.covers(shapely.Point(MIDDLE[1], MIDDLE[0]))
    assert shapely.from_geojson(str(before["geometry"]).replace("'", '"')).is_valid


async def test_it_speaks_the_datum_asked_for(client: AsyncTestClient[Litestar]) -> None:
    lat, lng = (round(each, 4) for each in from_wgs84(*MIDDLE, "gcj02"))
    there = await asked(client, lat=lat, lng=lng, datum="gcj02")
    here = await asked(client)
    (east, north), (its_east, its_north) = (
        feature["geometry"]["coordinates"][0][0][0] for feature in (here, there)
    )
    assert from_wgs84(north, east, "gcj02") == pytest.approx((its_north, its_east), abs=1e-4)


@pytest.mark.parametrize("wrong", [{"minutes": 61}, {"minutes": 0}, {"lat": 90}, {"pace": "run"}, {"x": 1}])
async def test_what_cannot_be_is_refused(client: AsyncTestClient[Litestar], wrong: dict[str, Any]) -> None:
    answer = await client.get("/circle/isochrone", params=HERE | wrong)
    assert answer.status_code == 400

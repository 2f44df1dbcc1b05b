from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.testing import AsyncTestClient

from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Busy, Invalid, NotFound, Refusal
from scenes.common.places.datum import from_wgs84
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.routes import ROUTES
from scenes.common.places.service import add_exception, upsert_places
from tests.support.clock import AdjustableClock
from tests.support.places import CAOYANG, a_place

HERE = {"lat": CAOYANG[0], "lng": CAOYANG[1]}
CLINIC = a_place()
STAIRS = a_place(lat=31.2430, scene="breakfast", name="早餐点", step_free=False, phone=None, weekly_hours={})


def refused(_: Request[Any, Any, Any], refusal: Refusal) -> Response[dict[str, Any]]:
    status = {Invalid: 400, NotFound: 404, Busy: 503}
    kind = next(kind for kind in status if isinstance(refusal, kind))
    errors = list(refusal.errors) if isinstance(refusal, Invalid) else []
    return Response({"code": refusal.code, "errors": errors}, status_code=status[kind])


@pytest.fixture
async def directory(database: Database, clock: AdjustableClock) -> PlaceDirectory:
    async with database.transaction() as session:
        await upsert_places(session, [CLINIC, STAIRS], now=clock())
        day = date(2026, 12, 3)
        await add_exception(session, CLINIC.id, day=day, hours=[], reason="设备检修", now=clock())
    directory = PlaceDirectory(database, clock=clock)
    await directory.refresh()
    return directory


def app_of(directory: PlaceDirectory) -> Litestar:
    provided = {"directory": Provide(lambda: directory, sync_to_thread=False)}
    return Litestar(ROUTES, dependencies=provided, exception_handlers={Refusal: refused})


@pytest.fixture
def app(directory: PlaceDirectory) -> Litestar:
    return app_of(directory)


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[AsyncTestClient[Litestar]]:
    async with AsyncTestClient(app) as client:
        yield client


def item(**differently: Any) -> dict[str, Any]:
    return {
        "id": str(CLINIC.id),
        "scene": "clinic",
        "kind": "health_centre",
        "name": "曹杨社区卫生服务中心",
        "address": "普陀区枫桥路2号",
        "phone": "021-62549000",
        "lat": 31.2418,
        "lng": 121.4004,
        "walkMinutes": 0,
        "walkMethod": "estimate",
        "distanceM": 0,
        "stepFree": True,
        "openNow": True,
        "opensAt": None,
        "closesAt": "2026-11-23T11:30:00+08:00",
        "synthetic": True,
        "availability": {"state": "unknown", "free": None, "asOf": None},
    } | differently


BREAKFAST = item(
    id=str(STAIRS.id),
    scene="breakfast",
    name="早餐点",
    phone=None,
    lat=31.2430,
    walkMinutes=3,
    distanceM=173,
    stepFree=False,
    openNow=False,
    closesAt=None,
    availability={"state": "closed", "free": None, "asOf": None},
)


async def test_the_list_is_nearest_first(client: AsyncTestClient[Litestar]) -> None:
    answer = await client.get("/places", params=HERE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {
        "origin": HERE,
        "datum": "wgs84",
        "minutes": 15,
        "pace": "standard",
        "method": "estimate",
        "items": [item(), BREAKFAST],
    }


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"pace": "wheelchair"}, ["曹杨社区卫生服务中心"]),
        ({"scene": "breakfast"}, ["早餐点"]),
        ({"scene": "charging"}, []),
        ({"openNow": "true"}, ["曹杨社区卫生服务中心"]),
        ({"limit": 1}, ["曹杨社区卫生服务中心"]),
        ({"minutes": 2}, ["曹杨社区卫生服务中心"]),
    ],
)
async def test_the_list_answers_what_was_asked(
    client: AsyncTestClient[Litestar], asked: dict[str, Any], names: list[str]
) -> None:
    answer = await client.get("/places", params=HERE | asked)
    assert [each["name"] for each in answer.json()["items"]] == names


async def test_the_origin_is_rounded_and_said(client: AsyncTestClient[Litestar]) -> None:
    answer = await client.get("/places", params={"lat": 31.241849, "lng": 121.400351})
    assert answer.json()["origin"] == {"lat": 31.2418, "lng": 121.4004}


async def test_the_answer_is_in_the_datum_asked(client: AsyncTestClient[Litestar]) -> None:
    lat, lng = from_wgs84(*CAOYANG, "gcj02")
    answer = (await client.get("/places", params={"lat": lat, "lng": lng, "datum": "gcj02"})).json()
    first = answer["items"][0]
    assert answer["datum"] == "gcj02"
    assert (first["name"], first["lat"], first["lng"]) == (CLINIC.name, lat, lng)
    assert first["distanceM"] <= 10
    detail = (await client.get(f"/places/{CLINIC.id}", params={"datum": "gcj02"})).json()
    assert (detail["datum"], detail["lat"], detail["lng"]) == ("gcj02", lat, lng)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lat": 30.5},
        {"lng": 122.3},
        {"lat": "nan"},
        {"lat": "north"},
        {"minutes": 0},
        {"minutes": 61},
        {"limit": 0},
        {"limit": 101},
        {"pace": "running"},
        {"datum": "bd09"},
        {"scene": "cinema"},
        {"openNow": "perhaps"},
        {"colour": "red"},
    ],
)
async def test_wrong_questions_are_refused(client: AsyncTestClient[Litestar], wrong: dict[str, Any]) -> None:
    assert (await client.get("/places", params=HERE | wrong)).status_code == 400


async def test_an_origin_is_needed(client: AsyncTestClient[Litestar]) -> None:
    assert (await client.get("/places", params={"lat": 31.24})).status_code == 400


async def test_unknown_parameters_are_named(client: AsyncTestClient[Litestar]) -> None:
    answer = await client.get("/places", params=HERE | {"open": 1, "colour": "red"})
    assert [path for path, _ in answer.json()["errors"]] == ["colour", "open"]
    assert (await client.get(f"/places/{CLINIC.id}?lat=31.2")).status_code == 400


async def test_an_answer_lives_a_second_but_no_push_waits_for_it(
    client: AsyncTestClient[Litestar], directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    first = await client.get("/places", params=HERE)
    assert len(directory.answers) == 1
    assert (await client.get("/places", params=HERE)).content == first.content
    assert len(directory.answers) == 1
    directory.board.push("clinic", {CLINIC.id: (7, 10, clock())})
    told = (await client.get("/places", params=HERE)).json()["items"][0]["availability"]
    assert told == {"state": "free", "free": 7, "asOf": "2026-11-23T09:00:00+08:00"}
    clock.advance(timedelta(hours=3))
    assert (await client.get("/places", params=HERE)).json()["items"][0]["openNow"] is False


async def test_a_place_has_its_hours_in_words(client: AsyncTestClient[Litestar]) -> None:
    answer = await client.get(f"/places/{CLINIC.id}")
    assert answer.json() == item(
        walkMinutes=None,
        walkMethod=None,
        distanceM=None,
        datum="wgs84",
        subdistrict="曹杨新村街道",
        hours=["周一到周五 8:00–11:30、13:00–16:30", "周六、周日休息", "法定节假日休息"],
        hoursNote=None,
        hoursSource="demo",
        exceptions=[{"day": "2026-12-03", "closed": True, "hours": "休息", "reason": "设备检修"}],
    )


async def test_an_unknown_place_is_not_found(client: AsyncTestClient[Litestar]) -> None:
    answer = await client.get(f"/places/{new_id()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_before_the_places_are_read_the_answer_is_busy(database: Database) -> None:
    async with AsyncTestClient(app_of(PlaceDirectory(database))) as client:
        assert (await client.get("/places", params=HERE)).status_code == 503
        assert (await client.get(f"/places/{CLINIC.id}")).status_code == 503


def test_the_contract_is_in_the_openapi_document(app: Litestar) -> None:
    paths = app.openapi_schema.to_schema()["paths"]
    listing = paths["/places"]["get"]
    names = {parameter["name"] for parameter in listing["parameters"]}
    assert names == {"lat", "lng", "minutes", "pace", "scene", "openNow", "limit", "datum"}
    assert listing["operationId"] == "listPlaces"
    content = listing["responses"]["200"]["content"]["application/json"]["schema"]
    assert content == {"$ref": "#/components/schemas/PlaceList"}
    assert paths["/places/{place_id}"]["get"]["operationId"] == "getPlace"

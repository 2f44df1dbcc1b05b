"""What is near, past the framework: the same bytes as the long way, and everything unusual left to it."""

import httpx
import pytest

from api.lifespan import House
from scenes.common.kit.database import Database
from scenes.common.places.quick import quick_places
from scenes.common.places.service import upsert_places
from tests.support.clock import AdjustableClock
from tests.support.places import CAOYANG, a_place

HERE = f"lat={CAOYANG[0]}&lng={CAOYANG[1]}"
PLACES = "/api/v1/places"


@pytest.fixture(autouse=True)
async def places(database: Database, clock: AdjustableClock) -> None:
    near = [a_place(lat=CAOYANG[0] + n / 5000, scene=("clinic", "charging")[n % 2]) for n in range(6)]
    async with database.transaction() as session:
        await upsert_places(session, near, now=clock())


@pytest.mark.parametrize(
    "query",
    [
        HERE,
        f"{HERE}&minutes=5&pace=elder",
        f"{HERE}&scene=charging&openNow=true&limit=2",
        f"{HERE}&openNow=false&pace=wheelchair",
        "lat=31.2398&lng=121.4050&datum=gcj02",
    ],
)
async def test_plain_questions_get_the_same_bytes_on_both_ways(
    client: httpx.AsyncClient, house: House, query: str
) -> None:
    quick = quick_places(house.directory)(query.encode())
    short = await client.get(f"{PLACES}?{query}")
    long = await client.get(f"{PLACES}?{query.replace('.', '%2E')}")
    assert quick == short.content == long.content
    assert short.json()["items"]
    kept = ("content-type", "cache-control", "content-length")
    assert [short.headers[name] for name in kept] == [long.headers[name] for name in kept]
    assert "x-request-id" in long.headers
    assert "x-request-id" not in short.headers


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("lat=31.24", 400),
        (f"{HERE}&minutes=0", 400),
        (f"{HERE}&minutes=seven", 400),
        (f"{HERE}&colour=red", 400),
        (f"{HERE}&pace=run", 400),
        ("lat=nan&lng=121.4", 400),
        ("lat=10&lng=121.4", 400),
        (f"{HERE}&limit", 400),
        (f"{HERE}&minutes=5&minutes=6", None),
        (f"{HERE}&pace=%65lder", 200),
    ],
)
async def test_unusual_questions_take_the_long_way(
    client: httpx.AsyncClient, house: House, query: str, status: int | None
) -> None:
    assert quick_places(house.directory)(query.encode()) is None
    answer = await client.get(f"{PLACES}?{query}")
    assert status is None or answer.status_code == status


async def test_until_the_places_are_read_nothing_is_quick(house: House) -> None:
    assert quick_places(house.directory)(HERE.encode()) is None

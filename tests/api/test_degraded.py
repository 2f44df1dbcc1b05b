"""Redis may die: bookings, sign-in and pages go on, readiness says so; PostgreSQL away is said plainly."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from api.app import compose
from api.health import Health, judged
from api.lifespan import House
from api.settings import Settings
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from tests.support.booking import World
from tests.support.clock import AdjustableClock
from tests.support.redis_server import RedisServer


@pytest.fixture
async def house(settings: Settings, clock: AdjustableClock, redis_server: RedisServer) -> House:
    return House(replace(settings, redis_url=redis_server.url), clock)


async def book(client: httpx.AsyncClient, house: House, person: UUID, *, window: UUID) -> int:
    now = house.clock()
    token = house.sign_in_tools.signer.sign(
        Resident(person, new_id()), now=now, until=now + timedelta(hours=1)
    )
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    body = {"windowId": str(window)}
    return (await client.post("/api/v1/clinic/appointments", json=body, headers=headers)).status_code


async def test_without_redis_everything_still_sells(
    database: Database, clock: AdjustableClock, house: House, redis_server: RedisServer
) -> None:
    world = World(database, clock)
    window = await world.offer(capacity=3)
    people = await world.people(3)
    await world.run("UPDATE person SET resident_no = 1 WHERE id = :id", id=people[0])
    seen: list[object] = []
    async with house.open():
        transport = httpx.ASGITransport(app=compose(house))
        async with httpx.AsyncClient(transport=transport, base_url="http://lifecircle.test") as client:

            async def look(person: UUID) -> None:
                ready = await client.get("/health/ready")
                signed_in = await client.post("/api/v1/auth/demo", json={"residentNo": 1})
                booked = await book(client, house, person, window=window.id)
                seen.append((ready.status_code, ready.json()["status"], signed_in.status_code, booked))

            await look(people[0])
            redis_server.kill()
            await look(people[1])
            page = await client.get("/", headers={"Accept": "text/html"})
            redis_server.start()
            await look(people[2])

    assert seen == [(200, "ready", 200, 201), (200, "degraded", 200, 201), (200, "ready", 200, 201)]
    assert page.status_code == 200
    assert await world.taken(window) == 3


async def test_without_postgresql_readiness_is_down_and_claims_may_come_again(
    settings: Settings, clock: AdjustableClock
) -> None:
    house = House(replace(settings, database_url="postgresql://postgres@127.0.0.1:9/nowhere"), clock)
    for lane in house.ledger._lanes:
        lane._patience = 0.0
    async with house.open():
        transport = httpx.ASGITransport(app=compose(house))
        async with httpx.AsyncClient(transport=transport, base_url="http://lifecircle.test") as client:
            ready = await client.get("/health/ready")
            booked = await book(client, house, new_id(), window=new_id())
    assert (ready.status_code, ready.json()["status"], ready.json()["database"]) == (503, "down", "down")
    assert booked == 503


@pytest.mark.parametrize(
    ("database", "redis", "wanted", "expected"),
    [
        (True, True, True, Health("ready", "up", "up")),
        (True, False, True, Health("degraded", "up", "down")),
        (True, False, False, Health("ready", "up", "absent")),
        (False, True, True, Health("down", "down", "up")),
        (False, False, True, Health("down", "down", "down")),
    ],
)
def test_readiness_is_judged(*, database: bool, redis: bool, wanted: bool, expected: Health) -> None:
    assert judged(database=database, redis=redis, redis_wanted=wanted) == expected

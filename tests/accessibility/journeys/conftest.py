"""What journeys begin with: a Redis that remembers nothing, and help at home with who asks for it."""

import httpx
import pytest
from redis.asyncio import Redis

from api.lifespan import House
from scenes.common.kit.database import Database
from scenes.common.kit.embedded import EmbeddedUrls
from tests.support.care import CareTown
from tests.support.clock import AdjustableClock
from tests.support.elder_walk import Walk
from tests.support.whole import Whole


@pytest.fixture
async def forgotten(stack: EmbeddedUrls) -> None:
    """Forget rates, and how connectors stood."""
    async with Redis.from_url(stack.redis) as redis:
        await redis.flushdb()


@pytest.fixture
async def town(house: House, database: Database, clock: AdjustableClock, forgotten: None) -> CareTown:
    """Open a care team, with a bath tomorrow."""
    assert forgotten is None
    town = CareTown(database, clock, house.cipher)
    await town.furnish()
    await town.bath_time()
    return town


@pytest.fixture
async def walk(town: CareTown, house: House, client: httpx.AsyncClient) -> Walk:
    """Let the elder of the care team begin."""
    await house.directory.refresh()
    return Walk(Whole(house, client), town.elder)

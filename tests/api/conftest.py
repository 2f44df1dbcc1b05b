"""The whole application for journeys: by its routes in this loop, or on a real port the provider can call."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from api.app import compose
from api.lifespan import House
from api.settings import load_settings
from scenes.common.kit.embedded import EmbeddedUrls
from tests.scenes.common.payments.conftest import Peer, free_port, serving
from tests.support.clock import AdjustableClock
from tests.support.whole import API, Whole


@pytest.fixture
async def forgotten(stack: EmbeddedUrls) -> None:
    """Forget what tests before left in Redis: rates, and how connectors stood."""
    async with Redis.from_url(stack.redis) as redis:
        await redis.flushdb()


@pytest.fixture
async def whole(house: House, client: httpx.AsyncClient) -> Whole:
    return Whole(house, client)


@pytest.fixture(scope="session")
def heard_at() -> int:
    """The port where the payment provider tells its news."""
    return free_port()


@pytest.fixture(scope="session")
def provider(heard_at: int) -> Iterator[Peer]:
    """The demo payment provider, a process of its own."""
    peer = Peer(heard_at, path=f"{API}/payments/notify/sandbox")
    yield peer
    peer.kill()


@pytest.fixture
def paying_house(
    stack: EmbeddedUrls, database_url: str, tmp_path: Path, provider: Peer, clock: AdjustableClock
) -> House:
    """A house that knows the provider."""
    settings = load_settings({
        "LIFECIRCLE_DATABASE_URL": database_url,
        "LIFECIRCLE_REDIS_URL": stack.redis,
        "LIFECIRCLE_DATA_DIR": str(tmp_path),
        "LIFECIRCLE_DEMO": "1",
        **provider.settings,
    })  # fmt: skip
    return House(settings, clock)


@pytest.fixture
async def paying(paying_house: House, heard_at: int) -> AsyncIterator[Whole]:
    """The whole application on a real port; make the data before asking for it."""
    async with (
        serving(compose(paying_house), heard_at) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
    ):
        yield Whole(paying_house, http)

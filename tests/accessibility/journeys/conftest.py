"""What journeys begin with: a Redis that remembers nothing of tests before."""

import pytest
from redis.asyncio import Redis

from scenes.common.kit.embedded import EmbeddedUrls


@pytest.fixture
async def forgotten(stack: EmbeddedUrls) -> None:
    """Forget rates, and how connectors stood."""
    async with Redis.from_url(stack.redis) as redis:
        await redis.flushdb()

"""A district with one morning to book, and a browser that looks at it; and a phone."""

from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser as Chrome
from playwright.async_api import Page
from redis.asyncio import Redis

from api.lifespan import House
from scenes.common.kit.embedded import EmbeddedUrls
from tests.support.clock import AdjustableClock
from tests.support.demo_district import chromium, phone
from tests.support.storefront import Browser, District


@pytest.fixture
async def forgotten(stack: EmbeddedUrls) -> None:
    """Forget the rates counted by tests whose clock is ahead of this one's."""
    async with Redis.from_url(stack.redis) as redis:
        await redis.flushdb()


@pytest.fixture
async def district(house: House, clock: AdjustableClock, forgotten: None) -> District:
    assert forgotten is None
    district = District(house.database, clock, house.cipher)
    district.session_id = await district.move_in(house)
    return district


@pytest.fixture
async def browser(district: District, client: httpx.AsyncClient) -> Browser:
    assert district.me
    return Browser(client)


@pytest.fixture(scope="session")
async def chrome() -> AsyncIterator[Chrome]:
    """One Chromium for all of a worker's tests, each of which takes a phone of its own."""
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def page(chrome: Chrome) -> AsyncIterator[Page]:
    async with phone(chrome) as context:
        yield await context.new_page()

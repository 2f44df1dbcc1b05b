"""A district with one morning to book, and a browser that looks at it."""

import httpx
import pytest

from api.lifespan import House
from tests.support.clock import AdjustableClock
from tests.support.storefront import Browser, District


@pytest.fixture
async def district(house: House, clock: AdjustableClock) -> District:
    district = District(house.database, clock, house.cipher)
    district.session_id = await district.move_in(house)
    return district


@pytest.fixture
async def browser(district: District, client: httpx.AsyncClient) -> Browser:
    assert district.me
    return Browser(client)

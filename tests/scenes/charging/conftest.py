"""A furnished charging world for each test, its rows checked at the end."""

from collections.abc import AsyncIterator

import httpx
import pytest

from scenes.charging.service.live import COPY
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.cache import Cache
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.jobs import Works
from tests.support.charging import Charging
from tests.support.charging_doors import ChargingDoors, charging_app, works_of
from tests.support.clock import AdjustableClock


@pytest.fixture
async def charging(database: Database, clock: AdjustableClock) -> AsyncIterator[Charging]:
    charging = Charging(database, clock)
    await charging.furnish()
    yield charging
    await charging.stop()
    await charging.check()


@pytest.fixture
async def ledger(charging: Charging) -> Ledger:
    return await charging.ledger()


@pytest.fixture
async def works(
    charging: Charging, ledger: Ledger, cache: Cache, cipher: FieldCipher
) -> AsyncIterator[Works]:
    works = works_of(charging, ledger, cache, cipher)
    await cache.delete(COPY)
    yield works
    await works.fanout.close()


@pytest.fixture
async def doors(works: Works) -> AsyncIterator[ChargingDoors]:
    app, parts = charging_app(works)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://lifecircle.test") as http:
        doors = ChargingDoors(http, parts)
        doors.works = works
        yield doors

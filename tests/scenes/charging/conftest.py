"""A furnished charging world for each test, its rows checked at the end."""

from collections.abc import AsyncIterator

import pytest

from scenes.common.booking.ledger import Ledger
from scenes.common.kit.database import Database
from tests.support.charging import Charging
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

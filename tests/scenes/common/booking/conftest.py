"""A booking world for each test, its ledgers stopped and its rows checked at the end."""

from collections.abc import AsyncIterator

import pytest

from scenes.common.booking.ledger import Ledger
from scenes.common.kit.database import Database
from tests.support.booking import World
from tests.support.clock import AdjustableClock


@pytest.fixture
async def world(database: Database, clock: AdjustableClock) -> AsyncIterator[World]:
    world = World(database, clock)
    yield world
    await world.stop()
    await world.check()


@pytest.fixture
async def ledger(world: World) -> Ledger:
    return await world.ledger()

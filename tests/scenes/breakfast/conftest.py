"""A breakfast district for each test, its ledgers stopped and its rows checked at the end."""

from collections.abc import AsyncIterator

import pytest

from scenes.common.booking.ledger import Ledger
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from tests.support.breakfast import Breakfast
from tests.support.clock import AdjustableClock


@pytest.fixture
async def breakfast(
    database: Database, clock: AdjustableClock, cipher: FieldCipher
) -> AsyncIterator[Breakfast]:
    breakfast = Breakfast(database, clock, cipher)
    await breakfast.furnish()
    yield breakfast
    await breakfast.stop()
    await breakfast.check()


@pytest.fixture
async def ledger(breakfast: Breakfast) -> Ledger:
    return await breakfast.ledger()

"""A household with an alarm button for each test, every alarm held to its log at the end."""

from collections.abc import AsyncIterator

import pytest

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from tests.support.clock import AdjustableClock
from tests.support.sos import Household


@pytest.fixture
async def household(
    database: Database, clock: AdjustableClock, cipher: FieldCipher
) -> AsyncIterator[Household]:
    household = Household(database, clock, cipher)
    await household.move_in()
    yield household
    await household.check()

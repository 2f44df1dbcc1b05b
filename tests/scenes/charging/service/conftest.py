"""A garage for each test: chargers, a worker that is asked to come by, an operator's plant."""

import pytest

from scenes.common.booking.ledger import Ledger
from tests.support.charging import Charging
from tests.support.charging_sessions import Garage


@pytest.fixture
async def garage(charging: Charging, ledger: Ledger) -> Garage:
    garage = Garage(charging, ledger)
    await garage.furnish()
    return garage

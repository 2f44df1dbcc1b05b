"""Standing after a charge costs whoever stood, never whoever charged before."""

from datetime import timedelta

import msgspec
import pytest

from scenes.charging.rules.bill import Bill
from scenes.common.booking.ledger import Ledger
from tests.support.charging import Charging
from tests.support.charging_sessions import Garage

FEE = {"freeMinutes": 5, "feeFenPerMinute": 50, "fullFeeFenPerMinute": 100, "maxFeeFen": 3000}


@pytest.fixture
async def garage(charging: Charging, ledger: Ledger) -> Garage:
    garage = Garage(charging, ledger)
    await garage.furnish()
    await garage.world.run(
        "UPDATE charging_station SET idle_fee = CAST(:fee AS jsonb)", fee=msgspec.json.encode(FEE).decode()
    )
    return garage


async def idle_fen(garage: Garage, *told: int) -> int | None:
    """Charge, end, and hear how the connector stands: each word a minute after the last, 7 minutes on."""
    who = await garage.resident()
    charge = await garage.begin(who, "NEAR_01")
    await garage.pay(charge)
    await garage.drive()
    await garage.later(seconds=3)
    await garage.later(minutes=5)
    await garage.stop(charge, who)
    await garage.drive()
    await garage.order(charge, (await garage.see(charge, who)).row.running_fen)
    await garage.world.tell(NEAR_01=2)
    garage.world.clock.advance(timedelta(minutes=7))
    for status in told:
        garage.world.clock.advance(timedelta(minutes=1))
        await garage.world.tell(NEAR_01=status)
    await garage.drive()
    bill = (await garage.see(charge, who)).row.bill
    return None if bill is None else Bill.of(bill).idle_fen


@pytest.mark.parametrize("next_cars", [(2,), (2, 3), (3,), (4,), (255,)])
async def test_the_next_car_at_the_connector_is_not_charged_to_the_one_before(
    garage: Garage, next_cars: tuple[int, ...]
) -> None:
    assert await idle_fen(garage, 1, *next_cars) == 150


async def test_a_car_that_is_seen_to_stand_is_not_billed_yet(garage: Garage) -> None:
    assert await idle_fen(garage, 2) is None

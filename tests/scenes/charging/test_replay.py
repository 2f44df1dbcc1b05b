"""A day's sessions in accelerated time: no connector twice, every fen found again."""

from scenes.common.kit.database import Database
from tests.support.charging import Charging
from tests.support.charging_replay import Replay, furnished
from tests.support.clock import AdjustableClock


async def test_a_day_of_charging_adds_up(database: Database, clock: AdjustableClock) -> None:
    world = Charging(database, AdjustableClock(clock().replace(hour=0)))
    tally = await Replay(await furnished(world, 4), 32).play()
    assert tally.reconciled, tally
    assert tally.begun == tally.billed > 15
    assert tally.reserved > 2
    await world.stop()
    await world.check()

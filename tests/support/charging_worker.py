"""The worker's driving of charges as a process of its own, to be killed: `DATABASE_URL` is its argument."""

import asyncio
import sys
from datetime import timedelta

from scenes.charging.service.driving import Driver
from scenes.charging.upstream import open_operators
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import renderer
from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from tests.support.booking import place_named


async def drive(url: str) -> None:
    """Drive for ever, a few times a second."""
    database = Database(url, pool_size=4)
    cipher = FieldCipher(bytes(range(16)), bytes(range(32)))
    ledger = Ledger(database, clock=system_clock, render=renderer(place_named))
    await ledger.start()
    async with open_operators(database, cipher, clock=system_clock) as operators:
        driver = Driver(database, ledger, operators=operators, clock=system_clock, lease=timedelta(seconds=1))
        while True:
            await driver.drive_due()
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(drive(sys.argv[1]))

"""The worker's carrying of notices as a process of its own, to be killed; settings in the environment."""

import asyncio
import os
import sys
from datetime import timedelta

from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.notices.courier import Courier
from scenes.common.notices.upstream import open_carriers


async def carry(url: str) -> None:
    """Carry for ever, some times a second."""
    database = Database(url, pool_size=16)
    cipher = FieldCipher(bytes(range(16)), bytes(range(32)))
    async with open_carriers(os.environ, clock=system_clock) as carriers:
        courier = Courier(database, cipher, carriers=carriers, clock=system_clock)
        while True:
            await courier.deliver_all(ends=system_clock() + timedelta(seconds=30))
            await courier.chase_silent()
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(carry(sys.argv[1]))

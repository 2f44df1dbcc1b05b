"""The alarm's worker as a process of its own: climbs and carries notices until it dies by `kill -9`.

Arguments: the database's URL, the address of an SMS gateway, and where to die: `ROUND:RUNG:inside` with
the rung written and not committed, `ROUND:RUNG:after` committed and nobody told, or `never`.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.notices.courier import Courier
from scenes.common.notices.upstream import SMS_SECRET, SMS_URL, open_carriers
from scenes.eldercare.service import ladder

CIPHER = FieldCipher(bytes(range(16)), bytes(range(32)))


class Death:
    """Waits for its rung; also the fan-out, which hears of a rung only once it is committed."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.reached = ""

    def watch(self) -> None:
        """Die inside the transaction of the rung, or remember that it was begun."""
        call_rung = ladder.call_rung

        async def watched(session: Any, row: Any, **more: Any) -> None:
            await call_rung(session, row, **more)
            await session.flush()
            self.reached = f"{row.round}:{row.rung}"
            self.die(f"{self.reached}:inside")

        ladder.call_rung = watched

    def die(self, here: str) -> None:
        """Die by SIGKILL if this is the place."""
        if here == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    async def publish_all(self, topics: Any, data: bytes) -> None:
        """Hear that a rung is committed."""
        del topics, data
        self.die(f"{self.reached}:after")


async def work(url: str, gateway: str, at: str) -> None:
    """Climb and carry for ever, some ten times a second."""
    database, death = Database(url, pool_size=2), Death(at)
    death.watch()
    settings = {SMS_URL: gateway, SMS_SECRET: "a secret for the carriers of tests, long"}
    async with open_carriers(settings, clock=system_clock) as carriers:
        courier = Courier(database, CIPHER, carriers=carriers, clock=system_clock)
        while True:
            await ladder.climb_due(database, death, clock=system_clock)  # pyright: ignore[reportArgumentType]
            await courier.deliver_due()
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))

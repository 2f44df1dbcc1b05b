"""What the desk does by the clock: carry what is due, chase silence, drop what is stale, remind."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from scenes.common.kit.jobs import Periodic, Works
from scenes.common.notices import service
from scenes.common.notices.courier import Courier
from scenes.common.notices.upstream import open_carriers

RUN_FOR: Final = timedelta(seconds=30)
"""A run ends by then and the next one goes on, so that no single job holds its lock for ever."""


async def deliver(works: Works) -> None:
    """Carry what is due until nothing is, or the time of a run is over."""
    async with works.database.read() as session:
        if not await service.anything_due(session, now=works.clock()):
            return
    async with _courier(works) as courier:
        await courier.deliver_all(ends=works.clock() + RUN_FOR)


async def chase(works: Works) -> None:
    """Ask about what had no receipt in time, and drop what is of no use any more."""
    async with works.database.transaction() as session:
        await service.drop_stale(session, now=works.clock())
    ends = works.clock() + RUN_FOR
    async with _courier(works) as courier:
        while works.clock() < ends and await courier.chase_silent():
            pass


async def remind(works: Works) -> None:
    """Tell of what begins tomorrow, in the evening, and of what begins soon; each once."""
    while True:
        async with works.database.transaction() as session:
            if await service.remind(session, now=works.clock()) == 0:
                return


@asynccontextmanager
async def _courier(works: Works) -> AsyncGenerator[Courier]:
    async with open_carriers(works.settings, clock=works.clock) as carriers:
        yield Courier(works.database, works.cipher, carriers=carriers, clock=works.clock)


DELIVERY = [
    Periodic("notices.deliver", "* * * * * *", deliver),
    Periodic("notices.chase", "* * * * * */10", chase),
    Periodic("notices.remind", "* * * * *", remind),
]

"""What readings need done by the clock: water meters that have been silent for too long."""

from scenes.common.kit.jobs import Periodic, Works
from scenes.eldercare.service.readings import silences


async def watch_water(works: Works) -> None:
    """Open an alert wherever no water ran for too long, once."""
    async with works.database.transaction() as session:
        await silences(session, now=works.clock())


PERIODIC: list[Periodic] = [Periodic("eldercare.water", "*/5 * * * *", watch_water)]

"""What the daily sign needs done by the clock; every minute, each step of a missed day once."""

from scenes.common.kit.jobs import Periodic, Works
from scenes.eldercare.service.wellbeing_missed import follow_up


async def follow_missed(works: Works) -> None:
    """Take every step that is due."""
    await follow_up(works.database, clock=works.clock)


PERIODIC: list[Periodic] = [Periodic("eldercare.wellbeing", "* * * * *", follow_missed)]

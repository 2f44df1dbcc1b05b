"""What alarms need done by the clock.

The worker climbs each second. The API processes do the same every few seconds, so that a worker that is
down costs a rung some seconds and nobody's help; the row's lock lets one of them begin a rung.
"""

from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler
from scenes.eldercare.service.ladder import climb_due


async def climb(works: Works) -> None:
    """Begin every rung that is due."""
    await climb_due(works.database, works.fanout, clock=works.clock)


HANDLERS: dict[str, list[Handler]] = {}
PERIODIC: list[Periodic] = [Periodic("eldercare.sos", "* * * * * *", climb)]
EACH_PROCESS: list[Periodic] = [Periodic("eldercare.sos_too", "* * * * * */5", climb)]

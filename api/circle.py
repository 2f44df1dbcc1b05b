"""Reckoning the circle's coverage: where people live from one desk, how they walk from the other."""

from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler
from scenes.common.people.service.homes import home_cells
from scenes.common.places import service_coverage as service
from scenes.common.places.coverage.tally import Cell

HANDLERS: dict[str, list[Handler]] = {}


async def renew_coverage(works: Works) -> None:
    """Reckon coverage anew when it is due; a worker that is killed meanwhile leaves the last one."""
    now = works.clock()
    async with works.database.read() as session:
        if not await service.is_due(session, works.directory, now=now):
            return
        homes = await home_cells(session, now=now)
    cells = [Cell(home.area, home.lat, home.lng, home.residents, home.elders) for home in homes]
    await service.renew(works.database, works.directory, cells, now=now)


PERIODIC = [Periodic("circle.coverage", "* * * * *", renew_coverage)]

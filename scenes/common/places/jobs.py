"""The places desk's background work: walks to places that are new, have moved, or lack them."""

import asyncio

from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler
from scenes.common.places import mapping

AT_ONCE = 100
"""Places reckoned before their walks are stored: each takes some milliseconds a pace."""

HANDLERS: dict[str, list[Handler]] = {}


async def reckon_walks(works: Works) -> None:
    """Reckon the walks to places whose walks are missing or out of date, until none is left.

    Works on the network this process follows; when it was replaced meanwhile, the next run sees to it.
    """
    walkable = works.directory.walkable
    if walkable is None:
        return
    network, graphs = walkable.walks.network.version, walkable.walks.graphs
    while True:
        async with works.database.read() as session:
            spots = await mapping.stale(session, network, AT_ONCE)
        if not spots:
            return
        reaches = await asyncio.to_thread(mapping.reckon_all, graphs, spots)
        if not await mapping.keep(works.database, network, reaches):
            return


PERIODIC = [Periodic("places.walks", "*/5 * * * * *", reckon_walks)]

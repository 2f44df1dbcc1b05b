"""The booking desk's sweeping: lapsed holds, missed bookings, due returns, cleared lists, begun closures."""

from scenes.common.booking import service, store
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler


async def sweep(works: Works) -> None:
    """Give back what lapsed; reading already counts it as free, so a late sweep costs nobody anything."""
    ledger: Ledger = works.ledger
    while await ledger.sweep() > 0:
        pass


async def clear_waitlists(works: Works) -> None:
    """End the waitlists whose evening has come."""
    async with works.database.transaction() as session:
        await service.clear_waitlists(session, now=works.clock())


async def finish_closures(works: Works) -> None:
    """Go on with closures that were begun and not finished, for instance because a process was killed."""
    async with works.database.read() as session:
        tokens = [row.id for row in await store.unfinished_closures(session)]
    for token in tokens:
        await service.finish_closure(works.database, works.ledger, token, now=works.clock())


PERIODIC = [
    Periodic("booking.sweep", "* * * * * */2", sweep),
    Periodic("booking.clear_waitlists", "* * * * *", clear_waitlists),
    Periodic("booking.finish_closures", "* * * * *", finish_closures),
]
HANDLERS: dict[str, list[Handler]] = {}

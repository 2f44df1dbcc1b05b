"""What the breakfast room does in the background, gathered."""

from scenes.breakfast.service import collect, days
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler
from scenes.common.places.directory import PlaceDirectory


async def publish_days(works: Works) -> None:
    """Publish the days ahead that are not there yet."""
    async with works.database.transaction() as session:
        await days.publish_days(session, now=works.clock())


async def finish_handed(works: Works) -> None:
    """Close the bookings of orders that were handed out just before a process died."""
    await collect.finish_handed(works.database, works.ledger)


async def sell_cheaper(works: Works) -> None:
    """Lower the price of what is left in a point's last minutes."""
    async with works.database.transaction() as session:
        touched = await collect.sell_cheaper(session, now=works.clock())
    await works.fanout.publish_all([f"place:{place_id}" for place_id in touched], b"cheaper")


async def refresh_availability(works: Works) -> None:
    """Push what is left to the board of the process that runs this."""
    directory: PlaceDirectory = works.directory
    async with works.database.read() as session:
        left = await days.free_portions(session, now=works.clock())
    directory.board.push(days.SCENE, left)


HANDLERS: dict[str, list[Handler]] = {"booking.no_show": [collect.release_uncollected]}
PERIODIC: list[Periodic] = [
    Periodic("breakfast.publish_days", "*/5 * * * *", publish_days),
    Periodic("breakfast.finish_handed", "* * * * *", finish_handed),
    Periodic("breakfast.sell_cheaper", "* * * * * */20", sell_cheaper),
]
EACH_PROCESS: list[Periodic] = [Periodic("breakfast.availability", "* * * * * */10", refresh_availability)]
"""To be run within every API process, since what they refresh lives in its memory."""

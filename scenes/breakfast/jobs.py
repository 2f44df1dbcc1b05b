"""What the breakfast room does in the background, gathered."""

from scenes.breakfast import jobs_repeats
from scenes.breakfast.service import carts, collect, days, forecast
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


async def keep_demand(works: Works) -> None:
    """Write down what was wanted on the days that are over: what forecasts learn from."""
    async with works.database.transaction() as session:
        await forecast.keep_demand(session, now=works.clock())


async def finish_carts(works: Works) -> None:
    """Go on with broken carts whose orders are not all moved or refunded."""
    await carts.finish_all(works.database, works.ledger, now=works.clock())


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
    Periodic("breakfast.keep_demand", "25 * * * *", keep_demand),
    Periodic("breakfast.finish_carts", "* * * * *", finish_carts),
    *jobs_repeats.PERIODIC,
]
EACH_PROCESS: list[Periodic] = [Periodic("breakfast.availability", "* * * * * */10", refresh_availability)]
"""To be run within every API process, since what they refresh lives in its memory."""

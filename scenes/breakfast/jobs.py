"""What the breakfast room does in the background, gathered."""

from scenes.breakfast.service import days
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler
from scenes.common.places.directory import PlaceDirectory


async def publish_days(works: Works) -> None:
    """Publish the days ahead that are not there yet."""
    async with works.database.transaction() as session:
        await days.publish_days(session, now=works.clock())


async def refresh_availability(works: Works) -> None:
    """Push what is left to the board of the process that runs this."""
    directory: PlaceDirectory = works.directory
    async with works.database.read() as session:
        left = await days.free_portions(session, now=works.clock())
    directory.board.push(days.SCENE, left)


HANDLERS: dict[str, list[Handler]] = {}
PERIODIC: list[Periodic] = [Periodic("breakfast.publish_days", "*/5 * * * *", publish_days)]
EACH_PROCESS: list[Periodic] = [Periodic("breakfast.availability", "* * * * * */10", refresh_availability)]
"""To be run within every API process, since what they refresh lives in its memory."""

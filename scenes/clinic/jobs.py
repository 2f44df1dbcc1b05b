"""What the clinic room does in the background: count conduct, rebook the stopped, tell what is free."""

from datetime import datetime
from typing import Final

from scenes.clinic.service import conduct, schedule, stopping
from scenes.common.kit.database import Database
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler
from scenes.common.places.availability import AvailabilityBoard
from scenes.common.places.directory import PlaceDirectory

BOARD_DAYS: Final = 8
"""Today and the next seven days."""


async def push_availability(database: Database, board: AvailabilityBoard, *, now: datetime) -> None:
    """Tell a process's places desk how many numbers can be booked now at each venue."""
    async with database.read() as session:
        units = await schedule.free_numbers(session, days=BOARD_DAYS, now=now)
    board.push(schedule.SCENE, units)


async def refresh_availability(works: Works) -> None:
    """Push what is free to the board of the process that runs this."""
    directory: PlaceDirectory = works.directory
    await push_availability(works.database, directory.board, now=works.clock())


HANDLERS: dict[str, list[Handler]] = {
    "booking.no_show": [conduct.count_no_show],
    "booking.cancelled": [conduct.count_late_cancel, stopping.offer_equal],
}

PERIODIC: list[Periodic] = []
"""None of the worker's: clearing waitlists and finishing closures are the booking desk's jobs."""

EACH_PROCESS: list[Periodic] = [Periodic("clinic.availability", "* * * * * */10", refresh_availability)]
"""To be run within every API process, since the board lives in its memory."""

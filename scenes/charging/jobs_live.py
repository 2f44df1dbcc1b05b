"""What keeps live status and guidance fresh: the board of each process, and what is learnt at night."""

from scenes.charging.service import learning, offers, queue
from scenes.charging.service.board import board_of
from scenes.charging.service.stations import SCENE
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler
from scenes.common.places.directory import PlaceDirectory


async def refresh_board(works: Works) -> None:
    """Read every station into this process, and tell its places desk what is free."""
    directory: PlaceDirectory = works.directory
    now = works.clock()
    board = board_of(directory)
    await board.refresh(works.database, works.cache, now)
    directory.board.push(SCENE, board.units(now))


async def serve_queues(works: Works) -> None:
    """Note how offers ended, and offer what is free to whoever is next."""
    async with works.database.read() as session:
        if not await queue.anybody(session):
            return
    board = board_of(works.directory)
    await board.refresh(works.database, works.cache, works.clock())
    await offers.settle(works.database, now=works.clock())
    await offers.end_overdue(works.database, board, now=works.clock())
    await offers.offer(works.database, works.ledger, board, works.clock)


async def learn_usual_days(works: Works) -> None:
    """Learn every station's usual day, for the forecast."""
    await learning.learn_stations(works.database, now=works.clock())


HANDLERS: dict[str, list[Handler]] = {}
PERIODIC: list[Periodic] = [
    Periodic("charging.queues", "* * * * * */2", serve_queues),
    Periodic("charging.learn", "41 3 * * *", learn_usual_days),
]
EACH_PROCESS: list[Periodic] = [Periodic("charging.board", "* * * * * */5", refresh_board)]

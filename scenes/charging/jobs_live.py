"""What keeps live status and guidance fresh: the board of each process, and what is learnt at night."""

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


HANDLERS: dict[str, list[Handler]] = {}
PERIODIC: list[Periodic] = []
EACH_PROCESS: list[Periodic] = [Periodic("charging.board", "* * * * * */5", refresh_board)]

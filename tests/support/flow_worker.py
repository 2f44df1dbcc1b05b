"""The application over a real socket, which dies by `kill -9` where a file says, in the middle of a tap.

Arguments: the port and the file. Settings come from the environment; the hour stands still at six on the
Monday of tests. The file holds one of `PLACES`, or anything else to live on; it is read at every place.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any, Final

from granian.constants import Interfaces
from granian.server.embed import Server

from accessibility.flows import service
from accessibility.flows.service import running
from api.app import compose
from api.lifespan import House
from api.settings import load_settings
from scenes.common.booking.ledger.lane import Lane
from scenes.common.kit.children import tie_to_parent
from scenes.common.kit.clock import instant
from tests.support.breakfast import MONDAY, SIX
from tests.support.clock import AdjustableClock

PLACES: Final = {
    "answering": "an ordinary answer is written and not committed",
    "answered": "it is committed, the page not sent",
    "agreeing": "the yes is written and not committed",
    "agreed": "the yes is committed, the room not asked",
    "claiming": "the ledger has written the booking and not committed",
    "claimed": "the booking is committed, the run not settled",
    "told": "everything is committed, the page not sent",
    "undoing": "the cancel is committed, the run not settled",
}
"""Where the process dies, in the order of a run."""


class Death:
    """Dies by SIGKILL where the file says."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._asking = False

    def here(self, place: str) -> None:
        """Die if this is the place."""
        if self._file.read_text() == place:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Stand at every place of a tap."""
        self._watch_taking()
        self._watch_acting()
        self._watch_telling()

    def _watch_taking(self) -> None:
        take = running.take

        async def watched(asking: Any, *more: Any) -> Any:
            self._asking = False
            work = await take(asking, *more)
            await asking.session.flush()
            self.here("agreeing" if work == "act" else "answering")
            return work

        running.take = watched

    def _watch_acting(self) -> None:
        act, settle, after = (getattr(running, name) for name in ("_act", "_settle", "after"))
        commit = getattr(Lane, "_commit")  # noqa: B009 - its own name for what a batch does last

        async def acting(*given: Any, **more: Any) -> Any:
            self.here("agreed")
            self._asking = True
            return await act(*given, **more)

        async def committing(lane: Any, transaction: Any) -> None:
            if self._asking:
                self.here("claiming")
            await commit(lane, transaction)

        def settling(*given: Any, **more: Any) -> None:
            self.here("claimed")
            settle(*given, **more)

        def moving(state: str, event: Any) -> Any:
            if event == "undo":
                self.here("undoing")
            return after(state, event)

        for owner, name, watched in (
            (running, "_act", acting),
            (running, "_settle", settling),
            (running, "after", moving),
            (Lane, "_commit", committing),
        ):
            setattr(owner, name, watched)

    def _watch_telling(self) -> None:
        answer = service.answer

        async def watched(*given: Any, **more: Any) -> Any:
            kept = await answer(*given, **more)
            self.here("told" if self._asking else "answered")
            return kept

        service.answer = watched


async def serve(port: int, file: Path) -> None:
    """Serve until killed."""
    Death(file).watch()
    house = House(load_settings(os.environ), AdjustableClock(instant(MONDAY, SIX)))
    server = Server(
        compose(house), address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False,
        websockets=False,
    )  # fmt: skip
    await server.serve()


def nurse(port: int, file: Path) -> None:
    """Fork a server for each line that comes, and say how it ended; what is imported once is not again."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            tie_to_parent(os.getppid(), signal.SIGKILL)
            asyncio.run(serve(port, file))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201 - the drill reads it


if __name__ == "__main__":
    nurse(int(sys.argv[1]), Path(sys.argv[2]))

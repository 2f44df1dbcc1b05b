"""What the platform asks its operators by itself, and what it forgets of them."""

from datetime import timedelta
from typing import Final

from scenes.charging.service import watch
from scenes.charging.service.partners import Lines
from scenes.charging.upstream import open_operators
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler

KEPT: Final = timedelta(days=1)
"""How long a message is known for a replay, and a token after its end; no replay window is longer."""


async def attend_operators(works: Works) -> None:
    """Ask the operators that are due: silent ones for their connectors, all of them for stations daily."""
    lines = Lines(cache=works.cache, fanout=works.fanout)
    async with open_operators(works.database, works.cipher, clock=works.clock) as operators:
        await watch.Watch(works.database, operators, lines=lines, clock=works.clock).attend()


async def forget_messages(works: Works) -> None:
    """Forget what operators sent long ago."""
    async with works.database.transaction() as session:
        await watch.forget(session, before=works.clock() - KEPT)


HANDLERS: dict[str, list[Handler]] = {}
PERIODIC = [
    Periodic("charging.operators", "* * * * * */10", attend_operators),
    Periodic("charging.forget_messages", "41 * * * *", forget_messages),
]

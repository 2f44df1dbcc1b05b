"""The queue over HTTP: numbers only, live, for whoever stands before the door."""

from collections.abc import AsyncGenerator
from typing import Final
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.service import queue
from scenes.clinic.wire import Queue
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.wire import encode

TICK_SECONDS: Final = 5.0


def _asker(caller: Caller) -> UUID | None:
    return caller.subject_id if isinstance(caller, Resident) else None


@get("/clinic/sessions/{session_id:uuid}/queue", operation_id="getQueue", tags=["clinic"])
async def get_queue(
    session_id: FromPath[UUID], caller: NamedDependency[Caller], reading: NamedDependency[AsyncSession]
) -> Queue:
    """Show who is being served, how many wait, and one's own number with how many are ahead."""
    return Queue.of(await queue.queue_of(reading, session_id), _asker(caller))


@get("/clinic/sessions/{session_id:uuid}/queue/events", operation_id="followQueue", tags=["clinic"])
async def follow_queue(
    session_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
) -> ServerSentEvent:
    """Follow a queue live: an event `queue` with the whole queue whenever it changed."""

    async def read() -> Queue:
        async with database.read() as session:
            return Queue.of(await queue.queue_of(session, session_id), _asker(caller))

    await read()  # refuses before the stream begins

    async def events() -> AsyncGenerator[ServerSentEventMessage]:
        async with fanout.listen(f"group:{session_id}", tick_seconds=TICK_SECONDS) as changes:
            last = await read()
            yield _shown(last)
            async for _ in changes:
                present = await read()
                if present != last:
                    last = present
                    yield _shown(last)

    return ServerSentEvent(events())


def _shown(shown: Queue) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=encode(shown).decode(), event="queue")


ROUTES = [get_queue, follow_queue]

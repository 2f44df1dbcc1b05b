"""How many wait for a member of staff, once and live; and the forgetting of what they have just changed."""

from collections.abc import AsyncGenerator, Callable
from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.response import ServerSentEvent, ServerSentEventMessage
from litestar.types import Message, Scope

from api.auth import SAFE_METHODS
from api.waiting.counts import Waiting
from api.waiting.wire import DeskWaiting
from api.web.desk_nav import NOTHING
from scenes.common.kit.caller import Staff
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.refusals import Busy
from scenes.common.kit.wire import encode
from scenes.eldercare.service.alarm_log import TOPIC

TICK_SECONDS: Final = 2.0
"""How often a follower's numbers are looked at when nothing was said."""

QUIET_TICKS: Final = 10
"""After so many looks without news a comment is sent, lest something between hangs up: coming back would
count as somebody at the desk, and a sign-in that nobody uses would never end."""


@get("/staff/waiting", operation_id="getWaiting", tags=["staff"])
async def get_waiting(staff: NamedDependency[Staff], waiting: NamedDependency[Waiting]) -> DeskWaiting:
    """Tell how many wait on each page of the console that lists what waits, for this account alone."""
    return DeskWaiting.of(await waiting.of(staff))


@get("/staff/waiting/events", operation_id="followWaiting", tags=["staff"])
async def follow_waiting(
    staff: NamedDependency[Staff], waiting: NamedDependency[Waiting], fanout: NamedDependency[Fanout]
) -> ServerSentEvent:
    """Follow the numbers live: an event `waiting` with all of them whenever one changed.

    An event without items says that they are not known just now.
    """

    async def read() -> DeskWaiting:
        try:
            return DeskWaiting.of(await waiting.of(staff))
        except Busy:
            return DeskWaiting.of(NOTHING)

    async def events() -> AsyncGenerator[ServerSentEventMessage]:
        async with fanout.listen(TOPIC, tick_seconds=TICK_SECONDS) as changes:
            last = await read()
            yield _told(last)
            quiet = 0
            async for _ in changes:
                present, quiet = await read(), quiet + 1
                if present != last:
                    last, quiet = present, 0
                    yield _told(present)
                elif quiet >= QUIET_TICKS:
                    quiet = 0
                    yield ServerSentEventMessage(comment="quiet")

    return ServerSentEvent(events())


def forgetting(waiting: Callable[[], Waiting]) -> Any:
    """Make the hook that forgets the numbers once a change by staff is done, before its answer is sent."""

    async def before_send(message: Message, scope: Scope) -> None:
        if scope["type"] != "http" or message["type"] != "http.response.start":
            return
        if scope["method"] not in SAFE_METHODS and isinstance(scope.get("auth"), Staff):
            waiting().forget()

    return before_send


def _told(numbers: DeskWaiting) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=encode(numbers).decode(), event="waiting")


ROUTES: list[Any] = [get_waiting, follow_waiting]

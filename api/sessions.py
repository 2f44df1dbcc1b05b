"""A request's one transaction: opened once its caller is let in, ended whatever becomes of the request.

Litestar resolves dependencies side by side and, when one refuses, does not close what another has opened:
that connection would be gone until the garbage collector comes by, and a process has but a few.
"""

from asyncio import Lock, sleep
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, cast

from litestar.di import Provide
from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.database import Database

_HELD: Final = "held_sessions"
"""Where a request's scope keeps what was opened for it."""


class SessionsMiddleware:
    """Gives back, when a request has ended, each connection that its refused dependencies left open."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on, then see to what is left."""
        held: list[_Held] = []
        cast("dict[str, Any]", scope)[_HELD] = held
        try:
            await self.app(scope, receive, send)
        finally:
            for one in held:
                await one.end(LeftOpen())


class LeftOpen(Exception):  # noqa: N818 - no error: what rolls back a session that nobody used
    """The request was refused before its handler began."""


class _Held:
    """A session that is ended once, by whoever comes first: its dependency or the middleware."""

    def __init__(self, opening: AbstractAsyncContextManager[AsyncSession]) -> None:
        self._opening = opening
        self._ended = False
        self._ending = Lock()

    async def begin(self) -> AsyncSession:
        """Open it."""
        return await self._opening.__aenter__()

    async def end(self, error: BaseException | None = None) -> None:
        """Commit, or roll back after an error; raises what committing raises."""
        async with self._ending:
            if not self._ended:
                self._ended = True
                await self._opening.__aexit__(type(error) if error else None, error, None)


def sessions(database: Callable[[], Database]) -> Mapping[str, Provide]:
    """Name what a request may ask of the database: `session` to write, `reading` to look."""

    async def session(scope: Scope) -> AsyncGenerator[AsyncSession]:
        async with _held(scope, database().transaction()) as opened:
            yield opened

    async def reading(scope: Scope) -> AsyncGenerator[AsyncSession]:
        async with _held(scope, database().read()) as opened:
            yield opened

    return {"session": Provide(session), "reading": Provide(reading)}


@asynccontextmanager
async def _held(
    scope: Scope, opening: AbstractAsyncContextManager[AsyncSession]
) -> AsyncGenerator[AsyncSession]:
    await _others_have_agreed()
    held = _Held(opening)
    opened = await held.begin()
    cast("dict[str, Any]", scope)[_HELD].append(held)
    try:
        yield opened
    except BaseException as error:
        await held.end(error)
        raise
    await held.end()


async def _others_have_agreed() -> None:
    """Let a dependency that is resolved beside this one refuse the caller before a transaction is opened.

    The refusing one fails in the first turn of the loop, and its group cancels the others in the second.
    Only one that has to ask the database about the caller refuses later than that.
    """
    await sleep(0)
    await sleep(0)

"""The ledger's own connections: one for the writer, one for the sold-out reader, opened when needed."""

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from scenes.common.kit.database import LOST, Database

if TYPE_CHECKING:
    from asyncpg import Connection, Record

BY_INDEX: Final = {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
"""All that the ledger reads it finds by keys.

After a release minute the planner's statistics are a minute behind, and it might read a whole table for a
handful of rows; here it is not given the choice.
"""


class Connections:
    """Connections by purpose; one that broke is dropped and opened anew at the next use."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open: dict[str, Connection[Record]] = {}

    async def get(self, purpose: str) -> "Connection[Record]":
        """Return the connection for a purpose, alive as far as this side can tell."""
        connection = self._open.get(purpose)
        if connection is None or connection.is_closed():
            connection = await self._database.connect(settings=BY_INDEX)
            self._open[purpose] = connection
        return connection

    def drop(self, purpose: str) -> None:
        """Forget a connection that broke."""
        connection = self._open.pop(purpose, None)
        if connection is not None:
            connection.terminate()

    async def close(self) -> None:
        """Close all, at most two seconds each; a server that is away is no obstacle."""
        for connection in self._open.values():
            with suppress(*LOST):
                await connection.close(timeout=2)
        self._open.clear()

"""The operators of the district, each with its line; a token is kept as long as the row says the same."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx

from scenes.charging.errors import OperatorUnknown
from scenes.charging.rules.dialect import Dialect
from scenes.charging.store import partners as store
from scenes.charging.tables import ChargingOperatorRow
from scenes.charging.upstream.client import OperatorClient
from scenes.charging.upstream.keys import open_secrets
from scenes.charging.upstream.line import Line
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.upstream import partner_client

MOST_BYTES = 8 << 20
"""Of one answer: a page of stations is the largest."""

Mark = tuple[str, str, bytes]


class Operators:
    """Hands out a client for an operator, a new one when its address, dialect or keys have changed."""

    def __init__(
        self, database: Database, cipher: FieldCipher, *, http: httpx.AsyncClient, clock: Clock
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._http = http
        self._clock = clock
        self._clients: dict[UUID, tuple[Mark, OperatorClient]] = {}

    async def client(self, operator_id: UUID) -> OperatorClient:
        """Return the client of an operator; refuses with OperatorUnknown."""
        async with self._database.read() as session:
            row = await store.operator(session, operator_id)
            if row is None:
                raise OperatorUnknown
            return self.client_of(row)

    def client_of(self, row: ChargingOperatorRow) -> OperatorClient:
        """Return the client of an operator whose row is at hand."""
        mark = (row.base_url, repr(row.dialect), row.secrets_sealed)
        known = self._clients.get(row.id)
        if known is not None and known[0] == mark:
            return known[1]
        keys = open_secrets(row.secrets_sealed, row.id, cipher=self._cipher).theirs
        line = Line(row.base_url, Dialect.of(row.dialect), keys=keys, http=self._http, clock=self._clock)
        client = OperatorClient(row.id, line)
        self._clients[row.id] = (mark, client)
        return client


@asynccontextmanager
async def open_operators(
    database: Database, cipher: FieldCipher, *, clock: Clock
) -> AsyncGenerator[Operators]:
    """Open the lines to the operators; each attempt of a call ends within five seconds."""
    async with partner_client(most_bytes=MOST_BYTES) as http:
        yield Operators(database, cipher, http=http, clock=clock)

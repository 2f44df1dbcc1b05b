"""PostgreSQL, the only truth: one request or job is one transaction, opened here.

Several hosts in the URL route by role: writes go to the primary, `read()` prefers a standby.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any, cast

import asyncpg
from anyio import CancelScope
from sqlalchemy import Connection, DateTime, MetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import declared_attr
from sqlalchemy.pool import QueuePool
from sqlmodel import SQLModel

from scenes.common.kit.refusals import Busy

TIMESTAMPTZ = cast("Any", DateTime(timezone=True))
"""Column type of every instant; SQLModel's own choice would drop the zone."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """Base of every stored row; its metadata is what migrations are checked against."""

    metadata = MetaData(naming_convention=NAMING)

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 # pyright: ignore[reportIncompatibleVariableOverride] - SQLAlchemy hands in the class
        """Name the table after the class: `PatientLinkRow` is `patient_link`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()  # pyright: ignore[reportAttributeAccessIssue]


CONNECT_TIMEOUT = 3
"""Seconds one attempt to connect may take."""

PATIENCE = 4.0
"""Seconds a request waits for a restarting PostgreSQL before it is refused as busy."""

SHARED = 2
"""Connections for answers that many wait for; see `Database.read_for_many`."""

BELIEVED = 1.0
"""Seconds for which a connection that answered is taken to be alive."""

ANSWERED = "answered_at"
"""Where a pooled connection keeps when it last answered."""

LOST = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""What the drivers raise when the server, not the statement, is the trouble; also during a fail-over."""


def is_lost(error: BaseException) -> bool:
    """Tell whether the database went away or has no connection left, so that trying again can help."""
    if isinstance(error, DBAPIError):
        inner = error.orig.__cause__ if error.orig is not None else None
        return error.connection_invalidated or (inner is not None and is_lost(inner))
    return isinstance(error, (*LOST, PoolExhausted))


_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


class Database:
    """The engines of one process: a writing one, and a reading one where standbys are named.

    `pool_size` is how many connections each may have open. All of them are kept: what a crowd opened and the
    pool would not keep was closed and opened anew for every request of the crowd.
    """

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self.url = url
        self._writer = self._engine("read-write" if self.several_hosts else "any", pool_size)
        self._reader = self._engine("prefer-standby", pool_size) if self.several_hosts else self._writer
        self._for_many = self._engine("prefer-standby" if self.several_hosts else "any", SHARED)

    @property
    def several_hosts(self) -> bool:
        """Tell whether the URL names a primary and standbys."""
        return "," in self.url.split("?", maxsplit=1)[0]

    def _engine(self, role: str, pool_size: int) -> AsyncEngine:
        async def connect() -> asyncpg.Connection:
            return await self.connect(role)

        return create_async_engine(
            "postgresql+asyncpg://",
            async_creator=connect,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=PATIENCE,
        )

    async def connect(
        self, role: str | None = None, *, settings: Mapping[str, str] = _NO_SETTINGS
    ) -> asyncpg.Connection:
        """Open a plain asyncpg connection, for the ledger's writer and for LISTEN, with server settings."""
        wanted: Any = role or ("read-write" if self.several_hosts else "any")
        return await asyncpg.connect(
            self.url,
            timeout=CONNECT_TIMEOUT,
            target_session_attrs=wanted,
            server_settings={"application_name": "lifecircle", "timezone": "UTC", **settings},
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """Open the one writing transaction of a request or job; raising rolls it back."""
        async with self._begun(self._writer) as session:
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """Open a transaction that only reads; it may be served by a standby."""
        async with self._begun(self._reader) as session:
            yield session

    @asynccontextmanager
    async def read_for_many(self) -> AsyncGenerator[AsyncSession]:
        """Open a read for an answer that many wait for, on one of the few connections kept for these.

        Who waits may hold a connection meanwhile. Were this one of the same pool, a crowd that holds them all
        would wait for each other until they all give up.
        """
        async with self._begun(self._for_many) as session:
            yield session

    @asynccontextmanager
    async def _begun(self, engine: AsyncEngine) -> AsyncGenerator[AsyncSession]:
        session = AsyncSession(engine, expire_on_commit=False, autoflush=True)
        try:
            await self._ready(session)
            yield session
            await session.commit()
        except BaseException as error:
            with CancelScope(shield=True):  # a live page that is left cancels every await, this one too
                await _quietly(session.rollback())
                await _quietly(session.close())
            if is_lost(error):
                raise Busy from error
            raise
        await _quietly(session.close())

    async def _ready(self, session: AsyncSession) -> None:
        """Get a live connection, waiting briefly for a restarting server.

        One that answered a moment ago and was not closed since is not asked again: a server that goes away
        closes its connections.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while True:
            try:
                connection = await session.connection()
                if not _answered_lately(connection, loop.time()):
                    await connection.exec_driver_sql("SELECT 1")
                    _pooled(connection).info[ANSWERED] = loop.time()
            except Exception as error:
                await _quietly(session.rollback())
                if not is_lost(error) or loop.time() > deadline:
                    raise
                await asyncio.sleep(0.2)
            else:
                return

    @property
    def lent(self) -> int:
        """Count the connections that are in use just now."""
        engines = {self._writer, self._reader, self._for_many}
        return sum(cast("QueuePool", engine.pool).checkedout() for engine in engines)

    async def close(self) -> None:
        """Close every connection of this process."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()
        await self._for_many.dispose()


def _pooled(connection: AsyncConnection) -> Connection:
    """Return the connection that the pool lends out; what its `info` says stays with it."""
    return cast("Connection", connection.sync_connection)


def _answered_lately(connection: AsyncConnection, now: float) -> bool:
    pooled = _pooled(connection)
    plain = cast("asyncpg.Connection", pooled.connection.driver_connection)
    return not plain.is_closed() and now < pooled.info.get(ANSWERED, 0.0) + BELIEVED


async def _quietly(step: Any) -> None:
    """Finish a rollback or close on a connection that may be dead already."""
    try:
        await step
    except Exception as error:
        if not is_lost(error):
            raise

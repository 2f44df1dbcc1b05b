"""Which errors mean that the database went away, so that trying again can help."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from scenes.common.kit.database import Database, is_lost
from scenes.common.kit.refusals import Busy


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (asyncpg.CannotConnectNowError("starting up"), True),
        (asyncpg.AdminShutdownError("terminated"), True),
        (asyncpg.ConnectionDoesNotExistError("closed"), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (asyncpg.ReadOnlySQLTransactionError("not the primary any more"), True),
        (asyncpg.exceptions.TargetServerAttributeNotMatched("no primary yet"), True),
        (asyncpg.InternalClientError("another operation is in progress"), True),
        (asyncpg.UniqueViolationError("duplicate key"), False),
        (asyncpg.CheckViolationError("taken"), False),
        (RuntimeError("a defect"), False),
        (ValueError("a defect"), False),
    ],
)
def test_errors_of_the_server_are_told_from_errors_of_a_statement(error: Exception, *, lost: bool) -> None:
    assert is_lost(error) is lost


async def test_a_value_that_cannot_be_sent_is_not_a_lost_database(database: Database) -> None:
    connection = await database.connect()
    with pytest.raises(asyncpg.DataError) as raised:
        await connection.fetch("SELECT $1::int", 2**40)
    await connection.close()
    assert not is_lost(raised.value)
    with pytest.raises(Exception, match="int32") as wrapped:
        async with database.read() as session:
            await session.execute(text("SELECT CAST(:n AS int)"), {"n": 2**40})
    assert not isinstance(wrapped.value, Busy)


async def test_a_session_ended_by_the_server_is_a_lost_database(database: Database) -> None:
    with pytest.raises(Busy):
        async with database.transaction() as session:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def backend(database: Database, all_in: asyncio.Barrier) -> int:
    """Name the server process one transaction has, while all the others of the crowd have theirs."""
    async with database.read() as session:
        found = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        await all_in.wait()
        return found


async def crowd(database: Database, count: int) -> set[int]:
    all_in = asyncio.Barrier(count)
    return set(await asyncio.gather(*(backend(database, all_in) for _ in range(count))))


async def test_what_a_crowd_opened_is_kept_for_the_next(database_url: str) -> None:
    database = Database(database_url)
    try:
        first = await crowd(database, 16)
        assert (len(first), await crowd(database, 16)) == (16, first)
    finally:
        await database.close()


async def test_connections_that_the_server_closed_are_opened_anew(
    database: Database, database_url: str
) -> None:
    before = await crowd(database, 8)
    admin = await asyncpg.connect(database_url)
    await admin.fetch("SELECT pg_terminate_backend(pid, 5000) FROM unnest($1::int[]) AS t(pid)", list(before))
    await admin.close()
    after = await crowd(database, 8)
    assert (len(after), after & before) == (8, set())


async def test_what_many_wait_for_is_read_while_every_connection_is_held(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    try:
        async with database.transaction(), database.read_for_many() as shared:
            assert (await shared.execute(text("SELECT 1"))).scalar_one() == 1
    finally:
        await database.close()

"""Which errors mean that the database went away, so that trying again can help."""

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

"""What is asked in the release minute is found by keys, however far behind the planner's statistics are."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from scenes.common.booking.ledger import sql
from scenes.common.booking.ledger.connections import BY_INDEX, Connections
from scenes.common.booking.store import windows_statement
from tests.support.booking import World

CROWD = 4000


def scans(plan: dict[str, Any]) -> Iterator[str]:
    """Name every table that a plan reads from end to end."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", []):
        yield from scans(part)


async def read_whole(connection: asyncpg.Connection, statement: str, *facts: object) -> set[str]:
    explained = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *facts)
    return set(scans(json.loads(explained)[0]["Plan"]))


@pytest.fixture
async def crowded(world: World) -> World:
    """A release minute: the statistics say that nearly every booking is over, and then thousands come."""
    window = (await world.offer(capacity=CROWD)).id
    [person] = await world.people(1)
    await world.run(
        """
        INSERT INTO booking (id, scene, state, place_id, group_id, title, resource, person_id, booked_by,
          starts_at, ends_at, hold_seconds, extensions, offered, amount_fen, code, terms, created_at,
          updated_at, version, no_show_at)
        SELECT gen_random_uuid(), w.scene, 'confirmed', w.place_id, w.group_id, '', '', :person, :person,
          w.starts_at, w.ends_at, 900, 0, false, 0, n::text, '{}', w.opens_at, w.opens_at, 1,
          w.opens_at - interval '1 year'
        FROM booking_window w, generate_series(1, 4000) n WHERE w.id = :window""",
        person=person, window=window,
    )  # fmt: skip
    await world.run("ANALYZE booking")
    await world.run("INSERT INTO booking_line SELECT id, :window, '', 1, 0 FROM booking", window=window)
    await world.run("UPDATE booking SET no_show_at = ends_at")
    await world.run("UPDATE booking_window SET taken = capacity")
    return world


async def test_the_ledger_reads_no_table_from_end_to_end(crowded: World) -> None:
    connections, now = Connections(crowded.database), crowded.clock()
    connection = await connections.get("test")
    [(window, group)] = await crowded.rows("SELECT id, group_id FROM booking_window")
    people = [uuid4() for _ in range(200)]
    keys = [str(person) for person in people]
    exclusive = [f"{group}:{person}" for person in people]
    try:
        asked = (
            (sql.FOR_HOPELESS, (people, keys, now, exclusive, [window])),
            (sql.FOR_CLAIMS, (people, keys, now, exclusive, people)),
            (sql.LAPSED_ON, ([window], now)),
            (sql.LOCK_BOOKINGS, (people,)),
            (sql.EXPIRED_HOLDS, (now, 200)),
            (sql.MISSED, (now, 200)),
        )
        assert [await read_whole(connection, statement, *facts) for statement, facts in asked] == [set()] * 6
    finally:
        await connections.close()


async def test_a_list_of_windows_reads_no_booking_of_years(crowded: World) -> None:
    connection = await crowded.database.connect()
    [(group,)] = await crowded.rows("SELECT group_id FROM booking_window")
    try:
        statement = windows_statement(groups="$1", now="$2")
        read = await read_whole(connection, statement, [group], crowded.clock() + timedelta(days=1))
        assert read.isdisjoint({"booking", "booking_line"})
    finally:
        await connection.close()


def test_the_ledgers_connections_leave_the_planner_no_choice() -> None:
    assert BY_INDEX == {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}

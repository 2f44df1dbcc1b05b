"""The demo's care desk has a request in every state, and its nursing home people to see a doctor by video."""

from datetime import timedelta

from sqlalchemy import text

from scenes.common.kit.database import Database
from scenes.eldercare.states import EDGES
from tests.scenes.demo.conftest import Made


async def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in (await session.execute(text(statement))).all()]


async def test_there_is_a_request_in_every_state_and_one_that_waits_too_long(made: Made) -> None:
    database = await made(residents=400, days=1)
    counted = await rows(database, "SELECT state, count(*) FROM care_request GROUP BY 1 ORDER BY 1")
    assert counted == [
        ("accepted", 1), ("arrived", 1), ("assigned", 1), ("cancelled", 1), ("declined", 1), ("done", 1),
        ("rated", 1), ("requested", 2),
    ]  # fmt: skip
    late = "SELECT max(due_at - requested_at) FROM care_request WHERE state = 'requested'"
    assert await rows(database, late) == [(timedelta(minutes=15),)]
    legal = {(before, event) for before, event in EDGES}
    steps = await rows(database, "SELECT request_id, kind FROM care_step ORDER BY request_id, at, id")
    assert {kind for _, kind in steps} <= {event for _, event in legal}
    assert await rows(database, "SELECT count(DISTINCT person_id) FROM care_resident") == [(8,)]
    free = "SELECT count(*) FROM booking_window w JOIN place p ON p.id = w.place_id"
    assert await rows(database, f"{free} WHERE p.kind = 'internet_hospital'") == [(112,)]

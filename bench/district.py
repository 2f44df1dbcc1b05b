"""The data the benchmark runs on: people, places and windows, loaded in bulk and the same each time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from scenes.common.kit.ids import new_id

SPREAD = 1000
"""Windows over which the spread load goes."""

PLENTY = 5_000_000
"""Capacity that a run cannot use up."""


class Plan:
    """The identifiers a run needs."""

    def __init__(self, people: list[UUID], *, hot: UUID, sold_out: UUID, spread: list[UUID]) -> None:
        self.people = people
        self.hot = hot
        self.sold_out = sold_out
        self.spread = spread


async def load(url: str, *, people: int, clinic: UUID) -> Plan:
    """Load people and windows; every window is open now and starts tomorrow."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            """
            INSERT INTO person (id, resident_no, name, birth_date, sex, area, lat, lng, hukou, has_account,
                                synthetic, created_at)
            SELECT uuidv7(), n, '王芳', DATE '1950-01-01' + (n % 18000), 'f', '曹杨新村街道', 31.24, 121.40,
                   true, true, true, now()
            FROM generate_series(1, $1) n""",
            people,
        )
        ids = [row["id"] for row in await connection.fetch("SELECT id FROM person ORDER BY resident_no")]
        windows = [new_id() for _ in range(SPREAD + 2)]
        await add_windows(connection, windows, clinic)
        await connection.execute(
            "UPDATE booking_window SET capacity = 1, taken = 1 WHERE id = $1", windows[1]
        )
        await connection.execute(
            "CREATE TABLE bench_window AS SELECT * FROM unnest($1::int[], $2::uuid[]) AS b(n, id)",
            list(range(SPREAD + 1)),
            [windows[0], *windows[2:]],
        )
        await connection.execute(
            "CREATE TABLE bench_person AS SELECT row_number() OVER () AS n, id FROM person"
        )
        await connection.execute("ALTER TABLE bench_window ADD PRIMARY KEY (n)")
        await connection.execute("ALTER TABLE bench_person ADD PRIMARY KEY (n)")
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return Plan(ids, hot=windows[0], sold_out=windows[1], spread=windows[2:])


async def add_windows(connection: asyncpg.Connection, windows: list[UUID], clinic: UUID) -> None:
    """Insert windows, each a group of its own."""
    now = datetime.now(UTC)
    await connection.executemany(
        """
        INSERT INTO booking_window (id, scene, place_id, group_id, title, resource, starts_at, ends_at,
          capacity, taken, opens_at, closes_at, audience, state, price_fen, hold_seconds, terms)
        VALUES ($1, 'clinic', $2, $3, '全科', '李敏', $4, $5, $6, 0, $7, $8, 'public', 'open', 0, 900, $9)""",
        [
            (window, clinic, new_id(), now + timedelta(days=1), now + timedelta(days=1, minutes=30), PLENTY,
             now - timedelta(days=1), now + timedelta(hours=20),
             '{"cancelUntil": "2030-01-01T00:00:00Z", "graceMinutes": 10, "noShowRule": "爽约三次停约"}')
            for window in windows
        ],
    )  # fmt: skip

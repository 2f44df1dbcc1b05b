"""The district a crash test runs on: people, crowded windows, and the truth read when all is over."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from api.history_file import TrueBooking, TrueLine, TrueWindow, Truth
from scenes.common.kit.ids import new_id

WINDOWS = 12
CAPACITY = 40


async def fill(url: str, *, people: int) -> tuple[list[UUID], list[UUID]]:
    """Insert people and tomorrow's windows: open now, free of charge, each a session of its own."""
    now, place = datetime.now(UTC), new_id()
    day = now + timedelta(days=1)
    windows = [new_id() for _ in range(WINDOWS)]
    connection = await asyncpg.connect(url)
    try:
        ids = await connection.fetch(
            """
            INSERT INTO person (id, name, birth_date, sex, area, hukou, has_account, synthetic, created_at)
            SELECT uuidv7(), '王芳', DATE '1950-01-01' + n, 'f', '曹杨新村街道', true, true, true, now()
            FROM generate_series(1, $1) n RETURNING id""",
            people,
        )
        await connection.executemany(
            """
            INSERT INTO booking_window (id, scene, place_id, group_id, title, resource, starts_at, ends_at,
              capacity, taken, opens_at, closes_at, audience, state, price_fen, hold_seconds, terms)
            VALUES ($1, 'clinic', $2, $3, '全科', '李敏', $4, $5, $6, 0, $7, $4, 'public', 'open', 0, 900,
              '{"graceMinutes": 10}')""",
            [
                (window, place, new_id(), day, day + timedelta(minutes=30), CAPACITY, now - timedelta(days=1))
                for window in windows
            ],
        )
    finally:
        await connection.close()
    return [row["id"] for row in ids], windows


async def truth(url: str) -> Truth:
    """Read what the database holds."""
    connection = await asyncpg.connect(url)
    try:
        windows = await connection.fetch(
            """
            SELECT id, group_id, capacity, taken, COALESCE((
              SELECT sum(r.units) FROM unit_return r WHERE r.window_id = w.id), 0)::int AS returning
            FROM booking_window w"""
        )
        bookings = await connection.fetch(
            """
            SELECT b.id, b.person_id, b.group_id, b.state, b.exclusivity_key IS NOT NULL AS exclusive,
              array_agg(l.window_id ORDER BY l.window_id) AS windows,
              array_agg(l.units ORDER BY l.window_id) AS units
            FROM booking b LEFT JOIN booking_line l ON l.booking_id = b.id GROUP BY b.id"""
        )
    finally:
        await connection.close()
    return Truth(tuple(TrueWindow(*row) for row in windows), tuple(map(_true_booking, bookings)))


def _true_booking(row: asyncpg.Record) -> TrueBooking:
    lines = tuple(
        TrueLine(window, units)
        for window, units in zip(row["windows"], row["units"], strict=True)
        if window is not None
    )
    return TrueBooking(row["id"], row["person_id"], row["group_id"], row["state"], row["exclusive"], lines)

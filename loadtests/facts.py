"""Reads from the database: the seeded residents before a run, and the truth after it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from loadtests.check import BookingFact, Facts, KeyFact, WindowFact
from scenes.common.booking.tables import TAKES

_RESIDENTS: Final = """
    SELECT id, coalesce(lat, 31.2418) AS lat, coalesce(lng, 121.4004) AS lng FROM person
    WHERE has_account AND synthetic AND erased_at IS NULL ORDER BY resident_no LIMIT $1
"""
_WINDOWS: Final = """
    SELECT w.id::text, w.group_id::text AS session, w.capacity, w.taken,
      coalesce((SELECT sum(r.units) FROM unit_return r WHERE r.window_id = w.id), 0)::int AS returning,
      extract(epoch FROM w.opens_at)::float AS opens, extract(epoch FROM w.starts_at)::float AS starts
    FROM booking_window w WHERE w.group_id = ANY($1::uuid[])
"""
_BOOKINGS: Final = f"""
    SELECT b.id::text, b.person_id::text AS person, b.group_id::text AS session, l.window_id::text AS window,
      l.units, b.state, b.offered, {TAKES} AS takes, b.exclusivity_key IS NOT NULL AS exclusive
    FROM booking_window w JOIN booking_line l ON l.window_id = w.id JOIN booking b ON b.id = l.booking_id
    WHERE w.group_id = ANY($1::uuid[])
"""  # noqa: S608 - a constant of the booking desk
_KEYS: Final = """
    SELECT owner_id::text AS person, key, convert_from(body, 'UTF8')::jsonb ->> 'id' AS booking
    FROM idempotency WHERE key = ANY($1::text[]) AND status BETWEEN 200 AND 299
"""
_STAFF: Final = "SELECT id FROM staff WHERE username = $1"
_AMOUNTS: Final = """
    SELECT b.id, b.amount_fen,
      (SELECT sum(l.units * l.unit_fen) FROM booking_line l WHERE l.booking_id = b.id)
      + (SELECT coalesce(sum((a->>'fen')::int), 0) FROM jsonb_array_elements(b.adjustments) a) AS due
    FROM booking b WHERE b.group_id = ANY($1::uuid[])
"""


class Home(msgspec.Struct, frozen=True):
    """A resident who can book, and where they live (WGS-84)."""

    id: UUID
    lat: float
    lng: float


async def residents(url: str, wanted: int) -> list[Home]:
    """Return so many seeded residents with accounts."""
    return [Home(row["id"], row["lat"], row["lng"]) for row in await fetched(url, _RESIDENTS, wanted)]


async def truth(url: str, *, sessions: Sequence[str], keys: Sequence[str]) -> Facts:
    """Read what the database says of groups of windows, and of the keys that clients were granted under.

    All of one moment: what goes on in the background meanwhile would look like a contradiction.
    """
    groups = [UUID(session) for session in sessions]
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            windows = await connection.fetch(_WINDOWS, groups)
            bookings = await connection.fetch(_BOOKINGS, groups)
            kept = await connection.fetch(_KEYS, list(keys))
    finally:
        await connection.close()
    return Facts(
        windows=tuple(msgspec.convert(dict(row), WindowFact) for row in windows),
        bookings=tuple(msgspec.convert(dict(row), BookingFact) for row in bookings),
        keys=tuple(msgspec.convert(dict(row), KeyFact) for row in kept),
    )


async def staff_named(url: str, username: str) -> UUID:
    """Return a seeded member of staff."""
    return (await fetched(url, _STAFF, username))[0]["id"]


async def wrong_amounts(url: str, sessions: Sequence[str]) -> list[str]:
    """Find bookings whose price is not what their lines and adjustments add up to, to the fen."""
    rows = await fetched(url, _AMOUNTS, [UUID(session) for session in sessions])
    return [
        f"amount: booking {row['id']} costs {row['amount_fen']} fen, its lines add up to {row['due']}"
        for row in rows
        if row["amount_fen"] != row["due"]
    ]


async def fetched(url: str, statement: str, *values: Any) -> list[asyncpg.Record]:
    """Ask the database one question."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()

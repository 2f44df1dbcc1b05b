"""Reads from the database: the seeded residents before a run, and the truth after it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from loadtests.check import BookingFact, Facts, KeyFact, WindowFact

_RESIDENTS: Final = """
    SELECT id, coalesce(lat, 31.2418) AS lat, coalesce(lng, 121.4004) AS lng FROM person
    WHERE has_account AND synthetic AND erased_at IS NULL ORDER BY resident_no LIMIT $1
"""
_WINDOWS: Final = """
    SELECT w.id::text, w.group_id::text AS session, w.capacity, w.taken,
      coalesce((SELECT sum(r.units) FROM unit_return r WHERE r.window_id = w.id), 0)::int AS returning,
      extract(epoch FROM w.opens_at)::float AS opens
    FROM booking_window w WHERE w.group_id = ANY($1::uuid[])
"""
_BOOKINGS: Final = """
    SELECT b.id::text, b.person_id::text AS person, b.group_id::text AS session, l.window_id::text AS window,
      l.units, b.state, b.offered
    FROM booking b JOIN booking_line l ON l.booking_id = b.id WHERE b.group_id = ANY($1::uuid[])
"""
_KEYS: Final = """
    SELECT owner_id::text AS person, key, convert_from(body, 'UTF8')::jsonb ->> 'id' AS booking
    FROM idempotency WHERE key = ANY($1::text[]) AND status BETWEEN 200 AND 299
"""


class Home(msgspec.Struct, frozen=True):
    """A resident who can book, and where they live (WGS-84)."""

    id: UUID
    lat: float
    lng: float


async def residents(url: str, wanted: int) -> list[Home]:
    """Return so many seeded residents with accounts."""
    return [Home(row["id"], row["lat"], row["lng"]) for row in await _fetch(url, _RESIDENTS, wanted)]


async def truth(url: str, *, sessions: Sequence[str], keys: Sequence[str]) -> Facts:
    """Read what the database says about sessions, and about the keys that clients were granted under."""
    groups = [UUID(session) for session in sessions]
    return Facts(
        windows=tuple(msgspec.convert(dict(row), WindowFact) for row in await _fetch(url, _WINDOWS, groups)),
        bookings=tuple(
            msgspec.convert(dict(row), BookingFact) for row in await _fetch(url, _BOOKINGS, groups)
        ),
        keys=tuple(msgspec.convert(dict(row), KeyFact) for row in await _fetch(url, _KEYS, list(keys))),
    )


async def _fetch(url: str, statement: str, *values: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()

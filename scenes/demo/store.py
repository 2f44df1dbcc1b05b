"""The demo's statements, one a function: loading in bulk, and reading what was loaded."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.database import Database, Row
from scenes.common.people.tables import PersonRow, StaffRow

_LOCK: Final = text("SELECT pg_advisory_xact_lock(310107)")
_KNOWN: Final = text("SELECT COALESCE(max(resident_no), 0) FROM person")
_EMPTY: Final = text("SELECT NOT EXISTS (SELECT FROM person) AND NOT EXISTS (SELECT FROM place)")
_HAS_RULE: Final = text("SELECT EXISTS (SELECT FROM clinic_rule WHERE place_id IS NULL)")
_HAS_BREAKFAST_RULE: Final = text("SELECT EXISTS (SELECT FROM breakfast_rule WHERE place_id IS NULL)")
_HAS_CHARGING_RULE: Final = text("SELECT EXISTS (SELECT FROM charging_rule WHERE place_id IS NULL)")
_IS_FURNISHED: Final = text(
    "SELECT EXISTS (SELECT FROM breakfast_point) AND EXISTS (SELECT FROM charging_station)"
    " AND EXISTS (SELECT FROM care_service) AND EXISTS (SELECT FROM walk_network)"
)
_MOVE_OPERATOR: Final = text("UPDATE charging_operator SET base_url = :url WHERE operator_code = :code")
_POINTS_REMEMBERED: Final = text("SELECT DISTINCT place_id FROM breakfast_demand")
_STATIONS_KNOWN: Final = text("SELECT id FROM charging_station")
_STAFF: Final = text(f"SELECT username, id FROM {StaffRow.__tablename__}")  # noqa: S608 - a constant
_SHIFTS: Final = "SELECT doctor_id, day, period FROM clinic_session WHERE day BETWEEN $1 AND $2"
_GUESTS: Final = f"""
SELECT p.id, p.birth_date AS birth, p.sex, p.area,
  (SELECT l.account_id FROM patient_link l WHERE l.person_id = p.id ORDER BY 1 LIMIT 1) AS account,
  (SELECT c.place_id FROM family_doctor_contract c WHERE c.person_id = p.id AND c.ended_at IS NULL) AS signed
FROM {PersonRow.__tablename__} p WHERE p.resident_no > $1 AND p.synthetic ORDER BY p.resident_no"""  # noqa: S608
_OLDEST: Final = text(
    f"SELECT id FROM {PersonRow.__tablename__} WHERE synthetic AND birth_date < :born_before"  # noqa: S608 - a constant
    " AND resident_no IS NOT NULL ORDER BY resident_no LIMIT :limit"
)
_OLDEST_AT_HOME: Final = text(
    f"SELECT p.id, p.lat, p.lng FROM {PersonRow.__tablename__} p"  # noqa: S608 - a constant
    " WHERE p.synthetic AND p.birth_date < :born_before AND p.resident_no IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM care_resident r WHERE r.person_id = p.id)"
    " ORDER BY p.resident_no LIMIT :limit"
)
_QUARTERS: Final = text(
    """
    WITH added AS (
      INSERT INTO booking_window (id, scene, place_id, group_id, title, resource, starts_at, ends_at,
        capacity, taken, opens_at, closes_at, audience, state, price_fen, hold_seconds, terms)
      SELECT (lpad(to_hex((extract(epoch FROM q.at) * 1000)::bigint), 12, '0') || '7' || substr(d.hex, 1, 3)
          || '8' || substr(d.hex, 4, 15))::uuid,
        'charging', c.station_id, c.id, :title, c.name, q.at, q.at + interval '15 minutes', 1, 0, :opens_at,
        q.at + interval '15 minutes', 'public', 'open', 0, :hold_seconds, q.terms::jsonb
      FROM charging_connector c
      JOIN charging_station s ON s.id = c.station_id
      JOIN charging_operator o ON o.id = s.operator_id AND o.synthetic,
        unnest(CAST(:starts AS timestamptz[]), CAST(:terms AS text[])) AS q(at, terms),
        md5(c.id::text || q.at::text) AS d(hex)
      WHERE c.gone_at IS NULL AND NOT EXISTS (
        SELECT FROM charging_window w
        WHERE w.connector_id = c.id AND w.starts_at >= :since AND w.starts_at < :until)
      RETURNING id, group_id, starts_at)
    INSERT INTO charging_window (window_id, connector_id, starts_at) SELECT id, group_id, starts_at FROM added
    """
)
"""A window's identifier is in the shape of UUIDv7, drawn from its connector and start."""

_REACH_CARERS: Final = text(
    """
    UPDATE care_carer SET person_id = p.id, on_from = '07:00', on_until = '21:00'
    FROM (SELECT id, row_number() OVER (ORDER BY resident_no) AS n FROM person
          WHERE synthetic AND has_account AND erased_at IS NULL
            AND birth_date BETWEEN '1966-01-01' AND '2003-01-01') p,
         (SELECT staff_id, row_number() OVER (ORDER BY username) AS n FROM care_carer
          JOIN staff ON id = staff_id WHERE person_id IS NULL) k
    WHERE care_carer.staff_id = k.staff_id AND k.n = p.n
    """
)
_ANALYZED: Final = "ANALYZE person, patient_link, family_doctor_contract, clinic_session, booking_window, \
booking, booking_line, booking_standing, payment, place, charging_station, charging_connector, \
connector_status, connector_change, charging_window, breakfast_item, breakfast_stock, breakfast_demand"


async def lock_district(session: AsyncSession) -> None:
    """Let one process at a time make the district, until the transaction ends."""
    await session.execute(_LOCK)


async def residents_known(session: AsyncSession) -> int:
    """Return the highest resident number there is; 0 in an empty district."""
    return (await session.execute(_KNOWN)).scalar_one()


async def is_empty(session: AsyncSession) -> bool:
    """Tell whether the district has neither people nor places."""
    return (await session.execute(_EMPTY)).scalar_one()


async def has_rule(session: AsyncSession) -> bool:
    """Tell whether the district has a clinic rule."""
    return (await session.execute(_HAS_RULE)).scalar_one()


async def is_furnished(session: AsyncSession) -> bool:
    """Tell whether the district has chargers, breakfast, carers and streets; one made before them has not."""
    return (await session.execute(_IS_FURNISHED)).scalar_one()


async def has_breakfast_rule(session: AsyncSession) -> bool:
    """Tell whether the district has a breakfast rule."""
    return (await session.execute(_HAS_BREAKFAST_RULE)).scalar_one()


async def has_charging_rule(session: AsyncSession) -> bool:
    """Tell whether the district has a charging rule."""
    return (await session.execute(_HAS_CHARGING_RULE)).scalar_one()


async def points_remembered(session: AsyncSession) -> frozenset[UUID]:
    """Name the breakfast points of which it is known what went."""
    return frozenset((await session.scalars(_POINTS_REMEMBERED)).all())


async def stations_known(session: AsyncSession) -> frozenset[UUID]:
    """Name the charging stations that are there."""
    return frozenset((await session.scalars(_STATIONS_KNOWN)).all())


async def staff_ids(session: AsyncSession) -> dict[str, UUID]:
    """Name every member of staff with their identifier."""
    return {row.username: row.id for row in await session.execute(_STAFF)}


async def add_if_missing(session: AsyncSession, table: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, leaving those that are there as they are."""
    await session.execute(insert(table).on_conflict_do_nothing(), [dict(row) for row in rows])


async def load(
    session: AsyncSession, table: type[Row], *, columns: Sequence[str], records: Iterable[tuple[Any, ...]]
) -> None:
    """Copy records into a table within the running transaction; JSON columns take text."""
    connection = await driver(session)
    await connection.copy_records_to_table(str(table.__tablename__), columns=columns, records=records)


async def move_operator(session: AsyncSession, code: str, url: str) -> None:
    """Say where an operator is."""
    await session.execute(_MOVE_OPERATOR, {"code": code, "url": url})


async def publish_quarters(session: AsyncSession, facts: Mapping[str, Any]) -> int:
    """Put a day's quarter-hours of every connector that has none on offer; return how many."""
    done: Any = await session.execute(_QUARTERS, dict(facts))
    return int(done.rowcount)


async def shifts_known(
    session: AsyncSession, *, first: date, last: date
) -> frozenset[tuple[UUID, date, str]]:
    """Name the shifts from one day to another that are published: doctor, day, half-day."""
    rows = await (await driver(session)).fetch(_SHIFTS, first, last)
    return frozenset((row["doctor_id"], row["day"], row["period"]) for row in rows)


async def guests(session: AsyncSession, above: int) -> Sequence[asyncpg.Record]:
    """Read the residents after a number, with who books for them and where they are signed."""
    return await (await driver(session)).fetch(_GUESTS, above)


async def reach_carers(session: AsyncSession) -> None:
    """Let each carer without one be reached as a resident of working age, from seven till nine."""
    await session.execute(_REACH_CARERS)


async def oldest(session: AsyncSession, *, born_before: date, limit: int) -> Sequence[UUID]:
    """Read the first residents who were born before a day."""
    facts = {"born_before": born_before, "limit": limit}
    return (await session.scalars(_OLDEST, facts)).all()


async def oldest_at_home(
    session: AsyncSession, *, born_before: date, limit: int
) -> Sequence[tuple[UUID, float | None, float | None]]:
    """Read the first residents born before a day who live in no home, each with where they live (WGS-84)."""
    facts = {"born_before": born_before, "limit": limit}
    return [tuple(row) for row in (await session.execute(_OLDEST_AT_HOME, facts)).all()]  # pyright: ignore[reportReturnType]


async def analyze(database: Database) -> None:
    """Tell the planner what was loaded."""
    connection = await database.connect()
    try:
        await connection.execute(_ANALYZED)
    finally:
        await connection.close()


async def driver(session: AsyncSession) -> asyncpg.Connection:
    """Return the driver's connection of a session, whose transaction has begun."""
    raw = await (await session.connection()).get_raw_connection()
    connection: Any = raw.driver_connection
    return connection

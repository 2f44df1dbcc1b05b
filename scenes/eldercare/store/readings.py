"""The statements about devices, readings and alerts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, exists, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.people.tables import ConsentRow, PersonRow
from scenes.eldercare.tables.readings import (
    CareAlertRow,
    CareDeviceRow,
    CareLimitRow,
    CareReadingRow,
    ReadingRuleRow,
)


async def rules(session: AsyncSession) -> Sequence[ReadingRuleRow]:
    """Read every rule; there are few."""
    return (await session.scalars(select(ReadingRuleRow))).all()


async def limits(session: AsyncSession, person_id: UUID, day: date) -> CareLimitRow | None:
    """Read the limits that differ for a person on a day."""
    found = (
        select(CareLimitRow)
        .where(col(CareLimitRow.person_id) == person_id, col(CareLimitRow.since) <= day)
        .order_by(col(CareLimitRow.since).desc())
        .limit(1)
    )
    return await session.scalar(found)


async def put_limits(session: AsyncSession, row: CareLimitRow) -> None:
    """Write a person's limits from a day on, in the place of those of the same day."""
    facts = row.model_dump()
    changed = {name: facts[name] for name in ("values", "set_by", "set_at")}
    await session.execute(
        insert(CareLimitRow)
        .values(**facts)
        .on_conflict_do_update(index_elements=["person_id", "since"], set_=changed)
    )


async def person(session: AsyncSession, person_id: UUID) -> PersonRow | None:
    """Read a person."""
    return await session.get(PersonRow, person_id)


async def device(session: AsyncSession, device_id: UUID, *, lock: bool = False) -> CareDeviceRow | None:
    """Read a device, for a change if asked."""
    return await session.get(CareDeviceRow, device_id, with_for_update=lock or None, populate_existing=lock)


async def devices(session: AsyncSession, person_id: UUID) -> Sequence[CareDeviceRow]:
    """Read a person's devices that are in use."""
    found = select(CareDeviceRow).where(
        col(CareDeviceRow.person_id) == person_id, col(CareDeviceRow.gone_at).is_(None)
    )
    return (await session.scalars(found.order_by(col(CareDeviceRow.id)))).all()


async def add_reading(session: AsyncSession, row: CareReadingRow) -> bool:
    """Write a reading unless the device gave one for that instant; tell whether it is new."""
    written = await session.execute(
        insert(CareReadingRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing()
        .returning(col(CareReadingRow.at))
    )
    return written.first() is not None


async def last_readings(
    session: AsyncSession, person_id: UUID, kind: str, *, limit: int
) -> Sequence[CareReadingRow]:
    """Read a person's last readings of a kind, newest first."""
    found = (
        select(CareReadingRow)
        .where(col(CareReadingRow.person_id) == person_id, col(CareReadingRow.kind) == kind)
        .order_by(col(CareReadingRow.at).desc())
        .limit(limit)
    )
    return (await session.scalars(found)).all()


async def open_alert(session: AsyncSession, person_id: UUID, kind: str) -> CareAlertRow | None:
    """Lock a person's open alert of a kind."""
    found = (
        select(CareAlertRow)
        .where(
            col(CareAlertRow.person_id) == person_id,
            col(CareAlertRow.kind) == kind,
            col(CareAlertRow.ended_at).is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return await session.scalar(found)


async def add_alert(session: AsyncSession, row: CareAlertRow) -> bool:
    """Open an alert unless one is open; tell whether it is new."""
    written = await session.execute(
        insert(CareAlertRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing()
        .returning(col(CareAlertRow.id))
    )
    return written.first() is not None


async def alert(session: AsyncSession, alert_id: UUID) -> CareAlertRow | None:
    """Lock an alert."""
    return await session.get(CareAlertRow, alert_id, with_for_update=True, populate_existing=True)


async def open_alerts(session: AsyncSession) -> Sequence[tuple[CareAlertRow, str, str]]:
    """List the open alerts with name and subdistrict: unseen ones first, then the oldest."""
    found = (
        select(CareAlertRow, col(PersonRow.name), col(PersonRow.area))
        .join(PersonRow, col(PersonRow.id) == col(CareAlertRow.person_id))
        .where(col(CareAlertRow.ended_at).is_(None))
        .order_by(col(CareAlertRow.seen_at).is_not(None), col(CareAlertRow.began_at))
        .limit(500)
    )
    rows: Any = (await session.execute(found)).all()
    return [(row[0], row[1], row[2]) for row in rows]


async def dry_since(session: AsyncSession, before: datetime) -> Sequence[CareDeviceRow]:
    """Read the water meters where no water ran since an instant and nobody was told yet."""
    told = exists().where(
        col(CareAlertRow.person_id) == col(CareDeviceRow.person_id),
        col(CareAlertRow.kind) == "water",
        col(CareAlertRow.ended_at).is_(None),
    )
    found = select(CareDeviceRow).where(
        col(CareDeviceRow.kind) == "water",
        col(CareDeviceRow.gone_at).is_(None),
        col(CareDeviceRow.used_at) <= before,
        ~told,
    )
    return (await session.scalars(found.limit(200))).all()


async def agreeing(
    session: AsyncSession, person_ids: Sequence[UUID], *, after: UUID | None, limit: int
) -> Sequence[PersonRow]:
    """Read those of some persons whose consent to health stands, by id; `after` is the last one before."""
    found = (
        select(PersonRow)
        .join(ConsentRow, col(ConsentRow.person_id) == col(PersonRow.id))
        .where(
            col(PersonRow.id) == any_(literal(list(person_ids), ARRAY(Uuid))),
            col(ConsentRow.subject) == "health",
            col(ConsentRow.withdrawn_at).is_(None),
        )
        .order_by(col(PersonRow.id))
        .limit(limit)
    )
    if after is not None:
        found = found.where(col(PersonRow.id) > after)
    return (await session.scalars(found)).all()

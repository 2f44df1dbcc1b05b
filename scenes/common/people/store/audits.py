"""Finding entries of the audit log."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.people.tables import AuditCheckRow, AuditEntryRow, StaffRow


async def audit_found(  # noqa: PLR0913 - the filters of a list
    session: AsyncSession,
    *,
    since: datetime | None,
    until: datetime | None,
    action: str | None,
    person_id: UUID | None,
    staff_id: UUID | None,
    before: int | None,
    limit: int,
) -> Sequence[tuple[AuditEntryRow, str]]:
    """Read entries that fit, the newest first, with the name of who acted."""
    wanted = select(AuditEntryRow, col(StaffRow.display_name)).outerjoin(
        StaffRow, col(StaffRow.id) == col(AuditEntryRow.staff_id)
    )
    if since is not None:
        wanted = wanted.where(col(AuditEntryRow.at) >= since)
    if until is not None:
        wanted = wanted.where(col(AuditEntryRow.at) < until)
    if action is not None:
        wanted = wanted.where(col(AuditEntryRow.action) == action)
    if person_id is not None:
        wanted = wanted.where(col(AuditEntryRow.subject_ids).contains([str(person_id)]))
    if staff_id is not None:
        wanted = wanted.where(col(AuditEntryRow.staff_id) == staff_id)
    if before is not None:
        wanted = wanted.where(col(AuditEntryRow.seq) < before)
    found = await session.execute(wanted.order_by(col(AuditEntryRow.seq).desc()).limit(limit))
    return [(row, name or "") for row, name in found]


async def audit_entry(session: AsyncSession, seq: int) -> tuple[AuditEntryRow, str] | None:
    """Read one entry with the name of who acted."""
    wanted = select(AuditEntryRow, col(StaffRow.display_name)).outerjoin(
        StaffRow, col(StaffRow.id) == col(AuditEntryRow.staff_id)
    )
    row = (await session.execute(wanted.where(col(AuditEntryRow.seq) == seq))).first()
    return (row[0], row[1] or "") if row is not None else None


async def audit_entries(session: AsyncSession, *, after: int, limit: int) -> Sequence[AuditEntryRow]:
    """Read entries of the log in order, from behind one on."""
    wanted = select(AuditEntryRow).where(col(AuditEntryRow.seq) > after)
    return (await session.scalars(wanted.order_by(col(AuditEntryRow.seq)).limit(limit))).all()


async def audit_check(session: AsyncSession) -> AuditCheckRow | None:
    """Read how far the log was checked."""
    return await session.get(AuditCheckRow, 1)


async def keep_audit_check(session: AsyncSession, row: AuditCheckRow) -> None:
    """Write down how far the log was checked; the later of two who check at once stays."""
    values = row.model_dump()
    await session.execute(
        insert(AuditCheckRow).values(values).on_conflict_do_update(index_elements=["id"], set_=values)
    )

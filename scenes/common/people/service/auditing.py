"""Looking at the audit log; looking is written down like any other reading of persons."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import day_span
from scenes.common.kit.refusals import Forbidden
from scenes.common.people.service.audit import append_audit, check_audit
from scenes.common.people.store import audits as store
from scenes.common.people.tables import AuditCheckRow, AuditEntryRow


class AuditAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries: between days, of an act, about a person, by a member of staff, before a number.

    With `anew` every entry of the chain is checked, not only what was added since the last check.
    """

    since: date | None = None
    until: date | None = None
    act: str = ""
    person_id: UUID | None = None
    staff_id: UUID | None = None
    before: int | None = None
    limit: int = 50
    anew: bool = False


class AuditView(msgspec.Struct, frozen=True, kw_only=True):
    """Entries with the staff's names, where to go on, and how far the chain is whole.

    `broken` is the entry that does not fit, with its actor; None where it is gone or the chain is whole.
    """

    entries: Sequence[tuple[AuditEntryRow, str]]
    following: int | None
    check: AuditCheckRow
    broken: tuple[AuditEntryRow, str] | None


async def look_at_audit(
    session: AsyncSession, staff: Staff, asked: AuditAsked, *, now: datetime
) -> AuditView:
    """Find entries, the newest first, check the chain, and write down who looked (Forbidden)."""
    if staff.role != "auditor":
        raise Forbidden
    found = await store.audit_found(
        session,
        since=day_span(asked.since)[0] if asked.since else None,
        until=day_span(asked.until)[1] if asked.until else None,
        action=asked.act or None,
        person_id=asked.person_id,
        staff_id=asked.staff_id,
        before=asked.before,
        limit=asked.limit + 1,
    )
    shown = found[: asked.limit]
    check = await check_audit(session, anew=asked.anew, now=now)
    broken = await store.audit_entry(session, check.broken_at) if check.broken_at is not None else None
    subjects = [asked.person_id] if asked.person_id else []
    await append_audit(session, staff.staff_id, action="staff.audit.read", subject_ids=subjects, now=now)
    following = shown[-1][0].seq if len(found) > asked.limit else None
    return AuditView(entries=shown, following=following, check=check, broken=broken)

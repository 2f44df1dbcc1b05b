"""The audit log: who of the staff did what to whom, when, with what result."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import CHAIN_START
from scenes.common.people.rules import AuditFacts, AuditLink, audit_digest, first_broken
from scenes.common.people.store import persons as store
from scenes.common.people.tables import AuditEntryRow


async def append_audit(  # noqa: PLR0913 - an audit entry says who, what, whom, how it ended and when
    session: AsyncSession,
    staff_id: UUID,
    *,
    action: str,
    subject_ids: Iterable[UUID] = (),
    result: str = "ok",
    now: datetime,
) -> int:
    """Append an entry to the chain and return its number; it stays only if the transaction commits.

    Appenders wait for one another until they commit, so call it late in a transaction.
    """
    await store.lock_audit_tail(session)
    last = await store.last_audit_entry(session)
    previous = last.digest if last is not None else CHAIN_START
    facts = AuditFacts(
        seq=last.seq + 1 if last is not None else 1,
        at=now.astimezone(UTC),
        staff_id=staff_id,
        action=action,
        subject_ids=tuple(map(str, subject_ids)),
        result=result,
    )
    session.add(
        AuditEntryRow(
            seq=facts.seq,
            at=facts.at,
            staff_id=staff_id,
            action=action,
            subject_ids=list(facts.subject_ids),
            result=result,
            previous=previous,
            digest=audit_digest(previous, facts),
        )
    )
    await session.flush()
    return facts.seq


async def audit_board(
    session: AsyncSession, staff_id: UUID, people: Iterable[UUID], *, now: datetime
) -> None:
    """Write down whose names a member of staff has seen on a venue's board."""
    await append_audit(session, staff_id, action="staff.board.read", subject_ids=sorted(people), now=now)


async def broken_audit_entry(session: AsyncSession) -> int | None:
    """Check the whole chain and name the first entry that does not fit; none when it is whole."""
    return first_broken([_link(row) for row in await store.audit_entries(session)])


def _link(row: AuditEntryRow) -> AuditLink:
    facts = AuditFacts(
        seq=row.seq,
        at=row.at.astimezone(UTC),
        staff_id=row.staff_id,
        action=row.action,
        subject_ids=tuple(row.subject_ids),
        result=row.result,
    )
    return AuditLink(facts, row.previous, row.digest)

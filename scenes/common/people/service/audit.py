"""The audit log: who of the staff did what to whom, when, with what result."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import CHAIN_START
from scenes.common.people.rules import AuditFacts, AuditLink, audit_digest, first_broken
from scenes.common.people.store import audits
from scenes.common.people.store import persons as store
from scenes.common.people.tables import AuditCheckRow, AuditEntryRow

AT_ONCE: Final = 2000
"""Entries held in memory while the chain is checked."""


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
    return (await _followed(session, 0, CHAIN_START))[2]


async def check_audit(session: AsyncSession, *, anew: bool, now: datetime) -> AuditCheckRow:
    """Check what was added since the last check, or every entry, and keep how far it is whole.

    The entry the last check ended with must still be there with the digest it had then, so that entries cut
    off the end show. A break that was found stays until a check of every entry finds none.
    """
    known = await audits.audit_check(session)
    if known is None or anew:
        seq, digest, broken = await _followed(session, 0, CHAIN_START)
        checked = AuditCheckRow(seq=seq, digest=digest, whole_at=now, broken_at=broken)
    elif known.broken_at is not None:
        return known
    else:
        seq, digest, broken = known.seq, known.digest, None
        if seq and not await _still_there(session, seq, digest):
            broken = seq
        else:
            seq, digest, broken = await _followed(session, seq, digest)
        checked = AuditCheckRow(seq=seq, digest=digest, whole_at=known.whole_at, broken_at=broken)
    await audits.keep_audit_check(session, checked)
    return checked


async def _still_there(session: AsyncSession, seq: int, digest: bytes) -> bool:
    found = await audits.audit_entry(session, seq)
    if found is None:
        return False
    link = _link(found[0])
    return link.digest == digest == audit_digest(link.previous, link.facts)


async def _followed(session: AsyncSession, seq: int, digest: bytes) -> tuple[int, bytes, int | None]:
    """Follow the chain from an entry on: the last that fits, its digest, and the first that does not."""
    while rows := await audits.audit_entries(session, after=seq, limit=AT_ONCE):
        broken = first_broken([_link(row) for row in rows], after=seq, previous=digest)
        fitting = rows if broken is None else rows[: broken - seq - 1]
        if fitting:
            seq, digest = fitting[-1].seq, fitting[-1].digest
        if broken is not None:
            return seq, digest, broken
    return seq, digest, None


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

"""The statements about delegations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, case, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.people.tables import DelegationRow, FamilyRuleRow, PersonRow

MOST_SHOWN = 100

_KIN = text(
    """
    SELECT person_id FROM (
      (SELECT d.delegate_id AS person_id, 0 AS rank, d.approved_at AS since FROM delegation d
       WHERE d.principal_id = :person_id AND d.state = 'active' AND d.until > :now
         AND (CAST(:scope AS text) IS NULL OR jsonb_exists(d.scopes, CAST(:scope AS text))))
      UNION ALL
      (SELECT l.account_id, 1, l.created_at FROM patient_link l WHERE l.person_id = :person_id)) AS kin
    JOIN person p ON p.id = kin.person_id AND p.erased_at IS NULL
    GROUP BY person_id ORDER BY min(rank), min(since), person_id
    """
)

_ACTS = text(
    """
    SELECT a.id, a.actor, a.actor_id, a.action, a.status, a.at,
           COALESCE(p.name, s.display_name, '') AS actor_name
    FROM act_in_name a
    LEFT JOIN person p ON a.actor = 'delegate' AND p.id = a.actor_id
    LEFT JOIN staff s ON a.actor = 'staff' AND s.id = a.actor_id
    WHERE a.principal_id = :principal_id ORDER BY a.id DESC LIMIT :limit
    """
)


async def kin(session: AsyncSession, person_id: UUID, *, now: datetime, scope: str | None) -> Sequence[UUID]:
    """Name a person's active delegates, of any or of one scope, then the accounts with them as a patient."""
    return (await session.scalars(_KIN, {"person_id": person_id, "now": now, "scope": scope})).all()


_STANDING = text(
    """
    SELECT d.id, d.scopes, d.approved_at, d.cooling_until, p.name FROM delegation d
    JOIN person p ON p.id = d.principal_id AND p.erased_at IS NULL
    WHERE d.delegate_id = :delegate_id AND d.principal_id = :principal_id
    AND d.state = 'active' AND d.until > :now
    """
)
_ONCE_DELEGATED = text(
    """
    SELECT EXISTS (
      SELECT 1 FROM delegation WHERE delegate_id = :delegate_id AND principal_id = :principal_id
      AND state NOT IN ('requested', 'declined') AND approved_at IS NOT NULL)
    """
)
_CLEAR_EXPIRED = text(
    """
    UPDATE delegation SET state = 'expired', ended_at = until
    WHERE delegate_id = :delegate_id AND principal_id = :principal_id
    AND state IN ('requested', 'active') AND until <= :now
    """
)


async def standing(
    session: AsyncSession, delegate_id: UUID, principal_id: UUID, *, now: datetime
) -> RowMapping | None:
    """Read what one person may do for another at this moment; none if nothing."""
    facts = {"delegate_id": delegate_id, "principal_id": principal_id, "now": now}
    return (await session.execute(_STANDING, facts)).mappings().one_or_none()


async def once_delegated(session: AsyncSession, delegate_id: UUID, principal_id: UUID) -> bool:
    """Tell whether one person may act, or could once act, for another by delegation."""
    facts = {"delegate_id": delegate_id, "principal_id": principal_id}
    return bool(await session.scalar(_ONCE_DELEGATED, facts))


async def clear_expired(
    session: AsyncSession, delegate_id: UUID, principal_id: UUID, *, now: datetime
) -> None:
    """Write down that what ran out between two persons has run out, so that they may begin anew."""
    facts = {"delegate_id": delegate_id, "principal_id": principal_id, "now": now}
    await session.execute(_CLEAR_EXPIRED, facts)


async def add(session: AsyncSession, row: DelegationRow) -> bool:
    """Write a delegation unless one runs between the two; tell whether it is new."""
    written = await session.execute(
        upsert(DelegationRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing()
        .returning(col(DelegationRow.id))
    )
    return written.first() is not None


async def locked(session: AsyncSession, delegation_id: UUID) -> DelegationRow | None:
    """Read a delegation afresh, for a change."""
    return await session.get(DelegationRow, delegation_id, with_for_update=True, populate_existing=True)


async def between(session: AsyncSession, person_id: UUID) -> Sequence[tuple[DelegationRow, PersonRow]]:
    """Read a person's delegations on either side with who is on the other, the latest first."""
    other = case(
        (col(DelegationRow.principal_id) == person_id, col(DelegationRow.delegate_id)),
        else_=col(DelegationRow.principal_id),
    )
    found = await session.execute(
        select(DelegationRow, PersonRow)
        .join(PersonRow, col(PersonRow.id) == other)
        .where(or_(col(DelegationRow.principal_id) == person_id, col(DelegationRow.delegate_id) == person_id))
        .order_by(col(DelegationRow.id).desc())
        .limit(MOST_SHOWN)
    )
    return [(row, person) for row, person in found]


async def running_of(session: AsyncSession, principal_id: UUID, now: datetime) -> int:
    """Count the delegates a person has; who only asks to be one does not count."""
    counted = select(func.count()).where(
        col(DelegationRow.principal_id) == principal_id,
        col(DelegationRow.state) == "active",
        col(DelegationRow.until) > now,
    )
    return (await session.execute(counted)).scalar_one()


async def accounts_by_phone(session: AsyncSession, phone_index: bytes) -> Sequence[PersonRow]:
    """Read the accounts that have a phone with this index."""
    found = await session.scalars(
        select(PersonRow).where(
            col(PersonRow.phone_index) == phone_index,
            col(PersonRow.has_account),
            col(PersonRow.erased_at).is_(None),
        )
    )
    return found.all()


async def rules(session: AsyncSession) -> Sequence[FamilyRuleRow]:
    """Read every rule; there are few."""
    return (await session.scalars(select(FamilyRuleRow))).all()


async def acts(session: AsyncSession, principal_id: UUID, limit: int) -> Sequence[RowMapping]:
    """Read what was done in a person's name with who did it, the latest first."""
    facts = {"principal_id": principal_id, "limit": limit}
    return (await session.execute(_ACTS, facts)).mappings().all()

"""The statements about delegations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_KIN = text(
    """
    SELECT person_id FROM (
      (SELECT d.delegate_id AS person_id, 0 AS rank, d.approved_at AS since FROM delegation d
       WHERE d.principal_id = :person_id AND d.state = 'active' AND d.until > :now)
      UNION ALL
      (SELECT l.account_id, 1, l.created_at FROM patient_link l WHERE l.person_id = :person_id)) AS kin
    JOIN person p ON p.id = kin.person_id AND p.erased_at IS NULL
    GROUP BY person_id ORDER BY min(rank), min(since), person_id
    """
)


async def kin(session: AsyncSession, person_id: UUID, now: datetime) -> Sequence[UUID]:
    """Name the active delegates of a person, then the accounts that have them as a patient."""
    return (await session.scalars(_KIN, {"person_id": person_id, "now": now})).all()

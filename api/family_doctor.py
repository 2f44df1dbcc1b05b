"""Who is signed with a family doctor where: the clinic's contracts, told to the eldercare room."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.service import family
from scenes.eldercare.service.family_doctor import Signed


async def signed_residents(
    session: AsyncSession, place_ids: Collection[UUID], *, now: datetime, person_id: UUID | None = None
) -> Sequence[Signed]:
    """List the contracts that run at these venues, of one person if asked."""
    found = await family.signed_at(session, place_ids, now=now, person_id=person_id)
    return [Signed(person_id=row.person_id, doctor=doctor, until=row.until) for row, doctor in found]

"""What could not be taken from partners, kept for staff."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import PartnerInputRefused
from scenes.charging.store import partners as store
from scenes.charging.tables import PartnerIncidentRow
from scenes.common.kit.ids import new_id


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What an incident is about: whose call, which, and the codes in it."""

    operator_id: UUID | None
    call: str
    excerpt: str = ""


async def note_incident(
    session: AsyncSession, refused: PartnerInputRefused, about: About, *, now: datetime
) -> None:
    """Leave staff an incident; equal ones of an hour are one row with a count."""
    row = PartnerIncidentRow(
        id=new_id(),
        operator_id=about.operator_id,
        call=about.call,
        kind=refused.kind,
        detail=refused.why,
        excerpt=about.excerpt,
        hour=now.replace(minute=0, second=0, microsecond=0),
        first_at=now,
        last_at=now,
    )
    await store.add_incident(session, row)

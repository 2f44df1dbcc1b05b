"""Who of the carers can come quickly: read from all venues, chosen by the rule."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.clock import shanghai
from scenes.common.people.tables import PersonRow
from scenes.eldercare.rules.care import Candidate
from scenes.eldercare.rules.nearby import OnCall, nearest
from scenes.eldercare.store import requests as store


async def carers_near(
    session: AsyncSession, person: PersonRow, *, most: int, now: datetime
) -> Sequence[UUID]:
    """Name the carers to call for somebody at home, as residents, nearest first."""
    loads = await store.loads(session)
    carers = [
        OnCall(
            candidate=Candidate(
                id=row.staff_id, sex=row.sex, skills=frozenset(row.skills), lat=place.lat, lng=place.lng,
                load=loads.get(row.staff_id, 0),
            ),
            person_id=row.person_id, on_from=row.on_from, on_until=row.on_until,
        )
        for row, place in await store.reachable_carers(session)
        if row.person_id is not None
    ]  # fmt: skip
    at = shanghai(now).time()
    return nearest(carers, at=at, lat=person.lat, lng=person.lng, most=most, but=person.id)

"""Today's open requests and the carers on a map: quarters, not doors; who looked is written down."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.people.service import append_audit
from scenes.eldercare.errors import NotTheCareDesk
from scenes.eldercare.rules.desk_map import Point, coarse
from scenes.eldercare.service.desk import check_desk
from scenes.eldercare.service.requests import brief_of
from scenes.eldercare.store import requests as store
from scenes.eldercare.tables.requests import CareRequestRow

AWAY = frozenset({"accepted", "arrived"})
"""A carer with a visit in these states is drawn at it, else at the venue they set out from."""


class MappedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """An open request with the quarter it is in; without a point where no place is known."""

    id: UUID
    what: str
    person: str
    state: str
    due: datetime | None
    at: Point | None


class MappedCarer(msgspec.Struct, frozen=True, kw_only=True):
    """A carer, where they are taken to be, and the visit they are at or on the way to."""

    name: str
    venue: str
    at: Point
    visit: UUID | None


class DeskMap(msgspec.Struct, frozen=True, kw_only=True):
    """What the map shows; the list beside it says the same. `later` counts what is for other days."""

    requests: Sequence[MappedRequest]
    carers: Sequence[MappedCarer]
    venues: Sequence[tuple[str, Point]]
    later: int = 0


async def desk_map(session: AsyncSession, staff: Staff, *, cipher: FieldCipher, now: datetime) -> DeskMap:
    """Draw what is open today and who is about at one's venues (NotTheCareDesk, also for a carer)."""
    check_desk(staff)
    if await store.carer(session, staff.staff_id) is not None:
        raise NotTheCareDesk
    found = await store.open_requests(session, None if staff.role == "district" else staff.place_ids)
    rows = [(row, name) for row, name in found if _is_today(row, now)]
    names = {row.id: row.name for row in await store.services(session)}
    requests = [_mapped(row, name, names.get(row.service_id, ""), cipher) for row, name in rows]
    subjects = sorted({row.person_id for row, _ in rows})
    await append_audit(session, staff.staff_id, action="staff.care.map", subject_ids=subjects, now=now)
    visits = {row.carer_id: row.id for row, _ in rows if row.state in AWAY}
    places = {each.id: each.at for each in requests}
    venues = [each for each in await store.venues(session) if staff.may_work_at(each.id)]
    carers: list[MappedCarer] = []
    for venue in venues:
        for carer, place, name in await store.carers(session, venue.id):
            visit = visits.get(carer.staff_id)
            at = (places.get(visit) if visit else None) or Point(place.lat, place.lng)
            carers.append(MappedCarer(name=name, venue=venue.name, at=at, visit=visit))
    return DeskMap(
        requests=sorted(requests, key=lambda each: (each.due is None, each.due or now, each.id)),
        carers=carers,
        venues=[(each.name, Point(each.lat, each.lng)) for each in venues],
        later=len(found) - len(rows),
    )


def _is_today(row: CareRequestRow, now: datetime) -> bool:
    """Tell whether somebody is wanted today, or was before, or is there: not what is for another day."""
    return row.state in AWAY or local_day(row.promised_at) <= local_day(now)


def _mapped(row: CareRequestRow, person: str, what: str, cipher: FieldCipher) -> MappedRequest:
    spot = brief_of(row, cipher).spot
    at = coarse(Point(spot.lat, spot.lng)) if spot.lat is not None and spot.lng is not None else None
    return MappedRequest(id=row.id, what=what, person=person, state=row.state, due=row.due_at, at=at)

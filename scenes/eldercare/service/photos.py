"""Photos of a visit: added by who is there, seen by the elder, who asked for them, and the desk."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.people.service import append_audit
from scenes.eldercare.errors import PhotoNotFound
from scenes.eldercare.rules.care import CareTerms
from scenes.eldercare.rules.photos import check_may_add
from scenes.eldercare.service import desk, requests
from scenes.eldercare.store import photos as store
from scenes.eldercare.tables.photos import CarePhotoRow

CONTEXT = "care_photo.photo"


class VisitPhoto(msgspec.Struct, frozen=True):
    """A photo of a visit by its id, and when it was added."""

    id: UUID
    at: datetime


async def add(  # noqa: PLR0913 - one fact each
    session: AsyncSession, staff: Staff, request_id: UUID, *, photo: bytes, cipher: FieldCipher, now: datetime
) -> VisitPhoto:
    """Keep a redrawn photo, sealed, as long as the request's terms say.

    Refuses with RequestNotFound, NotVisiting or PhotosFull; who added it is written down.
    """
    row = await desk.at_hand(session, staff, request_id)
    check_may_add(row.state, await store.count(session, row.id))
    terms = msgspec.convert(row.terms, CareTerms)
    kept = CarePhotoRow(
        id=new_id(), request_id=row.id, staff_id=staff.staff_id, at=now,
        keep_until=local_day(now) + timedelta(days=terms.photo_days),
        photo_sealed=cipher.seal_bytes(photo, context=f"{CONTEXT}:{row.id}"),
    )  # fmt: skip
    session.add(kept)
    await _audit(session, staff, row.person_id, "photo_added", now=now)
    return VisitPhoto(kept.id, now)


async def listed(session: AsyncSession, request_id: UUID) -> Sequence[VisitPhoto]:
    """List a request's photos, whose request has been judged to be the asker's."""
    return [VisitPhoto(*each) for each in await store.photos(session, request_id)]


async def staff_list(session: AsyncSession, staff: Staff, request_id: UUID) -> Sequence[VisitPhoto]:
    """List the photos of a request at hand (RequestNotFound)."""
    row = await desk.at_hand(session, staff, request_id, lock=False)
    return await listed(session, row.id)


async def for_resident(
    session: AsyncSession, resident: Resident, request_id: UUID, photo_id: UUID, *, cipher: FieldCipher
) -> bytes:
    """Open a photo for the person cared for or who asked for them (RequestNotFound, PhotoNotFound)."""
    row = await requests.own(session, resident, request_id)
    return _opened(await store.photo(session, row.id, photo_id), cipher)


async def for_staff(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    staff: Staff,
    request_id: UUID,
    photo_id: UUID,
    *,
    cipher: FieldCipher,
    now: datetime,
) -> bytes:
    """Open a photo at the desk (RequestNotFound, PhotoNotFound); who looked is written down."""
    row = await desk.at_hand(session, staff, request_id, lock=False)
    photo = _opened(await store.photo(session, row.id, photo_id), cipher)
    await _audit(session, staff, row.person_id, "photo", now=now)
    return photo


def _opened(row: CarePhotoRow | None, cipher: FieldCipher) -> bytes:
    if row is None:
        raise PhotoNotFound
    return cipher.open_bytes(row.photo_sealed, context=f"{CONTEXT}:{row.request_id}")


async def _audit(session: AsyncSession, staff: Staff, person_id: UUID, what: str, *, now: datetime) -> None:
    await append_audit(session, staff.staff_id, action=f"staff.care.{what}", subject_ids=[person_id], now=now)

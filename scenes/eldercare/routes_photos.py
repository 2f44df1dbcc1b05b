"""Photos of visits over HTTP: added by staff, seen by the elder, who asked for them, and the desk."""

from asyncio import to_thread
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.photos import MEDIA_TYPE, MOST_BODY, redrawn
from scenes.common.kit.wire import Page, encode, fingerprint
from scenes.eldercare.service import photos, requests
from scenes.eldercare.wire_photos import CarePhoto, CarePhotoRequest

OWN: Final = "/eldercare/requests/{request_id:uuid}/photos"
DESK: Final = "/staff/requests/{request_id:uuid}/photos"
SAFELY: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


@get(OWN, operation_id="listCarePhotos", tags=["eldercare"])
async def list_own(
    request_id: FromPath[UUID], resident: NamedDependency[Resident], reading: NamedDependency[AsyncSession]
) -> Page[CarePhoto]:
    """List the photos of a visit to oneself or to whom one asked it for."""
    row = await requests.own(reading, resident, request_id)
    return Page(items=[CarePhoto.of(each) for each in await photos.listed(reading, row.id)])


@get(OWN + "/{photo_id:uuid}", operation_id="getCarePhoto", tags=["eldercare"], media_type=MEDIA_TYPE)
async def show_own(
    request_id: FromPath[UUID],
    photo_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
) -> Response[bytes]:
    """Show one photo of a visit, a JPEG."""
    photo = await photos.for_resident(reading, resident, request_id, photo_id, cipher=cipher)
    return Response(photo, media_type=MEDIA_TYPE, headers=SAFELY)


@post(
    DESK,
    operation_id="addCarePhoto",
    tags=["staff"],
    request_max_body_size=MOST_BODY,
    responses={201: ResponseSpec(CarePhoto, description="Kept, drawn anew without place and time")},
)
async def add(
    request_id: FromPath[UUID],
    data: JSONBody[CarePhotoRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Add a photo to a visit, from the arrival until it was rated; six at most."""
    checked, mark, now = checked_key(key), fingerprint(f"/staff/requests/{request_id}/photos", data), clock()
    photo = await to_thread(redrawn, data.content())
    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            kept = await photos.add(session, staff, request_id, photo=photo, cipher=cipher, now=now)
            return 201, encode(CarePhoto.of(kept))

        answer = await once(session, staff.staff_id, key=checked, fingerprint=mark, now=now, act=act)
    return respond(answer)


@get(DESK, operation_id="listDeskPhotos", tags=["staff"])
async def list_desk(
    request_id: FromPath[UUID], staff: NamedDependency[Staff], reading: NamedDependency[AsyncSession]
) -> Page[CarePhoto]:
    """List the photos of a visit at hand."""
    found = await photos.staff_list(reading, staff, request_id)
    return Page(items=[CarePhoto.of(each) for each in found])


@get(DESK + "/{photo_id:uuid}", operation_id="getDeskPhoto", tags=["staff"], media_type=MEDIA_TYPE)
async def show_desk(
    request_id: FromPath[UUID],
    photo_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Response[bytes]:
    """Show one photo of a visit, a JPEG; who looked is written down."""
    photo = await photos.for_staff(session, staff, request_id, photo_id, cipher=cipher, now=clock())
    return Response(photo, media_type=MEDIA_TYPE, headers=SAFELY)


ROUTES: list[Any] = [list_own, show_own, add, list_desk, show_desk]

"""The photos of a visit as a page for staff: add one, look at those there are."""

from asyncio import to_thread
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.pages import PageRender, see_other
from scenes.common.kit.photos import MOST_BYTES, MOST_FORM, redrawn
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.kit.speech import spoken_when
from scenes.eldercare.rules.photos import MOST
from scenes.eldercare.service import photos

HERE: Final = "/staff/eldercare/{request_id:uuid}/photos"
CONFLICT: Final = 409


class PhotoLine(msgspec.Struct, frozen=True):
    """A photo by its address, and what it is in words."""

    href: str
    words: str


class PhotosView(msgspec.Struct, frozen=True, kw_only=True):
    """The photos of a visit, and where another goes while there may be more."""

    back: str
    action: str
    photos: list[PhotoLine]
    full: bool
    problem: str = ""


def photo_lines(found: Any, address: str, *, now: datetime) -> list[PhotoLine]:
    """Say of each photo where it is and when it was taken in."""
    return [PhotoLine(f"{address}/{each.id}", f"{spoken_when(each.at, now)}拍的照片") for each in found]


async def _view(
    session: AsyncSession, staff: Staff, request_id: UUID, *, now: datetime, problem: str = ""
) -> PhotosView:
    found = await photos.staff_list(session, staff, request_id)
    here = f"/staff/eldercare/{request_id}"
    return PhotosView(
        back=here, action=f"{here}/photos", full=len(found) >= MOST, problem=problem,
        photos=photo_lines(found, f"/api/v1/staff/requests/{request_id}/photos", now=now),
    )  # fmt: skip


@get(HERE, include_in_schema=False)
async def show_photos(
    request_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the photos of a visit."""
    view = await _view(reading, staff, request_id, now=clock())
    return render("eldercare/staff_care_photos.html", view, title="照片")


@post(HERE, include_in_schema=False, request_max_body_size=MOST_FORM)
async def add_photo(
    request_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Take a photo in; what cannot be one is said beside the form."""
    file = (await request.form()).get("photo")
    content = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    try:
        photo = await to_thread(redrawn, content)
        async with database.transaction() as session:
            await photos.add(session, staff, request_id, photo=photo, cipher=cipher, now=clock())
    except (Conflict, Invalid) as refused:
        async with database.read() as session:
            view = await _view(session, staff, request_id, now=clock(), problem=refused.detail)
        return render("eldercare/staff_care_photos.html", view, title="没有加上", status=CONFLICT)
    return see_other(f"/staff/eldercare/{request_id}/photos")


PAGES: list[Any] = [show_photos, add_photo]

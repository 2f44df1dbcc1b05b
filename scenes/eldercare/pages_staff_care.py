"""The care desk as pages that work by keyboard: the queue, and one request with its next steps."""

from typing import Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict, Forbidden, Invalid
from scenes.common.places.directory import PlaceDirectory
from scenes.eldercare.errors import CarerNotFound, HourNotServed
from scenes.eldercare.pages_care_view import Choice
from scenes.eldercare.pages_later_view import wished_at
from scenes.eldercare.pages_staff_care_view import desk_page, queue_page
from scenes.eldercare.pages_video import HOME, KIND
from scenes.eldercare.service import desk, shift_change

HERE = "/staff/eldercare"
CONFLICT = 409
LONGEST, LONGEST_NOTE = 200, 500


class StepForm(PageForm, frozen=True, kw_only=True):
    """The next step, with what it needs."""

    step: Literal["assign", "agree", "accept", "release", "refuse", "arrive", "complete"]
    carer: str = ""
    code: str = ""
    note: str = ""
    day: str = ""
    hour: str = ""


class NoteForm(PageForm, frozen=True, kw_only=True):
    """What the next shift should know, and of which venue."""

    place: UUID
    note: str = ""


@get(HERE, include_in_schema=False)
async def show_queue(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    directory: NamedDependency[PlaceDirectory],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show alarms and requests with their clocks, what is due first, and what the last shift left."""
    items, notes, venues = await desk.queue(reading, staff), list[shift_change.Note](), list[Choice]()
    if await shift_change.works_at_desk(reading, staff):
        notes = await shift_change.notes(reading, staff, cipher=cipher)
        venues = _venues(staff, directory)
    homes = any(p.kind == KIND and staff.may_work_at(p.id) for p in directory.all("eldercare"))
    page = queue_page(items, notes, venues=venues, now=clock(), video_href=HOME if homes else "")
    return render("eldercare/staff_care.html", page, title=f"({page.late}) 助老" if page.late else "助老")


def _venues(staff: Staff, directory: PlaceDirectory) -> list[Choice]:
    own = [place for place in directory.all("eldercare") if staff.may_work_at(place.id)]
    return [Choice(id=str(place.id), label=place.name, chosen=place is own[0]) for place in own]


@post(HERE + "/handover", include_in_schema=False)
async def leave_note(
    data: URLEncodedBody[NoteForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Leave a note to the next shift; an empty one is none."""
    words = data.note.replace("\0", "").strip()[:LONGEST_NOTE]
    if words:
        await shift_change.leave_note(session, staff, data.place, words=words, cipher=cipher, now=clock())
    return see_other(HERE)


@get(HERE + "/{request_id:uuid}", include_in_schema=False)
async def show_request(
    request_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show one request with its place and who could go; who looked is written down."""
    now = clock()
    detail = await desk.detail(session, staff, request_id, cipher=cipher, now=now)
    return render("eldercare/staff_care_request.html", desk_page(detail, now=now), title="助老")


@post(HERE + "/{request_id:uuid}", include_in_schema=False)
async def take_step(
    request_id: FromPath[UUID],
    data: URLEncodedBody[StepForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Take a step; a refusal is shown beside the request."""
    try:
        async with database.transaction() as session:
            await _step(session, staff, request_id, data, cipher=cipher, clock=clock)
    except (Conflict, Invalid, Forbidden, CarerNotFound) as refused:
        async with database.transaction() as session:
            detail = await desk.detail(session, staff, request_id, cipher=cipher, now=clock())
        page = desk_page(detail, now=clock(), problem=refused.detail)
        return render("eldercare/staff_care_request.html", page, title="没有办成", status=CONFLICT)
    return see_other(HERE if data.step in {"release", "refuse", "complete"} else f"{HERE}/{request_id}")


@post(HERE + "/{request_id:uuid}/phone", include_in_schema=False)
async def show_phone(
    request_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the whole number to whoever rings; that is written down."""
    del data
    now = clock()
    detail = await desk.open_phone(session, staff, request_id, cipher=cipher, now=now)
    page = desk_page(detail, now=now, ringing=True)
    return render("eldercare/staff_care_request.html", page, title="助老")


async def _step(
    session: AsyncSession,
    staff: Staff,
    request_id: UUID,
    form: StepForm,
    *,
    cipher: FieldCipher,
    clock: Clock,
) -> None:
    now, note = clock(), form.note.replace("\0", "")[:LONGEST]
    if form.step == "assign":
        carer_id = _id(form.carer)
        await desk.assign(session, staff, request_id, carer_id=carer_id, cipher=cipher, now=now)
    elif form.step == "agree":
        at = wished_at(form.day, form.hour)
        if at is None:
            raise HourNotServed
        await desk.agree(session, staff, request_id, at=at, now=now)
    elif form.step == "arrive":
        await desk.arrive(session, staff, request_id, code=form.code or None, note=note, now=now)
    elif form.step == "complete":
        await desk.complete(session, staff, request_id, report=note, cipher=cipher, now=now)
    else:
        await desk.step(session, staff, request_id, event=form.step, now=now)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CarerNotFound from None


PAGES: list[Any] = [show_queue, leave_note, show_request, show_phone, take_step]

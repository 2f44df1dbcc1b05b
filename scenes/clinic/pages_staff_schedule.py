"""Publishing a clinic's schedule: the week, a draft copied, typed or read from a file, and its release."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.errors import ClinicNotFound, ScheduleUnreadable
from scenes.clinic.pages_staff_schedule_view import (
    DraftPage,
    draft_page,
    empty_line,
    schedule_href,
    this_week,
    week_of,
    week_page,
)
from scenes.clinic.rules.drafts import CELLS, HEAD, MOST_LINES, DraftLine, read_csv
from scenes.clinic.service import desk, planning, schedule
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.csv_file import csv_bytes
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.pages import PageRender, see_other
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.kit.wire import fingerprint
from scenes.common.people.service import append_audit
from scenes.common.places.importing.reading import decode

OK: Final = 200
CONFLICT: Final = 409
MOST_BYTES: Final = 1_000_000
DRAFT: Final = "clinic/staff_schedule_draft.html"
CSV: Final = "text/csv; charset=utf-8"

PlaceId = Annotated[UUID, QueryParameter(name="placeId")]
AnyPlace = Annotated[UUID | None, QueryParameter(name="placeId")]
Week = Annotated[date | None, QueryParameter(name="week")]


@get("/staff/schedule", include_in_schema=False)
async def show_week(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: AnyPlace = None,
    week: Week = None,
    done: Annotated[int | None, QueryParameter(name="done")] = None,
) -> Redirect | Response[str]:
    """Show a venue's week; without a venue, that of the only one, or the venues to choose from."""
    if place_id is None:
        venues = sorted(await desk.venues_of(reading, staff))
        return see_other(f"/staff/schedule?placeId={venues[0]}" if len(venues) == 1 else "/staff?to=schedule")
    desk.check_scope(staff, place_id)
    now = clock()
    monday = week_of(week) if week else this_week(now)
    views = await schedule.sessions_of(
        reading, place_id, first=monday, last=monday + planning.WEEK - planning.DAY, now=now
    )
    page = week_page(views, place_id, place=place_names(place_id).name, week=monday, done=done)
    return render("clinic/staff_schedule.html", page, title=f"排班 · {page.place}")


@get("/staff/schedule/draft", include_in_schema=False)
async def show_draft(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: PlaceId,
    week: Week = None,
    copy: Annotated[bool, QueryParameter(name="copy")] = False,
) -> Response[str]:
    """Show a draft: with `copy` the week before it, otherwise an empty line to fill in."""
    now = clock()
    monday = week_of(week) if week else this_week(now)
    drafts = [empty_line(1, monday)]
    if copy:
        drafts = await planning.copied(reading, staff, place_id, week=monday, now=now)
    shown = await planning.plan(reading, staff, place_id, drafts, now=now)
    page = draft_page(shown, place_id, place=place_names(place_id).name, week=monday, now=now)
    return render(DRAFT, page, title="排班草稿")


@get("/staff/schedule.csv", include_in_schema=False)
async def export_week(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    place_id: PlaceId,
    week: Week = None,
) -> Response[bytes]:
    """Write a week as a file that can be changed and read in again."""
    now = clock()
    monday = week_of(week) if week else this_week(now)
    lines = await planning.written(reading, staff, place_id, week=monday, now=now)
    content = csv_bytes(HEAD, [line.cells() for line in lines])
    headers = {"Content-Disposition": f'attachment; filename="schedule-{monday}.csv"'}
    return Response(content, media_type=CSV, headers=headers)


@post("/staff/schedule/draft", include_in_schema=False)
async def preview(
    request: Request[Any, Any, Any],
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Say what a file or the typed lines would publish, line by line; nothing is published."""
    form = await request.form()
    place_id, monday = _venue(form), _week(form)
    problem, drafts = "", _typed(form)
    try:
        drafts = await _read_file(form) or drafts
    except Invalid as refused:
        problem = refused.detail
    drafts = [*drafts, empty_line(len(drafts) + 1, monday)] if "more" in form else drafts
    now = clock()
    shown = await planning.plan(reading, staff, place_id, drafts, now=now)
    page = draft_page(
        shown, place_id, place=place_names(place_id).name, week=monday, now=now, problem=problem
    )
    return render(DRAFT, page, title="排班草稿", status=400 if problem else OK)


@post("/staff/schedule/publish", include_in_schema=False)
async def publish(
    request: Request[Any, Any, Any],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Publish exactly what was shown; if it would be something else by now, show that first."""
    form, now = await request.form(), clock()
    place_id, monday, drafts, token = _venue(form), _week(form), _typed(form), str(form.get("token", ""))
    key = checked_key(str(form.get("key", "")))
    try:
        async with database.transaction() as session:

            async def act() -> tuple[int, bytes]:
                done = await planning.publish(session, staff, place_id, drafts, token=token, now=now)
                await append_audit(session, staff.staff_id, action="staff.schedule.publish", now=now)
                return OK, str(len(done.session_ids)).encode()

            mark = fingerprint(f"/staff/schedule/publish/{place_id}", [token, drafts])
            answer = await once(session, staff.staff_id, key=key, fingerprint=mark, now=now, act=act)
    except (Conflict, Invalid) as refused:
        page = await _again(database, staff, place_id, drafts, monday, clock, place_names, refused.detail)
        return render(DRAFT, page, title="还没有发布", status=CONFLICT)
    return see_other(f"{schedule_href(place_id, monday)}&done={answer.body.decode()}")


async def _again(
    database: Database, staff: Staff, place_id: UUID, drafts: Sequence[DraftLine], monday: date,
    clock: Clock, place_names: PlaceNames, problem: str,
) -> DraftPage:  # fmt: skip
    now = clock()
    async with database.read() as session:
        shown = await planning.plan(session, staff, place_id, drafts, now=now)
    return draft_page(
        shown, place_id, place=place_names(place_id).name, week=monday, now=now, problem=problem
    )


def _venue(form: FormMultiDict) -> UUID:
    try:
        return UUID(str(form.get("place_id", "")))
    except ValueError as fault:
        raise ClinicNotFound from fault


def _week(form: FormMultiDict) -> date:
    try:
        return week_of(date.fromisoformat(str(form.get("week", ""))))
    except ValueError as fault:
        raise ScheduleUnreadable("没有写是哪一周。") from fault


def _typed(form: FormMultiDict) -> list[DraftLine]:
    """Read the typed lines as they are; a line without a tick is left out."""
    numbers = sorted({int(text) for text in form.getall("line", []) if str(text).isdecimal()})
    return [
        DraftLine(line=number, **{name: str(form.get(f"{name}-{number}", "")) for name in CELLS})
        for number in numbers[:MOST_LINES]
    ]


async def _read_file(form: FormMultiDict) -> list[DraftLine]:
    """Read the chosen file, if one was chosen."""
    upload = form.get("file")
    if not isinstance(upload, UploadFile):
        return []
    content = await upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ScheduleUnreadable("文件太大,请分开导入。")
    return read_csv(decode(content)[0])


STAFF_PAGES: list[Any] = [show_week, show_draft, export_week, preview, publish]

"""Video visits as pages: the nursing home's board for its staff, and one's own visit for a resident."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.ledger import Ledger
from scenes.common.booking.ledger.claims import BookingRecord
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.masking import mask_name
from scenes.common.kit.pages import Mark, PageForm, PageRender, see_other
from scenes.common.kit.refusals import Busy, Conflict, NotFound
from scenes.common.kit.speech import spoken_day, spoken_when
from scenes.common.kit.wire import fingerprint
from scenes.common.places.directory import PlaceDirectory
from scenes.eldercare.errors_video import NotThisHome, VideoVisitNotFound
from scenes.eldercare.service import homes, video
from scenes.eldercare.service.homes import HomeResident
from scenes.eldercare.service.video import VideoVisit
from scenes.eldercare.video.upstream import Video

HOME, CONFLICT = "/staff/eldercare/video", 409
KIND = "nursing_home"
MARKS = {
    "held": Mark("few", "等确认"), "confirmed": Mark("ok", "约好了"), "checked_in": Mark("ok", "进来了"),
    "fulfilled": Mark("off", "看完了"), "cancelled": Mark("off", "取消了"), "expired": Mark("off", "过期了"),
    "no_show": Mark("full", "没有来"),
}  # fmt: skip


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """Something to choose from a list."""

    id: str
    label: str
    chosen: bool = False


class VisitLine(msgspec.Struct, frozen=True, kw_only=True):
    """A visit on the board, with what can be done about it."""

    person: str
    when: str
    doctor: str
    mark: Mark
    booking: str
    steps: list[tuple[str, str]]


class HomeView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of a nursing home: its residents, the times that are free, and the visits of the week."""

    action: str
    home: str
    homes: list[Option]
    residents: list[Option]
    slots: list[Option]
    visits: list[VisitLine]
    stays: list[str]
    link: str
    problem: str


class VisitView(msgspec.Struct, frozen=True, kw_only=True):
    """One's own video visit, with the link into the room once it is open."""

    facts: list[tuple[str, str]]
    mark: Mark
    action: str
    link: str
    problem: str


class VisitForm(PageForm, frozen=True, kw_only=True):
    """Who is to see a doctor, and when; or a step of a visit that is booked."""

    step: Literal["book", "join", "fulfil", "cancel"] = "book"
    resident: str = ""
    slot: str = ""
    booking: str = ""


@get(HOME, include_in_schema=False)
async def show_home(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    directory: NamedDependency[PlaceDirectory],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    place_id: Annotated[UUID | None, QueryParameter(name="placeId")] = None,
) -> Response[str]:
    """Show a nursing home's residents, free times and visits; the first of one's homes unless named."""
    view = await _home(session, staff, directory, place_id=place_id, now=clock())
    return render("eldercare/staff_video.html", view, title="视频看诊")


@post(HOME, include_in_schema=False)
async def act(
    data: URLEncodedBody[VisitForm],
    staff: NamedDependency[Staff],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    video_rooms: NamedDependency[Video],
    directory: NamedDependency[PlaceDirectory],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    place_id: Annotated[UUID | None, QueryParameter(name="placeId")] = None,
) -> Redirect | Response[str]:
    """Book, bring into the room, note that it took place, or cancel; a refusal is shown on the page."""
    link = problem = ""
    try:
        if data.step == "join":
            rooms = video_rooms.offered()
            joined = await video.join_as_staff(
                ledger, database, rooms, staff=staff, booking_id=_id(data.booking), clock=clock
            )
            link = joined.url
        else:
            await _step(ledger, database, staff, data, now=clock())
            return see_other(f"{HOME}?placeId={place_id}" if place_id else HOME)
    except (Conflict, NotFound, Busy) as refused:
        problem = refused.detail
    async with database.transaction() as session:
        view = await _home(
            session, staff, directory, place_id=place_id, now=clock(), link=link, problem=problem
        )
    return render("eldercare/staff_video.html", view, title="视频看诊", status=CONFLICT if problem else 200)


async def _step(ledger: Ledger, database: Database, staff: Staff, form: VisitForm, *, now: datetime) -> None:
    if form.step == "book":
        await video.book(
            ledger, database, staff=staff, stay_id=_id(form.resident), window_id=_id(form.slot), note="",
            key=form.idempotency_key, mark=fingerprint(HOME, (form.resident, form.slot)), now=now,
        )  # fmt: skip
    else:
        booking_id = _id(form.booking)
        await video.end(ledger, database, staff=staff, booking_id=booking_id, event=form.step, now=now)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise VideoVisitNotFound from None


async def _home(
    session: AsyncSession,
    staff: Staff,
    directory: PlaceDirectory,
    *,
    place_id: UUID | None,
    now: datetime,
    link: str = "",
    problem: str = "",
) -> HomeView:
    own = [p for p in directory.all("eldercare") if p.kind == KIND and staff.may_work_at(p.id)]
    home_id = place_id or (own[0].id if own else None)
    if home_id is None:
        raise NotThisHome
    found = await homes.residents(session, staff, home_id, now=now)
    slots = await video.slots(session, staff, home_id, now=now)
    visits = await video.board(session, staff, home_id, day=local_day(now), now=now)
    action = f"{HOME}?placeId={home_id}"
    return HomeView(
        action=action,
        home=next((p.name for p in own if p.id == home_id), ""),
        homes=[Option(id=str(p.id), label=p.name, chosen=p.id == home_id) for p in own],
        residents=[Option(id=str(each.stay_id), label=f"{each.room} {each.name}") for each in found],
        slots=[
            Option(id=str(row.id), label=f"{spoken_when(row.starts_at, now)} {row.resource}")
            for row, _ in slots
        ],
        visits=[_line(each, now) for each in visits],
        stays=[_stay(each, now) for each in found],
        link=link,
        problem=problem,
    )


def _line(visit: VideoVisit, now: datetime) -> VisitLine:
    steps = {
        "confirmed": [("join", "进房间"), ("cancel", "取消")],
        "checked_in": [("join", "再进房间"), ("fulfil", "看完了")],
    }
    return VisitLine(
        person=mask_name(visit.person), when=spoken_when(visit.starts_at, now), doctor=visit.doctor,
        mark=MARKS[visit.state], booking=str(visit.booking_id), steps=steps.get(visit.state, []),
    )  # fmt: skip


def _stay(each: HomeResident, now: datetime) -> str:
    today = local_day(now)
    leaves = f",{spoken_day(each.until, today)}离院" if each.until else ""
    return f"{each.room} {each.name}:{each.since:%Y-%m-%d} 入住{leaves}"


@get("/eldercare/video/{window_id:uuid}", include_in_schema=False)
async def show_visit(
    window_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show one's own video visit and how to get into the room."""
    record = await video.visit_of_window(reading, resident, window_id)
    return render("eldercare/video.html", _visit(record, window_id, clock()), title="视频看诊")


@post("/eldercare/video/{window_id:uuid}", include_in_schema=False)
async def enter(
    window_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    video_rooms: NamedDependency[Video],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Get the link into the room, or hear why it is not open."""
    del data
    link = problem = ""
    async with database.read() as session:
        record = await video.visit_of_window(session, resident, window_id)
    try:
        rooms = video_rooms.offered()
        joined = await video.join_as_patient(ledger, rooms, record, resident=resident, clock=clock)
        link = joined.url
    except (Conflict, Busy) as refused:
        problem = refused.detail
    view = _visit(record, window_id, clock(), link=link, problem=problem)
    return render("eldercare/video.html", view, title="视频看诊", status=CONFLICT if problem else 200)


def _visit(
    record: BookingRecord, window_id: UUID, now: datetime, *, link: str = "", problem: str = ""
) -> VisitView:
    facts = [("时间", spoken_when(record.starts_at, now)), ("看", record.title), ("医生", record.resource)]
    return VisitView(
        facts=facts, mark=MARKS[record.state], action=f"/eldercare/video/{window_id}", link=link,
        problem=problem,
    )  # fmt: skip


PAGES: list[Any] = [show_home, act, show_visit, enter]

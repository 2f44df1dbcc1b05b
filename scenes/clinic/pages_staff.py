"""The desk of a health centre, as pages that work by keyboard: the day, check-in, calling, stopping."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.errors import SessionNotFound
from scenes.clinic.pages_staff_view import (
    BoardPage,
    Result,
    StoppedView,
    board_page,
    preview_view,
    result_of,
    stop_view,
)
from scenes.clinic.service import desk, queue, schedule, stopping
from scenes.common.booking import service as booking
from scenes.common.booking.errors import BookingNotFound
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.pages_desk import CONSOLE, RedeemForm, board_elsewhere, slip_href
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import once
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.kit.wire import fingerprint
from scenes.common.payments import service as payments
from scenes.common.people.service import append_audit, audit_board
from scenes.common.places.directory import PlaceDirectory

WALK_IN: Final = "/staff/walk-in"
OK: Final = 200
CONFLICT: Final = 409
NOT_FOUND: Final = 404
LONGEST_REASON: Final = 200

PlaceId = Annotated[UUID, QueryParameter(name="placeId")]
Day = Annotated[date | None, QueryParameter(name="date")]


class CallForm(PageForm, frozen=True, kw_only=True):
    """Which board the next person was called from."""

    back: str = "/staff"


class StopForm(PageForm, frozen=True, kw_only=True):
    """A session to be stopped, and why."""

    session_id: UUID
    reason: str


class StopTokenForm(PageForm, frozen=True, kw_only=True):
    """The preview to be carried out."""

    token: UUID
    session_id: UUID


@get("/staff/board", include_in_schema=False)
async def show_board(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
    *,
    place_id: Annotated[UUID | None, QueryParameter(name="placeId")] = None,
    day: Day = None,
    done: Annotated[UUID | None, QueryParameter(name="done")] = None,
) -> Redirect | Response[str]:
    """Show a venue's day; `done` shows who was checked in. Without a venue of this room, go on."""
    if place_id is None:
        return see_other(CONSOLE)
    elsewhere = board_elsewhere(directory, "clinic", place_id, day)
    if elsewhere is not None:
        return see_other(elsewhere)
    page = await _board(
        session, staff, place_id=place_id, day=day, done=done, clock=clock, place_names=place_names
    )
    return render("clinic/staff_board.html", page, title=f"今日 · {page.frame.place}")


async def _board(
    session: AsyncSession,
    staff: Staff,
    *,
    place_id: UUID,
    day: date | None,
    clock: Clock,
    place_names: PlaceNames,
    done: UUID | None = None,
    problem: str = "",
    pay_href: str = "",
    typed: str = "",
) -> BoardPage:
    now = clock()
    board = await desk.board_of(session, staff, place_id=place_id, day=day or local_day(now), now=now)
    await audit_board(session, staff.staff_id, board.people, now=now)
    result = await _result(session, place_id, done) if done is not None else None
    place = place_names(place_id).name
    refunds = await payments.count_to_hand_back(session, place_id)
    return board_page(
        board, place=place, now=now, refunds=refunds, result=result, problem=problem, pay_href=pay_href,
        typed=typed,
    )  # fmt: skip


async def _result(session: AsyncSession, place_id: UUID, booking_id: UUID) -> Result | None:
    """Show a check-in of this venue, whatever day it is for."""
    record = await booking.any_booking(session, booking_id)
    if record.place_id != place_id:
        return None
    try:
        return result_of(record, await queue.queue_of(session, record.group_id))
    except SessionNotFound:
        return result_of(record, None)


@post("/staff/redeem", include_in_schema=False)
async def redeem(
    data: URLEncodedBody[RedeemForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Check somebody in by code, or by name and number, and show the number; or say why not."""
    try:
        record = await desk.redeem(
            database, ledger, staff=staff, known=data.read(), key=data.idempotency_key,
            fingerprint=fingerprint("/staff/redeem", data.known), cipher=cipher, now=clock(),
        )  # fmt: skip
    except (Conflict, Invalid, BookingNotFound) as refused:
        async with database.transaction() as session:
            page = await _board(
                session, staff, place_id=data.place_id, day=data.day, clock=clock,
                place_names=place_names, problem=refused.detail, pay_href=slip_href(refused, WALK_IN),
                typed=data.known,
            )  # fmt: skip
        status = NOT_FOUND if isinstance(refused, BookingNotFound) else CONFLICT
        return render("clinic/staff_board.html", page, title="没有报到", status=status)
    return see_other(f"/staff/board?placeId={data.place_id}&date={data.day}&done={record.id}")


@post("/staff/sessions/{session_id:uuid}/call-next", include_in_schema=False)
async def call_next(
    session_id: FromPath[UUID],
    data: URLEncodedBody[CallForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Call the next in turn; a double click calls nobody twice."""
    places: list[UUID] = []
    now = clock()
    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            view = await queue.call_next(session, ledger, session_id=session_id, staff=staff, now=now)
            places.append(view.place_id)
            return OK, str(view.place_id).encode()

        mark = fingerprint(f"/staff/sessions/{session_id}/call-next", None)
        answer = await once(
            session, staff.staff_id, key=data.idempotency_key, fingerprint=mark, now=now, act=act
        )
    if places:
        for topic in (f"group:{session_id}", f"place:{places[0]}"):
            await fanout.publish(topic, b"called")
    return see_other(f"/staff/board?placeId={answer.body.decode()}")


@get("/staff/closures", include_in_schema=False)
async def show_stop(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    *,
    session_id: Annotated[UUID, QueryParameter(name="sessionId")],
) -> Response[str]:
    """Ask why a session is to be stopped."""
    now = clock()
    found = await _own_session(session, staff, session_id, clock)
    return render("clinic/staff_stop.html", stop_view(found, now=now), title="停诊")


async def _own_session(
    session: AsyncSession, staff: Staff, session_id: UUID, clock: Clock
) -> schedule.SessionView:
    found = await schedule.session_of(session, session_id, now=clock())
    if not staff.may_work_at(found.row.place_id):
        raise SessionNotFound
    return found


@post("/staff/closures/preview", include_in_schema=False)
async def preview_stop(
    data: URLEncodedBody[StopForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show whom stopping would touch; nothing is stopped yet."""
    now, reason = clock(), data.reason.strip()[:LONGEST_REASON]
    found = await _own_session(session, staff, data.session_id, clock)
    preview = await stopping.preview_stop(
        session, staff, session_id=data.session_id, window_ids=(), reason=reason, now=now
    )
    people = sorted({record.person_id for record in preview.closure.bookings})
    await append_audit(session, staff.staff_id, action="staff.closure.preview", subject_ids=people, now=now)
    view = preview_view(found, preview, reason=reason, now=now)
    return render("clinic/staff_stop.html", view, title="停诊:先看会影响谁", status=OK)


@post("/staff/closures", include_in_schema=False)
async def carry_out_stop(
    data: URLEncodedBody[StopTokenForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Stop what was previewed, cancel and refund; repeating it is safe, since the token works once."""
    now = clock()
    async with database.transaction() as session:
        found = await _own_session(session, staff, data.session_id, clock)
        await stopping.begin_stop(session, staff, data.token, now=now)
        await append_audit(session, staff.staff_id, action="staff.closure", now=now)
    cancelled = await booking.finish_closure(database, ledger, data.token, now=now)
    view = StoppedView(back=stop_view(found, now=now).back, cancelled=cancelled)
    return render("clinic/staff_stopped.html", view, title="已停诊", status=OK)


STAFF_PAGES: list[Any] = [
    show_board,
    redeem,
    call_next,
    show_stop,
    preview_stop,
    carry_out_stop,
]

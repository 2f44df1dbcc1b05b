"""The venue's desk over HTTP: the day's board, numbers taken, schedules published, hours stopped."""

from collections.abc import AsyncGenerator
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.errors import SessionNotFound
from scenes.clinic.rules.windows import Shift
from scenes.clinic.service import desk, queue, schedule, stopping
from scenes.clinic.wire_staff import (
    Board,
    Called,
    ClosureDone,
    ClosurePreviewRequest,
    ClosureRequest,
    ClosureShown,
    Redeemed,
    RedeemRequest,
    Schedule,
    ScheduleRequest,
    StaffWindow,
    Venue,
    WindowChangeRequest,
)
from scenes.common.booking import service as booking
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import Page, encode, fingerprint
from scenes.common.people.service import append_audit
from scenes.common.places.directory import PlaceDirectory

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]
PlaceId = Annotated[UUID, QueryParameter(name="placeId")]
Day = Annotated[date | None, QueryParameter(name="date")]

TICK_SECONDS: Final = 5.0


@get("/staff/venues", operation_id="listStaffVenues", tags=["staff"])
async def list_venues(
    staff: NamedDependency[Staff], directory: NamedDependency[PlaceDirectory]
) -> Page[Venue]:
    """List the venues where the signed-in member of staff works."""
    places = [place for place in directory.all() if staff.may_work_at(place.id)]
    return Page(
        items=[Venue(id=p.id, name=p.name, scene=p.scene, address=p.address) for p in places],
    )


@get("/staff/board", operation_id="getBoard", tags=["staff"])
async def get_board(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    place_id: PlaceId,
    day: Day = None,
) -> Board:
    """Show a venue's day, names masked; who has seen whom is written down."""
    now = clock()
    board = await desk.board_of(session, staff, place_id=place_id, day=day or local_day(now), now=now)
    await desk.audit_board(session, staff, board, now=now)
    return Board.of(board, now)


@get("/staff/board/events", operation_id="followBoard", tags=["staff"])
async def follow_board(
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    *,
    place_id: PlaceId,
    day: Day = None,
) -> ServerSentEvent:
    """Follow a venue's day live: an event `board` with the whole board whenever it changed.

    Written down in the audit log once for everyone shown, and again for who comes in later.
    """
    desk.check_scope(staff, place_id)
    shown: set[UUID] = set()

    async def read() -> Board:
        now = clock()
        async with database.transaction() as session:
            board = await desk.board_of(session, staff, place_id=place_id, day=day or local_day(now), now=now)
            seen = {record.person_id for several in board.bookings.values() for record in several}
            if not seen <= shown:
                await desk.audit_board(session, staff, board, now=now)
                shown.update(seen)
        return Board.of(board, now)

    async def events() -> AsyncGenerator[ServerSentEventMessage]:
        async with fanout.listen(f"place:{place_id}", tick_seconds=TICK_SECONDS) as changes:
            last = await read()
            yield _shown(last)
            async for _ in changes:
                present = await read()
                if present.sessions != last.sessions:
                    last = present
                    yield _shown(last)

    return ServerSentEvent(events())


def _shown(board: Board) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=encode(board).decode(), event="board")


@post("/staff/redeem", operation_id="redeem", tags=["staff"], status_code=200)
async def redeem(
    data: JSONBody[RedeemRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Redeemed:
    """Take the number for somebody at the desk, by code, or by name and the end of phone or id."""
    record = await desk.redeem(
        database,
        ledger,
        staff=staff,
        known=desk.Redeem(code=data.code, name=data.name, number=data.number),
        key=checked_key(key) if key is not None else None,
        fingerprint=fingerprint("/staff/redeem", data),
        cipher=cipher,
        now=clock(),
    )
    return Redeemed.of(record, await _queue_behind(database, record))


async def _queue_behind(database: Database, record: BookingRecord) -> queue.QueueView | None:
    async with database.read() as session:
        try:
            return await queue.queue_of(session, record.group_id)
        except SessionNotFound:
            return None


@post(
    "/staff/sessions/{session_id:uuid}/call-next",
    operation_id="callNext",
    tags=["staff"],
    status_code=200,
    responses={200: ResponseSpec(Called, description="Who is called in now")},
)
async def call_next(
    session_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Finish who is with the doctor and call the next in turn; a repeated key calls nobody twice."""
    now, checked = clock(), checked_key(key)
    mark = fingerprint(f"/staff/sessions/{session_id}/call-next", None)
    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            view = await queue.call_next(session, ledger, session_id=session_id, staff=staff)
            topics.append(f"place:{view.place_id}")
            return 200, encode(Called.of(view))

        topics = [f"group:{session_id}"]
        answer = await once(session, staff.staff_id, key=checked, fingerprint=mark, now=now, act=act)
    for topic in topics:
        await fanout.publish(topic, b"called")
    return respond(answer)


@post(
    "/staff/windows",
    operation_id="publishSchedule",
    tags=["staff"],
    responses={201: ResponseSpec(Schedule, description="Published")},
)
async def publish_schedule(
    data: JSONBody[ScheduleRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Publish a doctor's half-days; windows and shares follow the rule in force on each day."""
    desk.check_scope(staff, data.place_id)
    now, checked = clock(), checked_key(key)
    shifts = [
        Shift(
            place_id=data.place_id, doctor_id=data.doctor_id, day=day, period=data.period,
            fee_fen=data.fee_fen, starts=data.starts, ends=data.ends,
        )
        for day in data.dates
    ]  # fmt: skip

    async def act() -> tuple[int, bytes]:
        done = await schedule.publish_schedule(session, shifts)
        await append_audit(session, staff.staff_id, action="staff.schedule.publish", now=now)
        return 201, encode(Schedule.of(done))

    mark = fingerprint("/staff/windows", data)
    return respond(await once(session, staff.staff_id, key=checked, fingerprint=mark, now=now, act=act))


@patch("/staff/windows/{window_id:uuid}", operation_id="changeWindow", tags=["staff"])
async def change_window(
    window_id: FromPath[UUID],
    data: JSONBody[WindowChangeRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> StaffWindow:
    """Change how many numbers a window has, or close or reopen it while nobody is booked there."""
    now = clock()
    row = await desk.change_window(
        session, staff, window_id, capacity=data.capacity, closed=data.closed, now=now
    )
    await append_audit(session, staff.staff_id, action="staff.window.change", now=now)
    return StaffWindow.of(row)


@post("/staff/closures/preview", operation_id="previewClosure", tags=["staff"])
async def preview_closure(
    data: JSONBody[ClosurePreviewRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> ClosureShown:
    """Show whom stopping a session, or some windows, would touch; nothing happens yet."""
    now = clock()
    preview = await stopping.preview_stop(
        session,
        staff,
        session_id=data.session_id,
        window_ids=data.window_ids,
        reason=data.reason,
        now=now,
    )
    people = sorted({record.person_id for record in preview.closure.bookings})
    await append_audit(session, staff.staff_id, action="staff.closure.preview", subject_ids=people, now=now)
    return ClosureShown.of(preview)


@post("/staff/closures", operation_id="carryOutClosure", tags=["staff"], status_code=200)
async def carry_out_closure(
    data: JSONBody[ClosureRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    clock: NamedDependency[Clock],
) -> ClosureDone:
    """Stop what was previewed and cancel its bookings; safe to repeat, since the token is used once.

    The stop is committed first, so that a job finishes the cancelling if this process dies meanwhile.
    """
    now = clock()
    async with database.transaction() as session:
        await stopping.begin_stop(session, staff, data.preview_token, now=now)
        await append_audit(session, staff.staff_id, action="staff.closure", now=now)
    cancelled = await booking.finish_closure(database, ledger, data.preview_token, now=now)
    return ClosureDone(preview_token=data.preview_token, cancelled=cancelled)


ROUTES = [
    list_venues,
    get_board,
    follow_board,
    redeem,
    call_next,
    publish_schedule,
    change_window,
    preview_closure,
    carry_out_closure,
]

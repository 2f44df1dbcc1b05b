"""The venue's desk over HTTP: the day's board, numbers taken, schedules published, hours stopped."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import routes_staff_walk_in
from scenes.clinic.errors import SessionNotFound
from scenes.clinic.rules.windows import Shift
from scenes.clinic.service import desk, planning, queue, schedule, stopping
from scenes.clinic.wire_staff import (
    Called,
    ClosureDone,
    ClosurePreviewRequest,
    ClosureRequest,
    ClosureShown,
    Redeemed,
    Schedule,
    ScheduleRequest,
    StaffWindow,
    Venue,
    WindowChangeRequest,
)
from scenes.common.booking import service as booking
from scenes.common.booking.counter import Known
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import Page, encode, fingerprint
from scenes.common.people.service import append_audit
from scenes.common.places.directory import PlaceDirectory

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


@get("/staff/venues", operation_id="listStaffVenues", tags=["staff"])
async def list_venues(
    staff: NamedDependency[Staff], directory: NamedDependency[PlaceDirectory]
) -> Page[Venue]:
    """List the venues where the signed-in member of staff works."""
    places = [place for place in directory.all() if staff.may_work_at(place.id)]
    return Page(
        items=[Venue(id=p.id, name=p.name, scene=p.scene, address=p.address) for p in places],
    )


async def redeemed(
    known: Known,
    staff: Staff,
    *,
    database: Database,
    ledger: Ledger,
    cipher: FieldCipher,
    now: datetime,
    key: str | None,
    mark: bytes,
) -> Redeemed:
    """Take the number for somebody at the desk, by code, or by name and the end of phone or id."""
    record = await desk.redeem(
        database, ledger, staff=staff, known=known, key=key, fingerprint=mark, cipher=cipher, now=now
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
            view = await queue.call_next(session, ledger, session_id=session_id, staff=staff, now=now)
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
            fee_fen=data.fee_fen, starts=data.starts, ends=data.ends, numbers=data.numbers,
            only=data.audience,
        )
        for day in data.dates
    ]  # fmt: skip

    async def act() -> tuple[int, bytes]:
        await planning.refuse_overlaps(session, data.place_id, shifts)
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
    call_next,
    publish_schedule,
    change_window,
    preview_closure,
    carry_out_closure,
    *routes_staff_walk_in.ROUTES,
]

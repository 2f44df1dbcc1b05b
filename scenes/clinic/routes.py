"""The clinic room over HTTP, for residents."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Annotated, Final, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
from litestar import Response, delete, get, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import routes_family, routes_queue
from scenes.clinic.service import appointments, schedule
from scenes.clinic.wire import (
    AppointmentRequest,
    ClinicSession,
    Department,
    WaitlistEntry,
    WaitlistRequest,
    sessions_shown,
)
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import Booking
from scenes.common.kit.answers import respond
from scenes.common.kit.byte_cache import ByteCache
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import Answer, checked_key, once
from scenes.common.kit.refusals import Invalid
from scenes.common.kit.wire import Page, encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]

APPOINTMENTS: Final = "/clinic/appointments"
SHOWN_DAYS: Final = 8
"""Days listed when no date is asked for: today and the seven released."""

ANSWER_SECONDS: Final = 1.0
MOST_ANSWERS: Final = 2048
_answers: WeakKeyDictionary[Database, ByteCache] = WeakKeyDictionary()
"""Encoded session lists of this process, each true for a second."""

_appointment = msgspec.json.Decoder(AppointmentRequest)


class Question(NamedTuple):
    """Which sessions were asked for; equal questions share an answer for a second."""

    place_id: UUID
    department_id: UUID | None
    first: date
    last: date
    after: tuple[date, str, str, UUID] | None
    limit: int


def _cursor(text: str | None) -> tuple[date, str, str, UUID] | None:
    """Read a list cursor: where the page before ended (Invalid otherwise)."""
    if text is None:
        return None
    try:
        day, period, session_id, code = text.split("~", 3)
        return date.fromisoformat(day), period, code, UUID(session_id)
    except ValueError:
        raise Invalid(errors=(("cursor", "不是有效的翻页标记"),)) from None


def _after(last: schedule.SessionView) -> str:
    row = last.row
    return f"{row.day}~{row.period}~{row.id}~{last.department.code}"


@get(
    "/clinic/places/{place_id:uuid}/departments",
    operation_id="listDepartments",
    tags=["clinic"],
    response_headers=[ResponseHeader(name="Cache-Control", value="public, max-age=5")],
)
async def list_departments(
    place_id: FromPath[UUID], reading: NamedDependency[AsyncSession]
) -> Page[Department]:
    """List a health centre's departments."""
    found = await schedule.departments_of(reading, place_id)
    return Page(items=[Department.of(row) for row in found])


@get(
    "/clinic/sessions",
    operation_id="listSessions",
    tags=["clinic"],
    responses={200: ResponseSpec(Page[ClinicSession], description="By day, half-day and department")},
)
async def list_sessions(
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    *,
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
    department_id: Annotated[UUID | None, QueryParameter(name="departmentId")] = None,
    day: Annotated[date | None, QueryParameter(name="date")] = None,
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 100,
) -> Response[bytes]:
    """List sessions with their windows and what is free; true for a second. No date: the next eight days."""
    now = clock()
    first = day or local_day(now)
    last = day or first + timedelta(days=SHOWN_DAYS - 1)
    asked = Question(place_id, department_id, first, last, _cursor(cursor), limit)
    answers = _answers.get(database)
    if answers is None:
        answers = _answers[database] = ByteCache(ANSWER_SECONDS, MOST_ANSWERS)

    async def make() -> bytes:
        return await _session_list(database, clock, asked)

    content = await answers.get(asked, now.timestamp(), make)
    return Response(
        content=content, media_type=MediaType.JSON, headers={"Cache-Control": "public, max-age=1"}
    )


async def _session_list(database: Database, clock: Clock, asked: Question) -> bytes:
    now = clock()
    async with database.read_for_many() as session:
        views = await schedule.sessions_of(
            session,
            asked.place_id,
            first=asked.first,
            last=asked.last,
            department_id=asked.department_id,
            after=asked.after,
            limit=asked.limit + 1,
            now=now,
        )
    shown = views[: asked.limit]
    more = _after(shown[-1]) if len(views) > asked.limit else None
    return encode(Page(items=sessions_shown(shown, now), next_cursor=more))


@post(
    APPOINTMENTS,
    operation_id="bookAppointment",
    tags=["clinic"],
    responses={201: ResponseSpec(Booking, description="Confirmed when free of charge, else held until paid")},
)
async def book_appointment(
    data: JSONBody[AppointmentRequest],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    key: Key = None,
) -> Response[bytes]:
    """Book a number for oneself or for a patient of the account."""
    return respond(await _appoint(ledger, database, resident=resident, key=key, data=data))


async def _appoint(
    ledger: Ledger, database: Database, *, resident: Resident, key: str | None, data: AppointmentRequest
) -> Answer:
    outcome = await appointments.appoint(
        ledger,
        database,
        resident=resident,
        window_id=data.window_id,
        patient_id=data.patient_id,
        reason=data.reason,
        key=checked_key(key),
        fingerprint=fingerprint(APPOINTMENTS, data),
    )
    return outcome.answer


def quick_appointment(
    ledger: Ledger, database: Database
) -> Callable[[Resident, str | None, bytes], Awaitable[Answer]]:
    """Make the way by which the release minute's bookings reach the ledger without the framework."""

    async def answer(resident: Resident, key: str | None, body: bytes) -> Answer:
        try:
            data = _appointment.decode(body)
        except msgspec.DecodeError as wrong:
            raise Invalid(errors=(("", str(wrong)),)) from wrong
        return await _appoint(ledger, database, resident=resident, key=key, data=data)

    return answer


@post(
    "/clinic/waitlist",
    operation_id="joinWaitlist",
    tags=["clinic"],
    responses={201: ResponseSpec(WaitlistEntry, description="Waiting")},
)
async def join_waitlist(
    data: JSONBody[WaitlistRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Wait for a number of a full session; an offer comes as a held booking and a message."""
    now, checked = clock(), checked_key(key)

    async def act() -> tuple[int, bytes]:
        entry = await appointments.join_waitlist(
            session, resident, session_id=data.session_id, patient_id=data.patient_id, now=now
        )
        return 201, encode(WaitlistEntry.of(entry, await appointments.waiting_before(session, entry)))

    mark = fingerprint("/clinic/waitlist", data)
    return respond(await once(session, resident.person_id, key=checked, fingerprint=mark, now=now, act=act))


@delete("/clinic/waitlist/{entry_id:uuid}", operation_id="leaveWaitlist", tags=["clinic"])
async def leave_waitlist(
    entry_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Stop waiting."""
    await appointments.leave_waitlist(session, resident, entry_id=entry_id, now=clock())


@post(
    "/clinic/appointments/{booking_id:uuid}/check-in",
    operation_id="checkInAppointment",
    tags=["clinic"],
    status_code=200,
    responses={200: ResponseSpec(Booking, description="Checked in; `queueNo` is the number")},
)
async def check_in_appointment(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    key: Key = None,
) -> Response[bytes]:
    """Take the number on site (取号)."""
    outcome = await appointments.check_in(
        ledger,
        database,
        resident=resident,
        booking_id=booking_id,
        key=checked_key(key) if key is not None else None,
        fingerprint=fingerprint(f"{APPOINTMENTS}/{booking_id}/check-in", None),
    )
    return respond(outcome.answer)


ROUTES = [
    list_departments,
    list_sessions,
    book_appointment,
    join_waitlist,
    leave_waitlist,
    check_in_appointment,
    *routes_queue.ROUTES,
    *routes_family.ROUTES,
]

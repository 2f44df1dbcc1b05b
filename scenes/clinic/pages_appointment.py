"""Booking a number, page by page: look once more, agree, done; or wait for one."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.errand import Errand, errand_of
from scenes.clinic.pages_view import ConfirmView, PatientChoice, WaitlistView, session_words
from scenes.clinic.service import appointments, schedule
from scenes.common.booking import store as booking_store
from scenes.common.booking.errors import WindowNotFound
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.pages_view import hours_words, term_lines
from scenes.common.booking.rules import Terms
from scenes.common.booking.wire import Booking, PlaceNames
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict
from scenes.common.kit.speech import spoken_day, spoken_when
from scenes.common.kit.wire import fingerprint
from scenes.common.people import service as people

CONFLICT = 409
LONGEST_REASON = 200

_booking = msgspec.json.Decoder(Booking)


class AppointmentForm(PageForm, frozen=True, kw_only=True):
    """Who goes, and what for; an empty patient is oneself."""

    patient: str = ""
    reason: str = ""

    @property
    def patient_id(self) -> UUID | None:
        """Return the chosen patient; what is no id is oneself."""
        try:
            return UUID(self.patient) if self.patient else None
        except ValueError:
            return None


async def _patients(session: AsyncSession, resident: Resident, chosen: str) -> list[PatientChoice]:
    """List who can be booked for: oneself first."""
    me = await people.myself(session, resident.subject_id)
    found = await people.companions_of(session, resident)
    choices = [PatientChoice(id="", label=f"{me.name}(本人)", chosen=not chosen)]
    return choices + [
        PatientChoice(id=str(row.id), label=f"{row.name}({link.relation})", chosen=chosen == str(row.id))
        for link, row in found
    ]


async def _confirm_view(
    session: AsyncSession,
    resident: Resident,
    window_id: UUID,
    *,
    clock: Clock,
    place_names: PlaceNames,
    errand: Errand,
    patient: str = "",
    reason: str = "",
    problem: str = "",
) -> ConfirmView:
    now = clock()
    window = await booking_store.window(session, window_id)
    if window is None or window.scene != schedule.SCENE:
        raise WindowNotFound
    found = await schedule.session_of(session, window.group_id, now=now)
    _, department, doctor = session_words(found, now)
    here = f"/clinic/windows/{window_id}"
    row = found.row
    return ConfirmView(
        action=errand.along(here),
        back=errand.along(f"/clinic/{row.place_id}/{row.department_id}?{urlencode({'date': row.day})}"),
        place=place_names(row.place_id).name,
        day=spoken_day(found.row.day, local_day(now)),
        hours=hours_words(window.starts_at, window.ends_at),
        department=department,
        doctor=doctor,
        fee=yuan_text(window.price_fen) if window.price_fen else "不收费",
        free=window.price_fen == 0,
        terms=term_lines(msgspec.convert(window.terms, Terms, strict=False), now, schedule.SCENE),
        patients=await _patients(session, resident, patient),
        add_patient=f"/me/patients/add?{urlencode({'next': errand.along(here)})}",
        reason=reason,
        problem=problem,
    )


@get("/clinic/windows/{window_id:uuid}", include_in_schema=False)
async def show_confirm(
    window_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    request: Request[Any, Any, Any],
) -> Response[str]:
    """Show once more what is about to be booked, with its terms, and ask who goes."""
    errand = errand_of(request)
    view = await _confirm_view(
        session, resident, window_id, clock=clock, place_names=place_names, errand=errand,
        patient=errand.patient,
    )  # fmt: skip
    return render("clinic/confirm.html", view, title="确认预约")


@post("/clinic/windows/{window_id:uuid}", include_in_schema=False)
async def book(
    window_id: FromPath[UUID],
    data: URLEncodedBody[AppointmentForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    request: Request[Any, Any, Any],
) -> Redirect | Response[str]:
    """Book through the ledger; a double tap is one booking, a refusal is said on the page."""
    errand = errand_of(request)
    reason = data.reason.strip()[:LONGEST_REASON]
    asked = {"window": str(window_id), "patient": data.patient, "reason": reason}
    try:
        outcome = await appointments.appoint(
            ledger,
            database,
            resident=resident,
            window_id=window_id,
            patient_id=data.patient_id,
            reason=reason or None,
            key=data.idempotency_key,
            fingerprint=fingerprint("/clinic/windows", asked),
        )
    except Conflict as refused:
        async with database.read() as session:
            view = await _confirm_view(
                session, resident, window_id, clock=clock, place_names=place_names, errand=errand,
                patient=data.patient, reason=reason, problem=refused.detail,
            )  # fmt: skip
        return render("clinic/confirm.html", view, title="没有约成", status=CONFLICT)
    booked = _booking.decode(outcome.answer.body)
    to_pay = booked.state == "held"
    return see_other(f"/bookings/{booked.id}" if to_pay else errand.onward(booked.id))


async def _waitlist_view(
    session: AsyncSession,
    resident: Resident,
    session_id: UUID,
    *,
    clock: Clock,
    place_names: PlaceNames,
    patient: str = "",
    problem: str = "",
) -> WaitlistView:
    now = clock()
    found = await schedule.session_of(session, session_id, now=now)
    when, department, doctor = session_words(found, now)
    row, choices = found.row, await _patients(session, resident, patient)
    waiting: list[tuple[str, str, int]] = []
    for choice in choices:
        person_id = UUID(choice.id) if choice.id else resident.subject_id
        entry = await booking_store.open_entry(session, session_id, person_id)
        if entry is not None:
            ahead = await appointments.waiting_before(session, entry)
            waiting.append((str(entry.id), choice.label, ahead))
    return WaitlistView(
        action=f"/clinic/sessions/{session_id}/waitlist",
        back=f"/clinic/{row.place_id}/{row.department_id}?{urlencode({'date': row.day})}",
        place=place_names(row.place_id).name,
        when=when,
        department=department,
        doctor=doctor,
        until=spoken_when(row.waitlist_until, now),
        group=str(session_id),
        patients=choices,
        waiting=waiting,
        problem=problem,
    )


@get("/clinic/sessions/{session_id:uuid}/waitlist", include_in_schema=False)
async def show_waitlist(
    session_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show how waiting for a full session works, and who waits already."""
    view = await _waitlist_view(session, resident, session_id, clock=clock, place_names=place_names)
    return render("clinic/waitlist.html", view, title="候补")


@post("/clinic/sessions/{session_id:uuid}/waitlist", include_in_schema=False)
async def join_waitlist(
    session_id: FromPath[UUID],
    data: URLEncodedBody[AppointmentForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Wait; waiting twice is the same place, so the form needs no key."""
    try:
        async with database.transaction() as session:
            await appointments.join_waitlist(
                session, resident, session_id=session_id, patient_id=data.patient_id, now=clock()
            )
    except Conflict as refused:
        async with database.read() as session:
            view = await _waitlist_view(
                session, resident, session_id, clock=clock, place_names=place_names,
                patient=data.patient, problem=refused.detail,
            )  # fmt: skip
        return render("clinic/waitlist.html", view, title="没有排上", status=CONFLICT)
    return see_other(f"/clinic/sessions/{session_id}/waitlist")


@post("/clinic/waitlist/{entry_id:uuid}/leave", include_in_schema=False)
async def leave_waitlist(
    entry_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    group: FromQuery[UUID | None] = None,
) -> Redirect:
    """Stop waiting, and show the waitlist page of the session again."""
    del data
    await appointments.leave_waitlist(session, resident, entry_id=entry_id, now=clock())
    return see_other(f"/clinic/sessions/{group}/waitlist" if group else "/clinic")


APPOINTMENT_PAGES: list[Any] = [
    show_confirm,
    book,
    show_waitlist,
    join_waitlist,
    leave_waitlist,
]

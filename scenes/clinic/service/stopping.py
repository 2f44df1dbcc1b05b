"""Stopping clinic hours (停诊): show whom it touches, carry it out, and find everyone an equal doctor."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import store
from scenes.clinic.errors import SessionNotFound
from scenes.clinic.rules.sessions import EqualWindow, nearest_equal
from scenes.clinic.service.conduct import starts_at
from scenes.clinic.service.schedule import SCENE
from scenes.clinic.tables import ClinicSessionRow, DepartmentRow
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.booking.errors import WindowNotFound
from scenes.common.booking.service import ClosurePreview
from scenes.common.booking.tables import ClosureRow, UnitReturnRow, WaitlistEntryRow
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import Event, emit

CHOICES: Final = 3
SEARCH_DAYS: Final = 8
"""Today and the seven days that are released."""

CLOSURE: Final = "closure:"
"""How the booking desk marks a cancel that a closure made."""


class StopPreview(msgspec.Struct, frozen=True):
    """What stopping would do, and equal-grade windows where everyone could go instead."""

    closure: ClosurePreview
    choices: tuple[EqualWindow, ...]


async def preview_stop(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    staff: Staff,
    *,
    session_id: UUID | None,
    window_ids: Sequence[UUID],
    reason: str,
    now: datetime,
) -> StopPreview:
    """Show whom stopping a whole session, or some of its windows, would touch; nothing is stopped yet.

    Refuses with SessionNotFound or WindowNotFound, also outside the venue's scope.
    """
    choices: list[EqualWindow] = []
    wanted = list(window_ids)
    if session_id is not None:
        found = await store.session_facts(session, session_id)
        if found is None or not staff.may_work_at(found[0].place_id):
            raise SessionNotFound
        wanted = await store.window_ids(session, session_id)
        choices = await equal_choices(session, found[0], found[2], now=now)
    place_id = await _one_venue(session, staff, wanted)
    closure = await booking.preview_closure(
        session, wanted, place_id=place_id, scene=SCENE, reason=reason, staff_id=staff.staff_id, now=now
    )
    return StopPreview(closure, tuple(choices))


async def _one_venue(session: AsyncSession, staff: Staff, window_ids: Sequence[UUID]) -> UUID:
    venues = await store.venues_of_windows(session, window_ids)
    known = len(venues) == len(set(window_ids)) and len(set(venues)) == 1
    if not known or not staff.may_work_at(venues[0]):
        raise WindowNotFound
    return venues[0]


async def begin_stop(session: AsyncSession, staff: Staff, token: UUID, *, now: datetime) -> ClosureRow:
    """Stop the previewed windows; `booking.finish_closure` cancels the bookings after the commit.

    Refuses with PreviewStale when more or fewer people would be touched than the preview showed.
    """
    places = None if staff.role == "district" else staff.place_ids
    row = await booking.begin_closure(session, token, place_ids=places, now=now)
    stopped = await store.stop_emptied_sessions(session, [UUID(w) for w in row.window_ids])
    await store.clear_waiting_now(session, stopped, now)
    return row


async def equal_choices(
    session: AsyncSession, row: ClinicSessionRow, department: DepartmentRow, *, now: datetime
) -> list[EqualWindow]:
    """Find up to three windows with a doctor of equal grade in the same kind of department."""
    first = local_day(now)
    rows = await store.equal_windows(
        session,
        grade=row.grade,
        code=department.code,
        stopped=row.id,
        first=first,
        until=first + timedelta(days=SEARCH_DAYS),
        now=now,
    )
    found = [EqualWindow(**found) for found in rows]
    return nearest_equal(found, place_id=row.place_id, starts_at=row.starts_at, limit=CHOICES)


async def offer_equal(session: AsyncSession, event: Event) -> None:
    """Tell a person whose session was stopped where to go instead.

    When it was today's session, a unit of the nearest equal window is kept for them through the waitlist,
    so that it reaches them as an offer they can take.
    """
    payload = event.payload
    if payload["scene"] != SCENE or not str(payload.get("reason") or "").startswith(CLOSURE):
        return
    found = await store.session_facts(session, UUID(payload["groupId"]))
    if found is None:
        return
    choices = await equal_choices(session, found[0], found[2], now=event.at)
    kept: EqualWindow | None = None
    if local_day(starts_at(payload)) == local_day(event.at):
        kept = await _keep_one(session, event, choices)
    emit(
        session,
        "clinic.session_stopped",
        subject_id=event.subject_id,
        payload={
            **payload,
            "sessionId": payload["groupId"],
            "choices": [_choice(window) for window in choices],
            "keptWindowId": str(kept.window_id) if kept else None,
        },
        at=event.at,
    )


def _choice(window: EqualWindow) -> dict[str, str]:
    return {
        "windowId": str(window.window_id),
        "sessionId": str(window.session_id),
        "placeId": str(window.place_id),
        "doctor": window.doctor,
        "startsAt": window.starts_at.isoformat(),
        "href": f"/clinic/sessions/{window.session_id}",
    }


async def _keep_one(
    session: AsyncSession, event: Event, choices: Sequence[EqualWindow]
) -> EqualWindow | None:
    """Take one unit of the first choice that has one, and hand it on as a due return for this person."""
    for window in choices:
        if await booking_store.has_active(session, f"{window.session_id}:{event.subject_id}", event.at):
            continue
        if await store.take_one(session, window.window_id) is None:
            continue
        await store.add_waiting(session, _entry(event, window))
        unit = UnitReturnRow(
            id=new_id(), window_id=window.window_id, group_id=window.session_id, units=1, due_at=event.at
        )
        await booking_store.add_return(session, unit)
        return window
    return None


def _entry(event: Event, window: EqualWindow) -> WaitlistEntryRow:
    return WaitlistEntryRow(
        id=new_id(), scene=SCENE, group_id=window.session_id, person_id=event.subject_id,
        booked_by=UUID(event.payload["bookedBy"]), state="waiting", clears_at=window.starts_at,
        created_at=event.at, updated_at=event.at,
    )  # fmt: skip

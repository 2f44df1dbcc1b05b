"""Video visits of a nursing home's residents with the internet hospital: booked by staff on the ledger."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import service as booking
from scenes.common.booking.errors import BookingNotFound, IllegalMove, TooEarly, TooLate
from scenes.common.booking.ledger import Claim, Ledger, Move, Outcome, Want
from scenes.common.booking.ledger.claims import BookingRecord
from scenes.common.booking.states import ACTIVE
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock, instant, local_day
from scenes.common.kit.database import Database
from scenes.common.people.service import append_audit
from scenes.eldercare.errors_video import VideoVisitNotFound
from scenes.eldercare.rules.video import Hours, check_lives_here, check_may_join, room_hours
from scenes.eldercare.service.homes import check_home, stay_at
from scenes.eldercare.store import homes as store
from scenes.eldercare.video.upstream import Role, VideoRooms

SCENE = "eldercare"
LOOKED_AT = 50
SLOTS = 60


class VideoVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A video visit on the home's board."""

    booking_id: UUID
    person: str
    doctor: str
    title: str
    state: str
    starts_at: datetime
    ends_at: datetime


class Joining(msgspec.Struct, frozen=True):
    """The link into a room, and the hours in which it lets one in."""

    url: str
    hours: Hours


async def slots(
    session: AsyncSession, staff: Staff, home_id: UUID, *, now: datetime
) -> Sequence[tuple[BookingWindowRow, str]]:
    """List the internet hospital's free times, soonest first (NotThisHome)."""
    check_home(staff, home_id)
    return await store.slots(session, now=now, limit=SLOTS)


async def book(  # noqa: PLR0913 - one fact each
    ledger: Ledger,
    database: Database,
    *,
    staff: Staff,
    stay_id: UUID,
    window_id: UUID,
    note: str,
    key: str,
    mark: bytes,
    now: datetime,
) -> Outcome:
    """Book a time for somebody who lives in the home then.

    The booking is theirs, since one belongs to residents; which staff made it stands in its details and the
    audit.

    Refuses with HomeResidentNotFound, VideoVisitNotFound for a time that is none of the internet
    hospital's; the ledger's refusals pass through.
    """
    async with database.transaction() as session:
        stay, window = await stay_at(session, staff, stay_id), await store.slot(session, window_id)
        if window is None:
            raise VideoVisitNotFound
        check_lives_here(stay.since, stay.until, local_day(window.starts_at))
        await _audit(session, staff, stay.person_id, "book", now=now)
    details = {
        "homeId": str(stay.place_id),
        "staffId": str(staff.staff_id),
        "windowId": str(window_id),
        "page": f"/eldercare/video/{window_id}",
        "pageLabel": "进视频看诊",
    }
    claim = Claim(
        scene=SCENE, booker_id=stay.person_id, subject_id=stay.person_id, wants=(Want(window_id),), key=key,
        fingerprint=mark, note=note or None, details=details,
    )  # fmt: skip
    return await ledger.claim(claim)


async def board(
    session: AsyncSession, staff: Staff, home_id: UUID, *, day: date, now: datetime
) -> Sequence[VideoVisit]:
    """List a home's video visits from a day on for a week (NotThisHome); written down each time."""
    check_home(staff, home_id)
    begin = instant(day, time())
    rows = await store.visits(session, home_id, begin, begin + timedelta(days=7))
    await append_audit(
        session, staff.staff_id, action="staff.video.read",
        subject_ids=sorted({row.person_id for row, _ in rows}), now=now,
    )  # fmt: skip
    return [
        VideoVisit(
            booking_id=row.id, person=name, doctor=row.resource, title=row.title, state=row.state,
            starts_at=row.starts_at, ends_at=row.ends_at,
        )
        for row, name in rows
    ]  # fmt: skip


async def join_as_staff(  # noqa: PLR0913 - one fact each
    ledger: Ledger, database: Database, rooms: VideoRooms, *, staff: Staff, booking_id: UUID, clock: Clock
) -> Joining:
    """Bring a resident into the room of their visit, which checks them in.

    Refuses with VideoVisitNotFound, TooEarlyToJoin, VisitOver, Busy.
    """
    async with database.transaction() as session:
        record = await _of_ones_home(session, staff, booking_id)
        await _audit(session, staff, record.person_id, "join", now=clock())
    return await _join(ledger, rooms, record, role="staff", actor_id=staff.staff_id, now=clock())


async def join_as_patient(
    ledger: Ledger, rooms: VideoRooms, record: BookingRecord, *, resident: Resident, clock: Clock
) -> Joining:
    """Let the person of a visit, or who may act for them, into the room, which checks them in."""
    return await _join(ledger, rooms, record, role="patient", actor_id=resident.subject_id, now=clock())


async def _join(  # noqa: PLR0913 - one fact each
    ledger: Ledger, rooms: VideoRooms, record: BookingRecord, *, role: Role, actor_id: UUID, now: datetime
) -> Joining:
    hours = room_hours(record.starts_at, record.ends_at)
    check_may_join(record.state, hours, now)
    url = await rooms.join_link(record.id, hours, role=role)
    by = "staff" if role == "staff" else "resident"
    with suppress(IllegalMove, TooEarly, TooLate):  # checked in before
        await ledger.move(Move(booking_id=record.id, event="check_in", by=by, actor_id=actor_id))
    return Joining(url, hours)


async def end(  # noqa: PLR0913 - one fact each
    ledger: Ledger, database: Database, *, staff: Staff, booking_id: UUID, event: str, now: datetime
) -> None:
    """Cancel a visit, or note that it took place (VideoVisitNotFound; IllegalMove, TooLate of the ledger)."""
    async with database.transaction() as session:
        record = await _of_ones_home(session, staff, booking_id)
        await _audit(session, staff, record.person_id, event, now=now)
    await ledger.move(Move(booking_id=booking_id, event=event, by="staff", actor_id=staff.staff_id))


async def own_visit(session: AsyncSession, resident: Resident, booking_id: UUID) -> BookingRecord:
    """Read a video visit for its person (VideoVisitNotFound)."""
    try:
        record = await booking.booking_of(session, booking_id, resident.subject_id)
    except BookingNotFound:
        raise VideoVisitNotFound from None
    if "homeId" not in record.details:
        raise VideoVisitNotFound
    return record


async def visit_of_window(session: AsyncSession, resident: Resident, window_id: UUID) -> BookingRecord:
    """Find a person's video visit by the time it was booked for (VideoVisitNotFound)."""
    found = await booking.bookings_of(
        session, resident.subject_id, scene=SCENE, states=sorted(ACTIVE), limit=LOOKED_AT
    )
    for record in found:
        if record.details.get("windowId") == str(window_id):
            return record
    raise VideoVisitNotFound


async def _of_ones_home(session: AsyncSession, staff: Staff, booking_id: UUID) -> BookingRecord:
    try:
        record = await booking.any_booking(session, booking_id)
        check_home(staff, UUID(record.details["homeId"]))
    except (BookingNotFound, KeyError):
        raise VideoVisitNotFound from None
    return record


async def _audit(session: AsyncSession, staff: Staff, person_id: UUID, what: str, *, now: datetime) -> None:
    action = f"staff.video.{what}"
    await append_audit(session, staff.staff_id, action=action, subject_ids=[person_id], now=now)

"""The nursing home's residents and their video visits over HTTP."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import Booking
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import Page, encode, fingerprint
from scenes.eldercare.service import homes, video
from scenes.eldercare.video.upstream import Video
from scenes.eldercare.wire_video import (
    CareHomeResident,
    JoinLink,
    MoveInRequest,
    MoveOutRequest,
    VideoSlot,
    VideoVisitLine,
    VideoVisitRequest,
)

TAGS = ["staff"]
RESIDENTS, VISITS = "/staff/home-residents", "/staff/video-visits"
CREATED = 201
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


@get(RESIDENTS, operation_id="listHomeResidents", tags=TAGS)
async def list_residents(
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Page[CareHomeResident]:
    """List who lives in a nursing home or moves in later, by room; who looked is written down."""
    found = await homes.residents(session, staff, place_id, now=clock())
    return Page(items=[CareHomeResident.of(each) for each in found])


@post(
    RESIDENTS,
    operation_id="moveIntoHome",
    tags=TAGS,
    responses={CREATED: ResponseSpec(CareHomeResident, description="On the list")},
)
async def move_in(
    data: JSONBody[MoveInRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Put somebody whom the district knows on the list, by the name and number of their identity card."""
    checked, now = checked_key(key), clock()
    mark = cipher.index(fingerprint(RESIDENTS, data).hex())

    async def act() -> tuple[int, bytes]:
        found = await homes.move_in(
            session, staff, data.place_id, arrival=data.arrival(), cipher=cipher, now=now
        )
        return CREATED, encode(CareHomeResident.of(found))

    return respond(await once(session, staff.staff_id, key=checked, fingerprint=mark, now=now, act=act))


@post(RESIDENTS + "/{stay_id:uuid}/leave", operation_id="leaveHome", tags=TAGS, status_code=204)
async def move_out(
    stay_id: FromPath[UUID],
    data: JSONBody[MoveOutRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Note on which day somebody leaves the home."""
    await homes.move_out(session, staff, stay_id, until=data.until, now=clock())


@get("/staff/video-slots", operation_id="listVideoSlots", tags=TAGS)
async def list_slots(
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Page[VideoSlot]:
    """List the internet hospital's free times, soonest first."""
    found = await video.slots(reading, staff, place_id, now=clock())
    return Page(items=[VideoSlot.of(row, hospital) for row, hospital in found])


@post(
    VISITS,
    operation_id="bookVideoVisit",
    tags=TAGS,
    responses={CREATED: ResponseSpec(Booking, description="The resident's booking")},
)
async def book_visit(
    data: JSONBody[VideoVisitRequest],
    staff: NamedDependency[Staff],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Book a time for somebody who lives in the home then."""
    outcome = await video.book(
        ledger, database, staff=staff, stay_id=data.resident_id, window_id=data.window_id, note=data.note,
        key=checked_key(key), mark=fingerprint(VISITS, data), now=clock(),
    )  # fmt: skip
    return respond(outcome.answer)


@get(VISITS, operation_id="listVideoVisits", tags=TAGS)
async def list_visits(
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    day: Annotated[date | None, QueryParameter(name="date")] = None,
) -> Page[VideoVisitLine]:
    """List a home's video visits of the week from a day on, today unless given."""
    now = clock()
    found = await video.board(session, staff, place_id, day=day or local_day(now), now=now)
    return Page(items=[VideoVisitLine.of(each) for each in found])


@post(VISITS + "/{booking_id:uuid}/join", operation_id="joinVideoVisitAsStaff", tags=TAGS, status_code=200)
async def join_as_staff(
    booking_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    video_rooms: NamedDependency[Video],
    clock: NamedDependency[Clock],
) -> JoinLink:
    """Get the signed link into the room, from ten minutes before the hour; the resident is then there."""
    rooms = video_rooms.offered()
    return JoinLink.of(
        await video.join_as_staff(ledger, database, rooms, staff=staff, booking_id=booking_id, clock=clock)
    )


@post(VISITS + "/{booking_id:uuid}/cancel", operation_id="cancelVideoVisit", tags=TAGS, status_code=204)
async def cancel_visit(
    booking_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Cancel a visit for a resident of the home."""
    await video.end(ledger, database, staff=staff, booking_id=booking_id, event="cancel", now=clock())


@post(VISITS + "/{booking_id:uuid}/complete", operation_id="completeVideoVisit", tags=TAGS, status_code=204)
async def complete_visit(
    booking_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Note that a visit took place."""
    await video.end(ledger, database, staff=staff, booking_id=booking_id, event="fulfil", now=clock())


@post(
    "/eldercare/video-visits/{booking_id:uuid}/join",
    operation_id="joinVideoVisit",
    tags=["eldercare"],
    status_code=200,
)
async def join(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    video_rooms: NamedDependency[Video],
    clock: NamedDependency[Clock],
) -> JoinLink:
    """Get the signed link into the room of one's own visit, from ten minutes before the hour."""
    rooms = video_rooms.offered()
    async with database.read() as session:
        record = await video.own_visit(session, resident, booking_id)
    return JoinLink.of(await video.join_as_patient(ledger, rooms, record, resident=resident, clock=clock))


ROUTES: list[Any] = [
    list_residents, move_in, move_out, list_slots, book_visit, list_visits, join_as_staff, cancel_visit,
    complete_visit, join,
]  # fmt: skip

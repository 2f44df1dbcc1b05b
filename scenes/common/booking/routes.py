"""Bookings of all scenes over HTTP: look, confirm, cancel, extend, check in, follow live."""

from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

import segno
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import service
from scenes.common.booking.ledger import Ledger, Move
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.booking.wire import Booking, CancelRequest, PlaceNames, as_booking
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import checked_key
from scenes.common.kit.refusals import Invalid
from scenes.common.kit.wire import Page, encode, fingerprint

OptionalKey = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]
TICK_SECONDS = 5.0


def cursor_id(cursor: str | None) -> UUID | None:
    """Read a list cursor, which is the last id of the page before (Invalid otherwise)."""
    if cursor is None:
        return None
    try:
        return UUID(cursor)
    except ValueError:
        raise Invalid(errors=(("cursor", "不是有效的翻页标记"),)) from None


@get("/bookings", operation_id="listBookings", tags=["bookings"])
async def list_bookings(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    scene: FromQuery[str | None] = None,
    states: Annotated[str | None, QueryParameter(name="state")] = None,
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> Page[Booking]:
    """List the bookings for or by the signed-in resident, newest first."""
    records = await service.bookings_of(
        reading,
        resident.subject_id,
        scene=scene,
        states=states.split(",") if states else None,
        before=cursor_id(cursor),
        limit=limit + 1,
    )
    shown, now = records[:limit], clock()
    items = [as_booking(record, place_names(record.place_id), now) for record in shown]
    return Page(items=items, next_cursor=str(shown[-1].id) if len(records) > limit else None)


@get("/bookings/{booking_id:uuid}", operation_id="getBooking", tags=["bookings"])
async def get_booking(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
) -> Booking:
    """Show one booking; another person's is not found."""
    record = await service.booking_of(reading, booking_id, resident.subject_id)
    return as_booking(record, place_names(record.place_id), clock())


async def _move(
    event: str,
    booking_id: UUID,
    *,
    resident: Resident,
    ledger: Ledger,
    database: Database,
    key: str | None,
    reason: str | None = None,
) -> Response[bytes]:
    await service.check_own(database, booking_id, resident.subject_id)
    asked = {"event": event, "reason": reason}
    outcome = await ledger.move(
        Move(
            booking_id=booking_id,
            event=event,
            by="resident",
            actor_id=resident.subject_id,
            key=checked_key(key) if key is not None else None,
            fingerprint=fingerprint(f"/bookings/{booking_id}/{event}", asked),
            reason=reason,
        )
    )
    return respond(outcome.answer)


@post(
    "/bookings/{booking_id:uuid}/confirm", operation_id="confirmBooking", tags=["bookings"], status_code=200
)
async def confirm_booking(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    key: OptionalKey = None,
) -> Response[bytes]:
    """Confirm a held booking that costs nothing, such as a waitlist offer."""
    return await _move("confirm", booking_id, resident=resident, ledger=ledger, database=database, key=key)


@post("/bookings/{booking_id:uuid}/cancel", operation_id="cancelBooking", tags=["bookings"], status_code=200)
async def cancel_booking(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    data: JSONBody[CancelRequest | None] = None,
    key: OptionalKey = None,
) -> Response[bytes]:
    """Cancel a booking within its terms; what was paid is refunded."""
    reason = data.reason if data is not None else None
    return await _move(
        "cancel", booking_id, resident=resident, ledger=ledger, database=database, key=key, reason=reason
    )


@post(
    "/bookings/{booking_id:uuid}/extend-hold", operation_id="extendHold", tags=["bookings"], status_code=200
)
async def extend_hold(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    key: OptionalKey = None,
) -> Response[bytes]:
    """Give a hold its whole time again (WCAG 2.2.1), up to its limit of extensions."""
    return await _move("extend", booking_id, resident=resident, ledger=ledger, database=database, key=key)


@post("/bookings/{booking_id:uuid}/check-in", operation_id="checkIn", tags=["bookings"], status_code=200)
async def check_in(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    key: OptionalKey = None,
) -> Response[bytes]:
    """Check in on the day, and get a number where there is a queue."""
    return await _move("check_in", booking_id, resident=resident, ledger=ledger, database=database, key=key)


def qr_svg(text: str) -> bytes:
    """Draw what staff scan as a QR picture."""
    picture = segno.make_qr(text, error="m").svg_inline(scale=6, border=2)
    return picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode()


@get(
    "/bookings/{booking_id:uuid}/qr.svg",
    operation_id="getBookingQr",
    tags=["bookings"],
    media_type="image/svg+xml",
)
async def get_qr(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    vouchers: NamedDependency[VoucherSigner],
) -> Response[bytes]:
    """Show the booking's code as a QR picture."""
    record = await service.booking_of(reading, booking_id, resident.subject_id)
    return Response(
        content=qr_svg(vouchers.text_of(record)),
        media_type="image/svg+xml",
        headers={"Cache-Control": "private, max-age=3600"},
    )


def _shown(booking: Booking) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=encode(booking).decode(), event="booking", id=str(booking.version))


@get("/bookings/{booking_id:uuid}/events", operation_id="followBooking", tags=["bookings"])
async def follow_booking(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
) -> ServerSentEvent:
    """Follow one booking live: an event `booking` with the whole booking whenever it changed."""

    async def read() -> Booking:
        async with database.read() as session:
            record = await service.booking_of(session, booking_id, resident.subject_id)
            return as_booking(record, place_names(record.place_id), clock())

    await read()  # refuses before the stream begins

    async def events() -> AsyncGenerator[ServerSentEventMessage]:
        async with fanout.listen(f"booking:{booking_id}", tick_seconds=TICK_SECONDS) as changes:
            last = await read()
            yield _shown(last)
            async for _ in changes:
                present = await read()
                if present != last:
                    last = present
                    yield _shown(last)

    return ServerSentEvent(events())


ROUTES = [
    list_bookings,
    get_booking,
    confirm_booking,
    cancel_booking,
    extend_hold,
    check_in,
    get_qr,
    follow_booking,
]

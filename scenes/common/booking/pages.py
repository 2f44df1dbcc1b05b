"""Pages of bookings: the list, the voucher with its code, what can be done with it, the slip on paper."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import service
from scenes.common.booking.ledger import Ledger, Move
from scenes.common.booking.pages_view import lists_of, view_of
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.wire import fingerprint

LISTED = 20
EVENTS = {"cancel": "cancel", "extend": "extend", "check-in": "check_in", "confirm": "confirm"}
"""What the buttons of a voucher do: the last part of the address, and the event of states.py."""


@get(["/me/bookings", "/bookings"], include_in_schema=False)
async def show_bookings(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    before: FromQuery[UUID | None] = None,
) -> Response[str]:
    """Show a person's bookings: what is ahead, then what is past."""
    records = await service.bookings_of(reading, resident.subject_id, before=before, limit=LISTED + 1)
    shown = records[:LISTED]
    places = [place_names(record.place_id) for record in shown]
    older = shown[-1].id if len(records) > LISTED else None
    view = lists_of(shown, places, now=clock(), older=older)
    return render("booking/bookings.html", view, title="我的预约")


async def _shown(
    template: str,
    title: str,
    *,
    booking_id: UUID,
    resident: Resident,
    reading: AsyncSession,
    clock: Clock,
    place_names: PlaceNames,
    vouchers: VoucherSigner,
    render: PageRender,
) -> Response[str]:
    record = await service.booking_of(reading, booking_id, resident.subject_id)
    view = view_of(
        record, place_names(record.place_id), person_id=resident.subject_id, vouchers=vouchers, now=clock()
    )
    return render(template, view, title=title)


@get("/bookings/{booking_id:uuid}", include_in_schema=False)
async def show_booking(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    vouchers: NamedDependency[VoucherSigner],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show one booking as a voucher; always from the primary, since one comes here right after a change."""
    return await _shown(
        "booking/booking.html", "预约凭证", booking_id=booking_id, resident=resident, reading=session,
        clock=clock, place_names=place_names, vouchers=vouchers, render=render,
    )  # fmt: skip


@get("/bookings/{booking_id:uuid}/cancel", include_in_schema=False)
async def show_cancel(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    vouchers: NamedDependency[VoucherSigner],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Ask once more before cancelling, and say what follows."""
    return await _shown(
        "booking/cancel.html", "取消预约", booking_id=booking_id, resident=resident, reading=session,
        clock=clock, place_names=place_names, vouchers=vouchers, render=render,
    )  # fmt: skip


@get("/bookings/{booking_id:uuid}/slip", include_in_schema=False)
async def show_slip(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    vouchers: NamedDependency[VoucherSigner],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the slip to be printed: large type, the code to say at the desk, no phone needed."""
    return await _shown(
        "booking/slip.html", "预约单", booking_id=booking_id, resident=resident, reading=reading,
        clock=clock, place_names=place_names, vouchers=vouchers, render=render,
    )  # fmt: skip


@get(
    "/bookings/{booking_id:uuid}/slip",
    operation_id="getBookingSlip",
    tags=["bookings"],
    media_type="text/html",
)
async def get_slip(
    booking_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    vouchers: NamedDependency[VoucherSigner],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the printable slip of a booking: large type, the code to say at the desk, the QR picture."""
    return await _shown(
        "booking/slip.html", "预约单", booking_id=booking_id, resident=resident, reading=reading,
        clock=clock, place_names=place_names, vouchers=vouchers, render=render,
    )  # fmt: skip


@post([f"/bookings/{{booking_id:uuid}}/{act}" for act in EVENTS], include_in_schema=False)
async def move_booking(
    request: Request[Any, Any, Any],
    booking_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
) -> Redirect:
    """Cancel, extend, check in or confirm, as the voucher's button says; then show the voucher again."""
    await service.check_own(database, booking_id, resident.subject_id)
    event = EVENTS[request.scope["path"].rstrip("/").rsplit("/", 1)[-1]]
    await ledger.move(
        Move(
            booking_id=booking_id,
            event=event,
            by="resident",
            actor_id=resident.subject_id,
            key=data.idempotency_key,
            fingerprint=fingerprint(f"/bookings/{booking_id}/{event}", None),
        )
    )
    return see_other(f"/bookings/{booking_id}")


PAGES: list[Any] = [show_bookings, show_booking, show_cancel, show_slip, move_booking]
API_PAGES: list[Any] = [get_slip]
"""Pages that the contract names below /api/v1."""

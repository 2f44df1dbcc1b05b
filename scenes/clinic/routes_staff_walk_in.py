"""Booking a number for somebody at the desk or on the phone, over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, JSONBody

from scenes.clinic.service import walk_in
from scenes.common.booking.service_desk import DeskTools
from scenes.common.booking.wire_desk import DeskBooking, DeskCaller
from scenes.common.kit.caller import Staff

PATH = "/staff/clinic/bookings"


class DeskNumberRequest(DeskCaller, frozen=True, kw_only=True):
    """Who it is for and the number wanted; `present` checks in at once what costs nothing."""

    window_id: UUID
    present: bool = False


@post(PATH, operation_id="bookNumberForSomebody", tags=["staff"])
async def book_for(
    data: JSONBody[DeskNumberRequest],
    staff: NamedDependency[Staff],
    desk_tools: NamedDependency[DeskTools],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> DeskBooking:
    """Book a number for somebody; what costs something is held until its check-in ends, to be paid there."""
    call = data.call(staff, PATH, key=key)
    record = await walk_in.book_number_for(desk_tools, call, data.window_id, present=data.present)
    return DeskBooking.of(record)


ROUTES: list[Any] = [book_for]

"""Booking a number for somebody at the desk or on the phone, over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, JSONBody

from scenes.clinic.service import walk_in
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire_desk import DeskBooking, DeskCaller
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key
from scenes.common.kit.wire import fingerprint

PATH = "/staff/clinic/bookings"


class DeskNumberRequest(DeskCaller, frozen=True, kw_only=True):
    """Who it is for and the number wanted; `present` checks in at once what costs nothing."""

    window_id: UUID
    present: bool = False


@post(PATH, operation_id="bookNumberForSomebody", tags=["staff"])
async def book_for(
    data: JSONBody[DeskNumberRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> DeskBooking:
    """Book a number for somebody; what costs something is held until its check-in ends, to be paid there."""
    record = await walk_in.book_for(
        database, ledger, staff=staff, newcomer=data.newcomer(), window_id=data.window_id,
        present=data.present, cipher=cipher, now=clock(), key=checked_key(key),
        fingerprint=fingerprint(PATH, data),
    )  # fmt: skip
    return DeskBooking.of(record)


ROUTES: list[Any] = [book_for]

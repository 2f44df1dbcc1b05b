"""Reserving a connector for somebody at the desk or on the phone, under the same rules."""

from scenes.charging.service import reservations
from scenes.charging.service.reservations import Wish
from scenes.charging.service.tariffs import check_scope
from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.service_desk import DeskCall, DeskTools, book_for
from scenes.common.kit.caller import Resident
from scenes.common.kit.idempotency import Answer


async def reserve_for(tools: DeskTools, call: DeskCall, wish: Wish) -> BookingRecord:
    """Reserve for somebody, free of charge, and answer the booking.

    Refuses with StationUnknown outside the scope, with what find_or_register and `reserve` say.
    """
    check_scope(call.staff, wish.station_id)

    async def reserve(person: Resident) -> Answer:
        outcome = await reservations.reserve(
            tools.ledger, tools.database, resident=person, wish=wish, key=call.key,
            fingerprint=call.fingerprint, clock=tools.clock, desk_staff_id=call.staff.staff_id,
        )  # fmt: skip
        return outcome.answer

    return await book_for(tools, call, reserve)

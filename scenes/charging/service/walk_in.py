"""Reserving a connector for somebody at the desk or on the phone, under the same rules."""

from uuid import UUID

import msgspec

from scenes.charging.service import reservations
from scenes.charging.service.reservations import Wish
from scenes.charging.service.tariffs import check_scope
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.booking.service_desk import note_booked, who_it_is
from scenes.common.booking.wire import Booking
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.people.service import Newcomer

_booking = msgspec.json.Decoder(Booking)


async def reserve_for(  # noqa: PLR0913 - each is one fact of the call
    database: Database,
    ledger: Ledger,
    clock: Clock,
    *,
    staff: Staff,
    newcomer: Newcomer,
    wish: Wish,
    cipher: FieldCipher,
    key: str,
    fingerprint: bytes,
) -> BookingRecord:
    """Reserve for somebody, free of charge, and answer the booking.

    Refuses with StationUnknown outside the scope, with what find_or_register and `reserve` say.
    """
    check_scope(staff, wish.station_id)
    person = await who_it_is(database, staff, newcomer, cipher=cipher, now=clock())
    outcome = await reservations.reserve(
        ledger, database, resident=person, wish=wish, key=key, fingerprint=fingerprint, clock=clock,
        desk_staff_id=staff.staff_id,
    )  # fmt: skip
    booking_id: UUID = _booking.decode(outcome.answer.body).id
    return await note_booked(database, staff, booking_id, now=clock())

"""Booking for somebody at the desk or on the phone: the same windows, the same ledger, the same refusals."""

from datetime import datetime
from uuid import UUID

import msgspec

from scenes.clinic.service.schedule import SCENE
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.booking.counter import DESK_STAFF, check_in, held_for_counter
from scenes.common.booking.errors import WindowNotFound
from scenes.common.booking.ledger import BookingRecord, Claim, Ledger, Want
from scenes.common.booking.rules import Terms
from scenes.common.booking.service_desk import note_booked, who_it_is
from scenes.common.booking.wire import Booking
from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.people.service import Newcomer

_booking = msgspec.json.Decoder(Booking)


async def book_for(  # noqa: PLR0913 - each is one fact of the call
    database: Database,
    ledger: Ledger,
    *,
    staff: Staff,
    newcomer: Newcomer,
    window_id: UUID,
    present: bool,
    cipher: FieldCipher,
    now: datetime,
    key: str,
    fingerprint: bytes,
) -> BookingRecord:
    """Book a number for somebody and answer the booking; who is `present` gets the number at once.

    Refuses with WindowNotFound outside the scope, with what find_or_register says, and with what the
    ledger says of a claim and a check-in. A number that costs something is held until its check-in ends, and
    paid at the counter.
    """
    async with database.read() as session:
        window = await booking_store.window(session, window_id)
    if window is None or window.scene != SCENE or not staff.may_work_at(window.place_id):
        raise WindowNotFound
    person = await who_it_is(database, staff, newcomer, cipher=cipher, now=now)
    until = msgspec.convert(window.terms, Terms, strict=False).check_in_until or window.ends_at
    claim = Claim(
        scene=SCENE, booker_id=person.person_id, subject_id=person.person_id, wants=(Want(window_id),),
        key=key, fingerprint=fingerprint, held_until=held_for_counter(window.price_fen, until),
        details={DESK_STAFF: str(staff.staff_id)},
    )  # fmt: skip
    outcome = await ledger.claim(claim)
    record = await note_booked(database, staff, _booking.decode(outcome.answer.body).id, now=now)
    if not present or record.state != "confirmed":
        return record
    await ledger.move(check_in(record.id, staff, key=None, fingerprint=fingerprint))
    async with database.read() as session:
        return await booking.any_booking(session, record.id)

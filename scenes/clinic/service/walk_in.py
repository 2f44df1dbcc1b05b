"""Booking for somebody at the desk or on the phone: the same windows, the same ledger, the same refusals."""

from uuid import UUID

import msgspec

from scenes.clinic.service.schedule import SCENE
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.booking.counter import DESK_STAFF, check_in, held_for_counter
from scenes.common.booking.errors import WindowNotFound
from scenes.common.booking.ledger import BookingRecord, Claim, Want
from scenes.common.booking.rules import Terms
from scenes.common.booking.service_desk import DeskCall, DeskTools, book_for
from scenes.common.kit.caller import Resident
from scenes.common.kit.idempotency import Answer


async def book_number_for(
    tools: DeskTools, call: DeskCall, window_id: UUID, *, present: bool
) -> BookingRecord:
    """Book a number for somebody and answer the booking; who is `present` gets the number at once.

    Refuses with WindowNotFound outside the scope, with what find_or_register says, and with what the
    ledger says of a claim and a check-in. A number that costs something is held until its check-in ends, and
    paid at the counter.
    """
    staff, ledger = call.staff, tools.ledger
    async with tools.database.read() as session:
        window = await booking_store.window(session, window_id)
    if window is None or window.scene != SCENE or not staff.may_work_at(window.place_id):
        raise WindowNotFound
    until = msgspec.convert(window.terms, Terms, strict=False).check_in_until or window.ends_at
    held_until = held_for_counter(window.price_fen, until)

    async def claim(person: Resident) -> Answer:
        claim = Claim(
            scene=SCENE, booker_id=person.person_id, subject_id=person.person_id, wants=(Want(window_id),),
            key=call.key, fingerprint=call.fingerprint, held_until=held_until,
            details={DESK_STAFF: str(staff.staff_id)},
        )  # fmt: skip
        return (await ledger.claim(claim)).answer

    record = await book_for(tools, call, claim)
    if not present or record.state != "confirmed":
        return record
    await ledger.move(check_in(record.id, staff, key=None, fingerprint=call.fingerprint))
    async with tools.database.read() as session:
        return await booking.any_booking(session, record.id)

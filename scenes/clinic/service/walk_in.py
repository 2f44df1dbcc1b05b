"""Booking for somebody at the desk or on the phone: the same windows, the same ledger, the same refusals."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.errors import ClinicNotFound
from scenes.clinic.service.desk import check_scope
from scenes.clinic.service.schedule import SCENE
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.booking.counter import check_in
from scenes.common.booking.errors import BookingNotFound, WindowNotFound
from scenes.common.booking.ledger import BookingRecord, Claim, Ledger, Want
from scenes.common.booking.wire import Booking
from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.people.service import Newcomer, append_audit, find_or_register

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
) -> UUID:
    """Book a number for somebody and answer the booking's id; who is `present` gets the number at once.

    Refuses with WindowNotFound outside the scope, with what find_or_register says, and with what the
    ledger says of a claim and a check-in. Who was registered stays registered although the claim is refused.
    """
    async with database.transaction() as session:
        window = await booking_store.window(session, window_id)
        if window is None or window.scene != SCENE or not staff.may_work_at(window.place_id):
            raise WindowNotFound
        person_id = await find_or_register(session, staff, newcomer, cipher=cipher, now=now)
    claim = Claim(
        scene=SCENE, booker_id=person_id, subject_id=person_id, wants=(Want(window_id),), key=key,
        fingerprint=fingerprint, details={"deskStaffId": str(staff.staff_id)},
    )  # fmt: skip
    outcome = await ledger.claim(claim)
    booking_id = _booking.decode(outcome.answer.body).id
    async with database.transaction() as session:
        await append_audit(session, staff.staff_id, action="staff.book", subject_ids=[person_id], now=now)
        record = await booking.any_booking(session, booking_id)
    if present and record.state == "confirmed":
        await ledger.move(check_in(booking_id, staff, key=None, fingerprint=fingerprint))
    return booking_id


async def slip_of(session: AsyncSession, staff: Staff, booking_id: UUID, *, now: datetime) -> BookingRecord:
    """Read a booking of the venue for its slip; audited (BookingNotFound outside the scope)."""
    record = await booking.any_booking(session, booking_id)
    try:
        check_scope(staff, record.place_id)
    except ClinicNotFound as outside:
        raise BookingNotFound from outside
    people = [record.person_id]
    await append_audit(session, staff.staff_id, action="staff.slip", subject_ids=people, now=now)
    return record

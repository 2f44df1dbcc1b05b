"""What every room's desk does around a claim for somebody: who it is, what is noted, which slip is shown."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import service as booking
from scenes.common.booking.errors import BookingNotFound
from scenes.common.booking.ledger import BookingRecord
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.people.service import Newcomer, append_audit, find_or_register


async def who_it_is(
    database: Database, staff: Staff, newcomer: Newcomer, *, cipher: FieldCipher, now: datetime
) -> Resident:
    """Find or register who stands at the desk or calls, as somebody the staff act for.

    Refuses as find_or_register does. Who was registered stays registered although the claim is refused.
    """
    async with database.transaction() as session:
        person_id = await find_or_register(session, staff, newcomer, cipher=cipher, now=now)
    return Resident(person_id=person_id, sign_in_id=staff.sign_in_id, staff_id=staff.staff_id)


async def note_booked(database: Database, staff: Staff, booking_id: UUID, *, now: datetime) -> BookingRecord:
    """Put a booking made at the desk into the audit log, and return it."""
    async with database.transaction() as session:
        record = await booking.any_booking(session, booking_id)
        people = [record.person_id]
        await append_audit(session, staff.staff_id, action="staff.book", subject_ids=people, now=now)
    return record


async def slip_of(
    session: AsyncSession, staff: Staff, booking_id: UUID, *, scene: str, now: datetime
) -> BookingRecord:
    """Read a booking of the venue for its slip; audited (BookingNotFound outside scope and scene)."""
    record = await booking.any_booking(session, booking_id)
    if record.scene != scene or not staff.may_work_at(record.place_id):
        raise BookingNotFound
    people = [record.person_id]
    await append_audit(session, staff.staff_id, action="staff.slip", subject_ids=people, now=now)
    return record

"""What every room's desk does around a claim for somebody: who it is, what is noted, which slip is shown."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import service as booking
from scenes.common.booking.errors import BookingNotFound
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import Answer
from scenes.common.people.service import Newcomer, append_audit, find_or_register


class DeskTools(msgspec.Struct, frozen=True, kw_only=True):
    """What booking for somebody needs of the house."""

    database: Database
    ledger: Ledger
    cipher: FieldCipher
    clock: Clock


class DeskCall(msgspec.Struct, frozen=True, kw_only=True):
    """Who of the staff books for whom, and the key under which asking again is the same asking."""

    staff: Staff
    newcomer: Newcomer
    key: str
    fingerprint: bytes


class _Made(msgspec.Struct):
    id: UUID


_made: Final = msgspec.json.Decoder(_Made)


async def book_for(
    tools: DeskTools, call: DeskCall, claim: Callable[[Resident], Awaitable[Answer]]
) -> BookingRecord:
    """Find or register who stands at the desk or calls, claim for them, note it, and return the booking.

    `claim` gets them as somebody the staff act for, and answers as the ledger does. Refuses as
    find_or_register and `claim` do; who was registered stays registered although the claim is refused.
    """
    staff, database = call.staff, tools.database
    async with database.transaction() as session:
        person_id = await find_or_register(
            session, staff, call.newcomer, cipher=tools.cipher, now=tools.clock()
        )
    answer = await claim(Resident(person_id=person_id, sign_in_id=staff.sign_in_id, staff_id=staff.staff_id))
    async with database.transaction() as session:
        people = [person_id]
        await append_audit(
            session, staff.staff_id, action="staff.book", subject_ids=people, now=tools.clock()
        )
        return await booking.any_booking(session, _made.decode(answer.body).id)


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

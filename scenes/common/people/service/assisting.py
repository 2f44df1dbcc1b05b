"""Help at a counter: a person reads a code out, and a member of staff acts for them for some minutes."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Forbidden, Invalid, Throttled
from scenes.common.people.errors import AssistNotFound, AssistRefused
from scenes.common.people.rules import checked_phone
from scenes.common.people.service.acting import family_rule
from scenes.common.people.service.audit import append_audit
from scenes.common.people.service.signing_in import SignInTools
from scenes.common.people.store import assists as store
from scenes.common.people.store import persons
from scenes.common.people.tables import AssistCodeRow, AssistRow, PersonRow

MAY_ASSIST: Final = frozenset({"clinic", "charging", "breakfast", "eldercare", "district"})
"""The roles that stand at a counter; an auditor only reads."""

CODE_DIGITS: Final = 6
CODES_AN_HOUR: Final = 12
TRIES_A_STAFF: Final = 20
TRIES_A_PHONE: Final = 10
HOUR_SECONDS: Final = 3600.0


class AssistCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code to be read out, and until when it is good."""

    code: str
    expires_at: datetime


class Assistance(msgspec.Struct, frozen=True, kw_only=True):
    """A running assistance: whom, by whom, until when."""

    row: AssistRow
    person: PersonRow
    staff_name: str


async def new_code(
    session: AsyncSession, person_id: UUID, *, cipher: FieldCipher, tools: SignInTools, now: datetime
) -> AssistCode:
    """Make a code for a person; the one before is void. Refuses with Throttled."""
    await _turn(tools, f"assist-code:{person_id}", limit=CODES_AN_HOUR, now=now)
    rule = await family_rule(session, now)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    expires_at = now + timedelta(minutes=rule.code_minutes)
    digest = _digest(cipher, person_id, code)
    row = AssistCodeRow(person_id=person_id, digest=digest, made_at=now, expires_at=expires_at)
    await store.put_code(session, row)
    return AssistCode(code=code, expires_at=expires_at)


async def code_for_phone(  # noqa: PLR0913 - each is one fact of the asking
    session: AsyncSession, staff: Staff, *, phone: str, cipher: FieldCipher, tools: SignInTools, now: datetime
) -> list[tuple[UUID, AssistCode]]:
    """Make codes to be sent to the phone on file of who stands at the counter; audited.

    Nobody learns whether the number is known: none is found quietly.
    """
    _check_role(staff)
    await _turn(tools, f"assist-send:{staff.staff_id}", limit=TRIES_A_STAFF, now=now)
    index = cipher.index(checked_phone(phone))
    await _turn(tools, f"assist-phone:{index.hex()}", limit=TRIES_A_PHONE, now=now)
    found = await persons.with_phone(session, index)
    made = [
        (row.id, await new_code(session, row.id, cipher=cipher, tools=tools, now=now)) for row in found[:1]
    ]
    people = [row.id for row in found[:1]]
    await append_audit(session, staff.staff_id, action="staff.assist.code", subject_ids=people, now=now)
    return made


async def assist(  # noqa: PLR0913 - each is one fact of the asking
    database: Database,
    staff: Staff,
    *,
    phone: str,
    code: str,
    cipher: FieldCipher,
    tools: SignInTools,
    now: datetime,
) -> Assistance:
    """Begin to act for who read the code out; refuses with AssistRefused or Throttled.

    Opens its transaction itself: a wrong try is counted and audited although the answer is a refusal.
    """
    _check_role(staff)
    await _turn(tools, f"assist-try:{staff.staff_id}", limit=TRIES_A_STAFF, now=now)
    index = _phone_index(phone, cipher)
    await _turn(tools, f"assist-phone-try:{index.hex()}", limit=TRIES_A_PHONE, now=now)
    async with database.transaction() as session:
        person = await _who_gave(session, index, code=code, cipher=cipher, now=now)
        if person is not None:
            await _begin(session, staff, person, now=now)
        result = "ok" if person is not None else "refused"
        people = [person.id] if person is not None else []
        await append_audit(
            session, staff.staff_id, action="staff.assist.begin", subject_ids=people, result=result, now=now
        )
        running = await assisting(session, staff.staff_id, now=now)
    if person is None or running is None:
        raise AssistRefused
    return running


async def assisting(session: AsyncSession, staff_id: UUID, *, now: datetime) -> Assistance | None:
    """Say whom a member of staff assists at this moment; none if nobody."""
    row = await store.running_by(session, staff_id, now=now)
    return None if row is None else await _shown(session, row)


async def assisted_by(session: AsyncSession, person_id: UUID, *, now: datetime) -> Sequence[Assistance]:
    """Say who of the staff assists a person at this moment."""
    found = [await _shown(session, row) for row in await store.running_for(session, person_id, now=now)]
    return [each for each in found if each is not None]


async def stop_assisting(session: AsyncSession, staff_id: UUID, *, now: datetime) -> None:
    """End the assistance a member of staff gives; refuses with AssistNotFound when there is none."""
    row = await store.running_by(session, staff_id, now=now)
    if row is None:
        raise AssistNotFound
    await store.end_by_staff(session, staff_id, now=now)
    await append_audit(session, staff_id, action="staff.assist.end", subject_ids=[row.person_id], now=now)


async def stop_being_assisted(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """End every assistance of a person, and void a code that was not used yet."""
    await store.end_for_person(session, person_id, now=now)
    code = await store.locked_code(session, person_id)
    if code is not None and code.used_at is None:
        code.used_at = now


async def _who_gave(
    session: AsyncSession, index: bytes, *, code: str, cipher: FieldCipher, now: datetime
) -> PersonRow | None:
    """Find whose good code this is among who shares the phone, and use it up; count a wrong try."""
    rule = await family_rule(session, now)
    for person in await persons.with_phone(session, index):
        kept = await store.locked_code(session, person.id)
        if kept is None or kept.used_at is not None or now >= kept.expires_at:
            continue
        if kept.failures >= rule.code_tries:
            continue
        if compare_digest(kept.digest, _digest(cipher, person.id, code)):
            kept.used_at = now
            return person
        kept.failures += 1
    return None


async def _begin(session: AsyncSession, staff: Staff, person: PersonRow, *, now: datetime) -> None:
    rule = await family_rule(session, now)
    await store.end_by_staff(session, staff.staff_id, now=now)
    expires_at = now + timedelta(minutes=rule.assist_minutes)
    session.add(
        AssistRow(
            id=new_id(), staff_id=staff.staff_id, person_id=person.id, started_at=now, expires_at=expires_at
        )
    )
    await session.flush()


async def _shown(session: AsyncSession, row: AssistRow) -> Assistance | None:
    person = await persons.person(session, row.person_id)
    staff = await persons.staff(session, row.staff_id)
    if person is None or person.erased_at is not None:
        return None
    return Assistance(row=row, person=person, staff_name=staff.display_name if staff else "")


def check_may_assist(staff: Staff) -> None:
    """Refuse who does not stand at a counter (Forbidden)."""
    if staff.role not in MAY_ASSIST:
        raise Forbidden


def _check_role(staff: Staff) -> None:
    if staff.role not in MAY_ASSIST:
        raise AssistRefused


def _phone_index(phone: str, cipher: FieldCipher) -> bytes:
    """Index a phone as it was typed; what is no phone is nobody's, with the same answer."""
    try:
        return cipher.index(checked_phone(phone))
    except Invalid:
        return cipher.index("")


def _digest(cipher: FieldCipher, person_id: UUID, code: str) -> bytes:
    return cipher.index(f"assist:{person_id}:{code}")


async def _turn(tools: SignInTools, key: str, *, limit: int, now: datetime) -> None:
    turn = await tools.limiter.allow(key, limit=limit, per_seconds=HOUR_SECONDS, now=now)
    if not turn.allowed:
        raise Throttled(turn.retry_after)

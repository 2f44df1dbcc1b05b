"""The persons an account may book for, at most a handful."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Throttled
from scenes.common.kit.resident_id import birth_date, sex
from scenes.common.people.errors import (
    PatientAlreadyAdded,
    PatientMismatch,
    PatientNotFound,
    SignInEnded,
)
from scenes.common.people.rules import (
    checked_name,
    checked_phone,
    checked_resident_id,
    refuse_one_too_many,
    refuse_oneself,
    relation_word,
    same_name,
)
from scenes.common.people.service.signing_in import SignInTools
from scenes.common.people.store import persons as store
from scenes.common.people.tables import PatientLinkRow, PersonRow, make_person_row


class NewPatient(msgspec.Struct, frozen=True, kw_only=True):
    """What an account holder says of a patient; the national id decides who it is."""

    name: str
    resident_id: str
    relation: str
    phone: str | None = None


Patient = tuple[PatientLinkRow, PersonRow]


async def patients_of(session: AsyncSession, account_id: UUID) -> Sequence[Patient]:
    """Read an account's patients, the first added first."""
    return await store.patients(session, account_id)


async def relation_of(session: AsyncSession, person_id: UUID, other_id: UUID) -> str:
    """Say what another is to a person by what either account says of the other; empty where neither does."""
    other = await store.person(session, other_id)
    if other is None:
        return ""
    own = await store.patient_link(session, person_id, other_id)
    theirs = await store.patient_link(session, other_id, person_id)
    return relation_word(own.relation if own else "", theirs.relation if theirs else "", sex=other.sex)


async def companions_of(session: AsyncSession, caller: Resident) -> Sequence[Patient]:
    """Read for whom else a caller may book: their own patients, and nobody while acting for another."""
    return [] if caller.acting_for is not None else await store.patients(session, caller.person_id)


async def subject_of(session: AsyncSession, caller: Resident, patient_id: UUID | None) -> UUID:
    """Say for whom a caller books: themselves, or one of their patients; else PatientNotFound.

    Who acts for another acts for nobody further: that one's patients are not theirs to book for.
    """
    if patient_id is None or patient_id == caller.subject_id:
        return caller.subject_id
    known = caller.acting_for is None and await store.is_patient(session, caller.person_id, patient_id)
    if not known:
        raise PatientNotFound
    return patient_id


async def allow_patient_attempt(account_id: UUID, tools: SignInTools, now: datetime) -> None:
    """Refuse with Throttled who tries names against numbers by the dozen."""
    rules = tools.rules
    turn = await tools.limiter.allow(
        f"patient:{account_id}",
        limit=rules.patient_attempts,
        per_seconds=rules.patient_attempts_seconds,
        now=now,
    )
    if not turn.allowed:
        raise Throttled(turn.retry_after)


async def add_patient(  # noqa: PLR0913 - each is one fact of the addition
    session: AsyncSession,
    account_id: UUID,
    *,
    new: NewPatient,
    cipher: FieldCipher,
    now: datetime,
    allowed: int,
) -> Patient:
    """Put a patient on an account; a person already known by the number is linked, not written again.

    Refuses with Invalid, PatientMismatch, PatientIsYourself, PatientAlreadyAdded, PatientLimitReached.
    The account is locked first, so that two additions at once cannot pass the limit.
    """
    wanted = _person(new, cipher, now)
    account = await store.locked_person(session, account_id)
    if account is None or account.erased_at is not None:
        raise SignInEnded
    refuse_one_too_many(await store.patient_count(session, account_id), allowed)
    person = await _known(session, wanted)
    if not same_name(person.name, wanted.name):
        raise PatientMismatch
    refuse_oneself(account_id, person.id)
    relation = " ".join(new.relation.split())
    link = PatientLinkRow(account_id=account_id, person_id=person.id, relation=relation, created_at=now)
    if not await store.add_patient(session, link):
        raise PatientAlreadyAdded
    return link, person


async def drop_patient(session: AsyncSession, account_id: UUID, person_id: UUID) -> None:
    """Take a patient off an account; the person stays for the bookings that name them."""
    if not await store.remove_patient(session, account_id, person_id):
        raise PatientNotFound


def _person(new: NewPatient, cipher: FieldCipher, now: datetime) -> PersonRow:
    number = checked_resident_id(new.resident_id, local_day(now))
    return make_person_row(
        cipher,
        new_id(),
        name=checked_name(new.name),
        birth_date=birth_date(number),
        sex="m" if sex(number) == "male" else "f",
        phone=checked_phone(new.phone) if new.phone else None,
        resident_id=number,
        now=now,
    )


async def _known(session: AsyncSession, wanted: PersonRow) -> PersonRow:
    """Write the person unless their number is known, and read whoever has it."""
    index = wanted.id_index or b""
    person = await store.person_by_id_index(session, index)
    if person is None:
        await store.add_person_if_unknown(session, wanted)
        person = await store.person_by_id_index(session, index)
    if person is None or person.erased_at is not None:
        raise PatientMismatch
    return person

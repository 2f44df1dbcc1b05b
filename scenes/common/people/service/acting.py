"""Acting for somebody: whether the caller may at this very moment, and what is written down of it."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Caller, Resident, Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.ids import new_id
from scenes.common.kit.masking import mask_name
from scenes.common.kit.outbox import emit
from scenes.common.people.errors import NotDelegated
from scenes.common.people.rules.family import (
    ASSISTED,
    Dated,
    FamilyRule,
    check_cooling,
    oddities,
    rule_on,
)
from scenes.common.people.service.audit import append_audit
from scenes.common.people.store import assists, persons
from scenes.common.people.store import delegations as store
from scenes.common.people.tables import ActInNameRow

WENT_WELL = range(200, 400)


class OnBehalf(msgspec.Struct, frozen=True, kw_only=True):
    """The caller as they act for somebody, and that one's masked name for every page to show."""

    resident: Resident
    name: str


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One thing done in a person's name; `action` is the call's name."""

    actor: str
    actor_name: str
    action: str
    at: datetime


async def acting_as(session: AsyncSession, caller: Caller, principal_id: UUID, *, now: datetime) -> OnBehalf:
    """Make the caller who acts for somebody; refuses with NotDelegated who may not at this moment."""
    if isinstance(caller, Staff):
        person = await persons.person(session, principal_id)
        if person is None or not await assists.runs(session, caller.staff_id, principal_id, now=now):
            raise NotDelegated
        assisted = Resident(principal_id, caller.sign_in_id, principal_id, ASSISTED, caller.staff_id)
        return OnBehalf(resident=assisted, name=mask_name(person.name))
    found = None
    if caller is not None:
        found = await store.standing(session, caller.person_id, principal_id, now=now)
    if caller is None or found is None:
        raise NotDelegated
    acting = Resident(caller.person_id, caller.sign_in_id, principal_id, frozenset(found["scopes"]))
    return OnBehalf(resident=acting, name=mask_name(found["name"]))


async def arranges_freely(session: AsyncSession, arranger_id: UUID, person_id: UUID) -> bool:
    """Tell whether somebody may go on with what they arranged for a person, in their own name.

    An account may for its patients. What a delegate did belongs to the person: it is reached only while
    acting for them, so nothing of it is left when the delegation ends.
    """
    if await persons.is_patient(session, arranger_id, person_id):
        return True
    return not await store.once_delegated(session, arranger_id, person_id)


async def is_theirs(session: AsyncSession, subject_id: UUID, person_id: UUID, *, arranged_by: UUID) -> bool:
    """Tell whether something is somebody's to see and change: it is for them, or they arranged it freely."""
    if subject_id == person_id:
        return True
    return subject_id == arranged_by and await arranges_freely(session, subject_id, person_id)


async def hears_of(session: AsyncSession, arranger_id: UUID, person_id: UUID, *, now: datetime) -> bool:
    """Tell whether who arranged something is still to be told of it: not a delegate who is none any more."""
    if arranger_id == person_id or await arranges_freely(session, arranger_id, person_id):
        return True
    return await store.standing(session, arranger_id, person_id, now=now) is not None


async def note_asked(session: AsyncSession, acting: Resident, *, action: str, now: datetime) -> None:
    """Write into the audit what a member of staff is about to do for somebody, before it is done."""
    await _audit(session, acting, action=action, result="asked", now=now)


async def note_done(
    session: AsyncSession, acting: Resident, *, action: str, status: int, now: datetime
) -> None:
    """Write down what was done in somebody's name, for them to read; staff's acts also in the audit."""
    staff = acting.staff_id is not None
    session.add(
        ActInNameRow(
            id=new_id(),
            principal_id=acting.subject_id,
            actor="staff" if staff else "delegate",
            actor_id=acting.staff_id or acting.person_id,
            action=action,
            status=status,
            at=now,
        )
    )
    await session.flush()
    if staff:
        await _audit(session, acting, action=action, result=str(status), now=now)


async def done_in_name(session: AsyncSession, person_id: UUID, *, limit: int = 50) -> list[Done]:
    """List what others did in a person's name and what came of it, the latest first."""
    rows = await store.acts(session, person_id, limit)
    return [_done(row) for row in rows if row["status"] in WENT_WELL]


async def family_rule(session: AsyncSession, now: datetime) -> FamilyRule:
    """Return the district's values in force now."""
    rows = await store.rules(session)
    return rule_on(local_day(now), [Dated(row.since, row.until, row.values) for row in rows])


async def allow_payment(
    session: AsyncSession, resident: Resident, *, title: str, amount_fen: int, now: datetime
) -> None:
    """Let a payment pass, or refuse it with CoolingOff; tell the person of one by a delegate that is odd."""
    if not resident.is_delegate:
        return
    found = await store.standing(session, resident.person_id, resident.subject_id, now=now)
    if found is None:
        raise NotDelegated
    rule = await family_rule(session, now)
    check_cooling(amount_fen, found["cooling_until"], now=now, rule=rule)
    odd = oddities(amount_fen, found["approved_at"], now=now, rule=rule)
    if odd:
        facts = {"title": title, "amountFen": amount_fen, "why": odd, "by": str(resident.person_id)}
        emit(session, "family.odd_payment", subject_id=resident.subject_id, payload=facts, at=now)


def _done(row: RowMapping) -> Done:
    return Done(actor=row["actor"], actor_name=row["actor_name"], action=row["action"], at=row["at"])


async def _audit(session: AsyncSession, acting: Resident, *, action: str, result: str, now: datetime) -> None:
    if acting.staff_id is not None:
        await append_audit(
            session,
            acting.staff_id,
            action=f"staff.assist.{action}",
            subject_ids=[acting.subject_id],
            result=result,
            now=now,
        )

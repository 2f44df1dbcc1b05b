"""Delegations: granted by the principal or asked for by the delegate, approved, and ended by either."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import emit
from scenes.common.kit.refusals import Invalid
from scenes.common.people import states
from scenes.common.people.errors import (
    DelegateMismatch,
    DelegationMoved,
    DelegationNotFound,
    DelegationRunning,
    SignInEnded,
)
from scenes.common.people.rules import checked_name, checked_phone, same_name
from scenes.common.people.rules.family import (
    FamilyRule,
    check_one_more,
    check_until,
    checked_scopes,
    cooling_until,
    state_now,
)
from scenes.common.people.service.acting import family_rule
from scenes.common.people.service.audit import append_audit
from scenes.common.people.store import assists, persons
from scenes.common.people.store import delegations as store
from scenes.common.people.tables import DelegationRow, PersonRow

Role = Literal["principal", "delegate"]
Delegation = tuple[DelegationRow, PersonRow]
"""A delegation, and the person on its other side."""


class NewDelegation(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: `role` says which side the asker is on; the other is named by id, or name and phone."""

    role: Role
    scopes: Sequence[str]
    until: datetime
    person_id: UUID | None = None
    phone: str | None = None
    name: str | None = None

    def __repr__(self) -> str:
        return f"NewDelegation({self.role})"


async def delegations_of(session: AsyncSession, person_id: UUID) -> Sequence[Delegation]:
    """Read a person's delegations on both sides, the latest first."""
    return await store.between(session, person_id)


async def acts_for(session: AsyncSession, person_id: UUID, *, now: datetime) -> list[Delegation]:
    """Read for whom a person may act now."""
    return [
        (row, other)
        for row, other in await store.between(session, person_id)
        if row.delegate_id == person_id
        and state_now(row.state, row.until, now) == "active"
        and other.erased_at is None
    ]


async def delegate(
    session: AsyncSession, asker_id: UUID, *, new: NewDelegation, cipher: FieldCipher, now: datetime
) -> Delegation:
    """Grant a delegation, in force at once, or ask for one, which waits for the principal.

    Refuses with Invalid, DelegateMismatch, DelegationRunning, DelegateLimitReached. The principal is
    locked first, so that two at once cannot pass the limit.
    """
    rule = await family_rule(session, now)
    scopes = checked_scopes(new.scopes)
    check_until(new.until, now, rule)
    other = await _other(session, asker_id, new=new, cipher=cipher)
    principal, delegated = (asker_id, other.id) if new.role == "principal" else (other.id, asker_id)
    if await persons.locked_person(session, principal) is None:
        raise SignInEnded
    await store.clear_expired(session, delegated, principal, now=now)
    row = DelegationRow(
        id=new_id(), principal_id=principal, delegate_id=delegated, scopes=[*scopes], state="requested",
        asked_by=new.role, asked_at=now, until=new.until,
    )  # fmt: skip
    if new.role == "principal":
        await _put_in_force(session, row, rule, now=now)
    if not await store.add(session, row):
        raise DelegationRunning
    _tell(session, row, now=now)
    return row, other


async def approve(
    session: AsyncSession, delegation_id: UUID, principal_id: UUID, *, now: datetime
) -> DelegationRow:
    """Put a delegation in force that was asked of this person."""
    row = await _of(session, delegation_id, principal_id, role="principal")
    await _approve(session, row, now=now)
    return row


async def approve_present(
    session: AsyncSession, delegation_id: UUID, staff_id: UUID, *, now: datetime
) -> DelegationRow:
    """Put a delegation in force while the principal is at the counter and gave this staff their code."""
    row = await _present(session, delegation_id, staff_id, now=now)
    row.approved_by_staff = staff_id
    await _approve(session, row, now=now)
    await _audit(session, row, staff_id, action="staff.delegation.approve", now=now)
    return row


async def revoke(
    session: AsyncSession, delegation_id: UUID, person_id: UUID, *, now: datetime
) -> DelegationRow:
    """End a delegation or a request from either side, at once; the principal declines a request."""
    row = await _of(session, delegation_id, person_id)
    _end(row, person_id, now=now)
    _tell(session, row, now=now)
    return row


async def revoke_present(
    session: AsyncSession, delegation_id: UUID, staff_id: UUID, *, now: datetime
) -> DelegationRow:
    """End a delegation for a principal who stands at the counter."""
    row = await _present(session, delegation_id, staff_id, now=now)
    _end(row, row.principal_id, now=now)
    _tell(session, row, now=now)
    await _audit(session, row, staff_id, action="staff.delegation.revoke", now=now)
    return row


async def _other(
    session: AsyncSession, asker_id: UUID, *, new: NewDelegation, cipher: FieldCipher
) -> PersonRow:
    """Find whom the asker means; one answer whoever is unknown, so that nobody learns who has an account."""
    if new.person_id is not None:
        known = await _known(session, asker_id, new.person_id)
        if known is None:
            raise DelegateMismatch
        return known
    if new.phone is None or new.name is None:
        said = (("phone", "请填写对方的手机号"), ("name", "请填写对方的姓名"))
        raise Invalid("请填写对方的姓名和手机号。", errors=said)
    name, index = checked_name(new.name), cipher.index(checked_phone(new.phone))
    found = [row for row in await store.accounts_by_phone(session, index) if same_name(row.name, name)]
    if len(found) != 1 or found[0].id == asker_id:
        raise DelegateMismatch
    return found[0]


async def _known(session: AsyncSession, asker_id: UUID, person_id: UUID) -> PersonRow | None:
    """Read an account the asker already has to do with: a patient of either, or once a delegate."""
    row = await persons.person(session, person_id)
    if row is None or row.id == asker_id or row.erased_at is not None or not row.has_account:
        return None
    for one, other in ((asker_id, person_id), (person_id, asker_id)):
        if await persons.is_patient(session, one, other) or await store.once_delegated(session, one, other):
            return row
    return None


async def _of(
    session: AsyncSession, delegation_id: UUID, person_id: UUID, *, role: Role | None = None
) -> DelegationRow:
    """Read a delegation of this person, for a change; another's is not found."""
    row = await store.locked(session, delegation_id)
    if row is None:
        raise DelegationNotFound
    sides: dict[Role, UUID] = {"principal": row.principal_id, "delegate": row.delegate_id}
    if person_id not in ({sides[role]} if role else set(sides.values())):
        raise DelegationNotFound
    return row


async def _present(
    session: AsyncSession, delegation_id: UUID, staff_id: UUID, *, now: datetime
) -> DelegationRow:
    row = await store.locked(session, delegation_id)
    if row is None or not await assists.runs(session, staff_id, row.principal_id, now=now):
        raise DelegationNotFound
    return row


async def _approve(session: AsyncSession, row: DelegationRow, *, now: datetime) -> None:
    if row.asked_by != "delegate":
        raise DelegationMoved
    states.after(state_now(row.state, row.until, now), "approve")
    await persons.locked_person(session, row.principal_id)
    await _put_in_force(session, row, await family_rule(session, now), now=now)
    _tell(session, row, now=now)


async def _put_in_force(
    session: AsyncSession, row: DelegationRow, rule: FamilyRule, *, now: datetime
) -> None:
    check_one_more(await store.running_of(session, row.principal_id, now), rule)
    row.state, row.approved_at, row.cooling_until = "active", now, cooling_until(now, rule)


def _end(row: DelegationRow, person_id: UUID, *, now: datetime) -> None:
    declines = row.state == "requested" and person_id != _asker(row)
    row.state = states.after(state_now(row.state, row.until, now), "decline" if declines else "revoke")
    row.ended_at, row.ended_by = now, person_id


def _asker(row: DelegationRow) -> UUID:
    return row.principal_id if row.asked_by == "principal" else row.delegate_id


def _tell(session: AsyncSession, row: DelegationRow, *, now: datetime) -> None:
    """Let both hear what became of it: whose say it is, and who was given it."""
    facts = {"delegationId": str(row.id), "state": row.state, "delegateId": str(row.delegate_id)}
    facts["until"] = row.until.isoformat()
    emit(session, f"family.{row.state}", subject_id=row.principal_id, payload=facts, at=now)


async def _audit(
    session: AsyncSession, row: DelegationRow, staff_id: UUID, *, action: str, now: datetime
) -> None:
    people = [row.principal_id, row.delegate_id]
    await append_audit(session, staff_id, action=action, subject_ids=people, now=now)

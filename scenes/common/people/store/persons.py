"""The people desk's statements, one each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.people.tables import (
    AuditEntryRow,
    PatientLinkRow,
    PersonRow,
    PreferenceRow,
    SignInRow,
    StaffPlaceRow,
    StaffRow,
)

MOST_ON_A_PHONE = 10
"""How many persons may share a phone and still be found by it."""

AUDIT_LOCK = 0x4C434155
"""Number of the advisory lock that orders the audit log's writers."""


async def person(session: AsyncSession, person_id: UUID) -> PersonRow | None:
    """Read one person."""
    return await session.get(PersonRow, person_id)


async def locked_person(session: AsyncSession, person_id: UUID) -> PersonRow | None:
    """Read one person afresh and keep other changes to them waiting until the transaction ends."""
    return await session.get(
        PersonRow, person_id, with_for_update={"key_share": True}, populate_existing=True
    )


async def person_by_no(session: AsyncSession, resident_no: int) -> PersonRow | None:
    """Read the seeded resident with this number."""
    return await session.scalar(select(PersonRow).where(col(PersonRow.resident_no) == resident_no))


async def person_by_id_index(session: AsyncSession, id_index: bytes) -> PersonRow | None:
    """Read the person whose national id has this index."""
    return await session.scalar(select(PersonRow).where(col(PersonRow.id_index) == id_index))


async def add_person_if_unknown(session: AsyncSession, row: PersonRow) -> None:
    """Write a person unless one with the same national id exists."""
    await session.execute(
        upsert(PersonRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing(
            index_elements=[col(PersonRow.id_index)], index_where=text("id_index IS NOT NULL")
        )
    )


async def patients(session: AsyncSession, account_id: UUID) -> Sequence[tuple[PatientLinkRow, PersonRow]]:
    """Read an account's patients in the order they were added."""
    found = await session.execute(
        select(PatientLinkRow, PersonRow)
        .join(PersonRow, col(PersonRow.id) == col(PatientLinkRow.person_id))
        .where(col(PatientLinkRow.account_id) == account_id)
        .order_by(col(PatientLinkRow.created_at), col(PatientLinkRow.person_id))
    )
    return [(link, row) for link, row in found]


async def is_patient(session: AsyncSession, account_id: UUID, person_id: UUID) -> bool:
    """Tell whether a person is a patient of this account."""
    return await patient_link(session, account_id, person_id) is not None


async def patient_link(session: AsyncSession, account_id: UUID, person_id: UUID) -> PatientLinkRow | None:
    """Read what an account says of one of its patients."""
    return await session.get(PatientLinkRow, (account_id, person_id))


async def patient_count(session: AsyncSession, account_id: UUID) -> int:
    """Count an account's patients."""
    counted = select(func.count()).where(col(PatientLinkRow.account_id) == account_id)
    return (await session.execute(counted)).scalar_one()


async def add_patient(session: AsyncSession, row: PatientLinkRow) -> bool:
    """Link a patient to an account; tell whether the link is new."""
    written = await session.execute(
        upsert(PatientLinkRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing()
        .returning(col(PatientLinkRow.person_id))
    )
    return written.first() is not None


async def remove_patient(session: AsyncSession, account_id: UUID, person_id: UUID) -> bool:
    """Take a patient off an account; tell whether there was one."""
    gone = await session.execute(
        delete(PatientLinkRow)
        .where(col(PatientLinkRow.account_id) == account_id, col(PatientLinkRow.person_id) == person_id)
        .returning(col(PatientLinkRow.person_id))
    )
    return gone.first() is not None


async def preference(session: AsyncSession, person_id: UUID) -> PreferenceRow | None:
    """Read a person's preferences, if they ever set any."""
    return await session.get(PreferenceRow, person_id)


async def put_preference(session: AsyncSession, row: PreferenceRow) -> None:
    """Write a person's preferences over what was there."""
    values = row.model_dump()
    statement = upsert(PreferenceRow).values(**values)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[col(PreferenceRow.person_id)], set_=values | {"person_id": row.person_id}
        )
    )


async def add_sign_in(session: AsyncSession, row: SignInRow) -> None:
    """Write a new sign-in."""
    await session.execute(insert(SignInRow).values(**row.model_dump()))


async def sign_in(session: AsyncSession, sign_in_id: UUID) -> SignInRow | None:
    """Read a sign-in afresh."""
    return await session.get(SignInRow, sign_in_id, populate_existing=True)


async def locked_sign_in(session: AsyncSession, sign_in_id: UUID) -> SignInRow | None:
    """Read a sign-in afresh and keep other uses of it waiting until the transaction ends."""
    return await session.get(SignInRow, sign_in_id, with_for_update=True, populate_existing=True)


async def extend_sign_in(session: AsyncSession, sign_in_id: UUID, expires_at: datetime) -> None:
    """Move the end of a sign-in that still runs."""
    await session.execute(
        update(SignInRow)
        .where(col(SignInRow.id) == sign_in_id, col(SignInRow.revoked_at).is_(None))
        .values(expires_at=expires_at)
    )


async def revoke_sign_in(session: AsyncSession, sign_in_id: UUID, now: datetime) -> None:
    """End a sign-in; one that has ended keeps its first end."""
    await session.execute(
        update(SignInRow)
        .where(col(SignInRow.id) == sign_in_id, col(SignInRow.revoked_at).is_(None))
        .values(revoked_at=now)
    )


async def revoke_staff_sign_ins(session: AsyncSession, staff_id: UUID, now: datetime) -> Sequence[UUID]:
    """End every running sign-in of a member of staff and name them."""
    ended = await session.scalars(
        update(SignInRow)
        .where(col(SignInRow.staff_id) == staff_id, col(SignInRow.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(SignInRow.id))
    )
    return ended.all()


async def revoke_person_sign_ins(session: AsyncSession, person_id: UUID, now: datetime) -> Sequence[UUID]:
    """End every running sign-in of a person and name them."""
    ended = await session.scalars(
        update(SignInRow)
        .where(col(SignInRow.person_id) == person_id, col(SignInRow.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(SignInRow.id))
    )
    return ended.all()


async def revoked_since(session: AsyncSession, since: datetime) -> Sequence[tuple[UUID, datetime]]:
    """Name the sign-ins revoked since an instant, with the instant of each."""
    found = await session.execute(
        select(col(SignInRow.id), col(SignInRow.revoked_at)).where(col(SignInRow.revoked_at) >= since)
    )
    return [(sign_in_id, at) for sign_in_id, at in found if at is not None]


async def forget_sign_ins(session: AsyncSession, before: datetime) -> int:
    """Delete sign-ins that ran out before an instant; return how many."""
    gone = await session.scalars(
        delete(SignInRow).where(col(SignInRow.expires_at) < before).returning(col(SignInRow.id))
    )
    return len(gone.all())


async def staff(session: AsyncSession, staff_id: UUID) -> StaffRow | None:
    """Read a member of staff afresh."""
    return await session.get(StaffRow, staff_id, populate_existing=True)


async def locked_staff(session: AsyncSession, staff_id: UUID) -> StaffRow | None:
    """Read a member of staff afresh and keep other sign-ins of theirs waiting."""
    return await session.get(StaffRow, staff_id, with_for_update={"key_share": True}, populate_existing=True)


async def staff_by_username(session: AsyncSession, username: str) -> StaffRow | None:
    """Read the member of staff with this user name."""
    return await session.scalar(select(StaffRow).where(col(StaffRow.username) == username))


async def places_of(session: AsyncSession, staff_id: UUID) -> frozenset[UUID]:
    """Name the venues where a member of staff works."""
    found = await session.scalars(
        select(col(StaffPlaceRow.place_id)).where(col(StaffPlaceRow.staff_id) == staff_id)
    )
    return frozenset(found.all())


async def lock_audit_tail(session: AsyncSession) -> None:
    """Let one transaction at a time append to the audit log."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": AUDIT_LOCK})


async def last_audit_entry(session: AsyncSession) -> AuditEntryRow | None:
    """Read the audit log's last entry."""
    return await session.scalar(select(AuditEntryRow).order_by(col(AuditEntryRow.seq).desc()).limit(1))


async def with_phone(session: AsyncSession, phone_index: bytes) -> Sequence[PersonRow]:
    """Read who has a phone with this index, accounts first."""
    found = await session.scalars(
        select(PersonRow)
        .where(col(PersonRow.phone_index) == phone_index, col(PersonRow.erased_at).is_(None))
        .order_by(col(PersonRow.has_account).desc(), col(PersonRow.id))
        .limit(MOST_ON_A_PHONE)
    )
    return found.all()

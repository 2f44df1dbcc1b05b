"""From a stored sign-in to the caller it stands for."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Caller, Resident, Staff
from scenes.common.people.rules import Kind
from scenes.common.people.store import persons as store
from scenes.common.people.tables import SignInRow


def kind_of(row: SignInRow) -> Kind:
    """Tell whose sign-in it is."""
    return "staff" if row.staff_id is not None else "resident"


async def caller_of(session: AsyncSession, row: SignInRow, now: datetime) -> Caller:
    """Say who a sign-in stands for now; none when it ended, or its owner is disabled or erased."""
    if row.revoked_at is not None or now >= row.expires_at:
        return None
    if row.staff_id is not None:
        staff = await store.staff(session, row.staff_id)
        if staff is None or staff.disabled_at is not None:
            return None
        return Staff(staff.id, row.id, staff.role, await store.places_of(session, staff.id))
    person = await store.person(session, row.person_id) if row.person_id is not None else None
    if person is None or person.erased_at is not None:
        return None
    return Resident(person.id, row.id)

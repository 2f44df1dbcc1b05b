"""Who lives in a nursing home: the list its staff keep; every look and change is written down."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.people.rules import checked_resident_id, same_name
from scenes.common.people.service import append_audit
from scenes.common.people.store.persons import person_by_id_index
from scenes.common.people.tables import PersonRow
from scenes.eldercare.errors_video import HomeResidentNotFound, LivesElsewhere, NotThisHome
from scenes.eldercare.store import homes as store
from scenes.eldercare.tables.homes import CareResidentRow

ROLES = frozenset({"eldercare", "district"})


class HomeResident(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who lives in a home, with the days of their stay."""

    stay_id: UUID
    person_id: UUID
    name: str
    room: str
    since: date
    until: date | None


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Who moves in, as on the identity card, into which room and from which day on."""

    name: str
    resident_id: str
    room: str
    since: date

    def __repr__(self) -> str:
        """Keep name and number out of logs."""
        return "Arrival()"


def check_home(staff: Staff, home_id: UUID) -> None:
    """Refuse whoever does not work in this home (NotThisHome)."""
    if staff.role not in ROLES or not staff.may_work_at(home_id):
        raise NotThisHome


async def residents(
    session: AsyncSession, staff: Staff, home_id: UUID, *, now: datetime
) -> Sequence[HomeResident]:
    """List who lives in a home or will soon (NotThisHome)."""
    check_home(staff, home_id)
    rows = await store.residents(session, home_id, local_day(now))
    await append_audit(
        session, staff.staff_id, action="staff.home.read",
        subject_ids=sorted({row.person_id for row, _ in rows}), now=now,
    )  # fmt: skip
    return [_shown(row, person) for row, person in rows]


async def move_in(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    staff: Staff,
    home_id: UUID,
    *,
    arrival: Arrival,
    cipher: FieldCipher,
    now: datetime,
) -> HomeResident:
    """Put somebody known to the district on the list of a home.

    Refuses with NotThisHome, Invalid, HomeResidentNotFound when name and number are not one person's,
    LivesElsewhere while they are on a list.
    """
    check_home(staff, home_id)
    number = checked_resident_id(arrival.resident_id, local_day(now))
    person = await person_by_id_index(session, cipher.index(number))
    if person is None or person.erased_at is not None or not same_name(person.name, arrival.name):
        raise HomeResidentNotFound
    if await store.present_stay(session, person.id) is not None:
        raise LivesElsewhere
    row = CareResidentRow(
        id=new_id(), place_id=home_id, person_id=person.id, room=arrival.room, since=arrival.since
    )
    session.add(row)
    await session.flush()
    await _audit(session, staff, person.id, "move_in", now=now)
    return _shown(row, person)


async def move_out(session: AsyncSession, staff: Staff, stay_id: UUID, *, until: date, now: datetime) -> None:
    """End a stay on a day, which is after its first (HomeResidentNotFound); again changes the day."""
    row = await stay_at(session, staff, stay_id, lock=True)
    if until <= row.since:
        raise HomeResidentNotFound
    row.until = until
    await session.flush()
    await _audit(session, staff, row.person_id, "move_out", now=now)


async def stay_at(
    session: AsyncSession, staff: Staff, stay_id: UUID, *, lock: bool = False
) -> CareResidentRow:
    """Read a stay in a home of one's own (HomeResidentNotFound, also for another home's)."""
    row = await store.stay(session, stay_id, lock=lock)
    if row is None or staff.role not in ROLES or not staff.may_work_at(row.place_id):
        raise HomeResidentNotFound
    return row


def _shown(row: CareResidentRow, person: PersonRow) -> HomeResident:
    return HomeResident(
        stay_id=row.id, person_id=row.person_id, name=person.name, room=row.room, since=row.since,
        until=row.until,
    )  # fmt: skip


async def _audit(session: AsyncSession, staff: Staff, person_id: UUID, what: str, *, now: datetime) -> None:
    action = f"staff.home.{what}"
    await append_audit(session, staff.staff_id, action=action, subject_ids=[person_id], now=now)

"""What the clinic's questions are answered from: departments near by, half-days, whose numbers."""

from typing import Final, NamedTuple
from uuid import UUID

from accessibility.flows.flow import Asking, Values
from accessibility.flows.rules import Option
from accessibility.journeys import facts
from accessibility.journeys.booked import may_view
from accessibility.journeys.clinic_days import HalfDay, Patient, half_days
from accessibility.journeys.nearby import places_near
from scenes.clinic import store
from scenes.clinic.service import schedule
from scenes.clinic.tables import DepartmentRow
from scenes.common.booking import service as booking
from scenes.common.places.snapshot import Nearby

VENUES: Final = 6
"""Health centres asked, nearest first."""

RECENT: Final = 5
"""Bookings looked at for the last doctor."""


class Room(NamedTuple):
    """A department at a venue, of one doctor where one was chosen."""

    place_id: UUID
    department_id: UUID
    doctor_id: UUID | None


def room_of(values: Values) -> Room:
    """Read which department was chosen: with its doctor by the first answer, else by the second."""
    kind, _, rest = values["what"].partition("~")
    if kind == "d":
        place, department, doctor = rest.split("~")
        return Room(UUID(place), UUID(department), UUID(doctor))
    place, department = values["where"].split("~")
    return Room(UUID(place), UUID(department), None)


def half_day_of(values: Values) -> str:
    """Return the half-day that counts: the one chosen instead of a full one, else the first."""
    instead = values.get("instead", "")
    return instead if instead.startswith("open~") else values["day"]


def waits_for(values: Values) -> UUID | None:
    """Return the session somebody chose to wait for."""
    kind, _, session_id = values.get("instead", "").partition("~")
    return UUID(session_id) if kind == "wait" else None


async def departments_near(asking: Asking) -> list[tuple[Nearby, DepartmentRow]]:
    """List the departments of the nearest health centres that have any."""
    known = await facts.clinic_departments(asking)
    near = [each for each in await places_near(asking, schedule.SCENE) if each.place.id in known][:VENUES]
    return [(each, department) for each in near for department in known[each.place.id]]


async def last_doctor(asking: Asking) -> list[Option]:
    """Offer the doctor of the person's own last booking; nobody where there was none, or who may not see."""
    if not may_view(asking):
        return []
    me = asking.resident.subject_id
    for record in await booking.bookings_of(asking.session, me, scene=schedule.SCENE, limit=RECENT):
        found = await store.session_facts(asking.session, record.group_id)
        if found is not None and record.person_id == me:
            row, doctor, department = found
            label = f"上次的{doctor.name}医生"
            about = f"{department.name} · {asking.tools.place_names(row.place_id).name}"
            value = f"d~{row.place_id}~{department.id}~{doctor.id}"
            return [Option(value=value, label=label, about=about, speak=label)]
    return []


async def half_days_at(asking: Asking, room: Room) -> list[HalfDay]:
    """Read the half-days of a department in the next days, as they stand for the person."""
    views = await facts.clinic_sessions(asking, room.place_id, room.department_id)
    mine = [view for view in views if room.doctor_id in {None, view.doctor.id}]
    return half_days(mine, await patient_of(asking, room.place_id), asking.now)


async def patient_of(asking: Asking, place_id: UUID) -> Patient:
    """Read for which audiences' numbers the person counts at a venue."""
    person = await facts.myself(asking)
    standing = await facts.standing(asking, f"signed:{place_id}")
    signed = (
        standing is not None
        and standing.valid_from <= asking.now
        and (standing.valid_until is None or asking.now < standing.valid_until)
    )
    return Patient(birth_date=person.birth_date, signed=signed)

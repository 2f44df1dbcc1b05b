"""The doctor, department and health centre a sentence named: found near by, or asked back in their words."""

from collections.abc import Sequence
from typing import Final

from accessibility.flows.flow import Asking, Values
from accessibility.flows.rules import Option
from accessibility.journeys import facts
from accessibility.journeys.clinic_room import departments_near
from accessibility.journeys.nearby import SITES, sites_heard
from accessibility.said.heard import Heard
from scenes.clinic.service.schedule import SCENE
from scenes.clinic.tables import DepartmentRow, DoctorRow

DOCTORS: Final = "doctors"
"""The wish that tells whom a sentence may mean, as answers."""

STRANGER: Final = "stranger"
LIKELY: Final = "likely"
"""The department named beside a doctor who is not clear: it is offered first, and not taken unasked."""

ELSEWHERE: Final = "elsewhere"
SEVERAL: Final = "您说的医生有几位,请选一位。"
NEARLY: Final = "您说的是这位医生吗?"
NOT_THERE: Final = "您说的医生不在这个科或这家。请选一个。"


async def doctors_near(asking: Asking) -> list[tuple[DoctorRow, DepartmentRow]]:
    """List the doctors of the nearest health centres, nearest first."""
    near = list(dict.fromkeys(each.place.id for each, _ in await departments_near(asking)))
    found = [pair for pair in await facts.clinic_doctors(asking) if pair[0].place_id in near]
    return sorted(found, key=lambda pair: near.index(pair[0].place_id))


async def visit_heard(asking: Asking, heard: Heard) -> Values:
    """Make wishes of whom, what and where to: a doctor only if exactly one is meant, else a question.

    A department counts by itself only where no doctor was named: who was named is never left out.
    """
    codes = {department.name: department.code for _, department in await departments_near(asking)}
    sites = await sites_heard(asking, heard, SCENE)
    kind = f"k~{codes[heard.department]}" if heard.department in codes else ""
    if heard.doctor is None and "doctor" not in heard.unclear:
        return {"what": kind, **sites}
    names = heard.doctors if heard.doctor is None else (heard.doctor,)
    found = [pair for pair in await doctors_near(asking) if pair[0].name in names]
    fitting = _fitting(found, heard, sites)
    sure = heard.doctor is not None and len(fitting) == 1
    return {
        "what": _value(fitting[0][0]) if sure else "",
        LIKELY: kind,
        DOCTORS: ",".join(_value(doctor) for doctor, _ in fitting or found),
        STRANGER: heard.stranger or "" if found or heard.doctor is None else heard.doctor,
        ELSEWHERE: "1" if found and not fitting else "",
        **sites,
    }


def _fitting(
    found: Sequence[tuple[DoctorRow, DepartmentRow]], heard: Heard, sites: Values
) -> list[tuple[DoctorRow, DepartmentRow]]:
    """Keep the doctors of the department and of the place that were named beside them."""
    return [
        (doctor, department)
        for doctor, department in found
        if heard.department in {None, department.name}
        and (SITES not in sites or str(doctor.place_id) in sites[SITES].split(","))
    ]


async def named_first(asking: Asking, options: Sequence[Option]) -> tuple[list[Option], str]:
    """Put the doctors that were named before what is offered, and say why it is asked."""
    wishes = asking.wishes
    values = wishes.get(DOCTORS, "").split(",")
    named = [
        Option(
            value=_value(doctor),
            label=f"{doctor.name}医生",
            about=f"{department.name} · {asking.tools.place_names(doctor.place_id).name}",
        )
        for doctor, department in (await doctors_near(asking) if DOCTORS in wishes else ())
        if _value(doctor) in values
    ]
    likely = [option for option in options if option.value == wishes.get(LIKELY)]
    rest = [option for option in options if option not in likely and option.value not in values]
    return [*named, *likely, *rest], _why(wishes, len(named))


def _why(wishes: Values, named: int) -> str:
    if wishes.get(STRANGER):
        return f"没有找到{wishes[STRANGER]}。请选一个。"
    if wishes.get(ELSEWHERE):
        return NOT_THERE
    return SEVERAL if named > 1 else NEARLY if named else ""


def _value(doctor: DoctorRow) -> str:
    return f"d~{doctor.place_id}~{doctor.department_id}~{doctor.id}"

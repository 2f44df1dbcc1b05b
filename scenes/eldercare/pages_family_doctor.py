"""A family doctor's residents as pages: who agrees to be seen, and one's readings with the limits."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.pages import PageRender
from scenes.eldercare.errors_readings import HealthConsentMissing
from scenes.eldercare.pages_readings import Trend, trend_of
from scenes.eldercare.rules.readings import Limits
from scenes.eldercare.service import family_doctor
from scenes.eldercare.service.family_doctor import Look, SignedResidents, SignedView

HOME: Final = "/staff/family-doctor"
FORBIDDEN: Final = 403
BOUNDS: Final[Mapping[str, Callable[[Limits], str]]] = {
    "bp": lambda at: (
        f"高压从{at.systolic_high:g}、低压从{at.diastolic_high:g}起算偏高,高压{at.systolic_low:g}以下算偏低。"
    ),
    "glucose": lambda at: f"从{at.mmol_high:g}起算偏高,{at.mmol_low:g}以下算偏低。",
    "heart": lambda at: f"从{at.bpm_high:g}起算偏高,{at.bpm_low:g}以下算偏低。",
}
"""The limits that hold for the person, in words."""


class PatientLine(msgspec.Struct, frozen=True, kw_only=True):
    """A signed resident to open, name masked."""

    href: str
    name: str
    area: str
    doctor: str
    until: str


class PatientsView(msgspec.Struct, frozen=True, kw_only=True):
    """The residents who agree to be seen, and the way to the next of them."""

    lines: list[PatientLine]
    following: str


class BoundedTrend(msgspec.Struct, frozen=True, kw_only=True):
    """One kind, with the limits it is held against."""

    trend: Trend
    bounds: str


class LookView(msgspec.Struct, frozen=True, kw_only=True):
    """One resident's readings, or why there are none to see."""

    name: str = ""
    about: list[str] = []
    trends: list[BoundedTrend] = []
    problem: str = ""


@get(HOME, include_in_schema=False)
async def show_patients(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    signed_residents: NamedDependency[SignedResidents],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    cursor: FromQuery[UUID | None] = None,
) -> Response[str]:
    """List who is signed here and agrees that their readings are seen."""
    found, following = await family_doctor.patients(
        session, staff, signed=signed_residents, after=cursor, now=clock()
    )
    view = PatientsView(
        lines=[_patient(each) for each in found], following=f"{HOME}?cursor={following}" if following else ""
    )
    return render("eldercare/staff_family_doctor.html", view, title="签约居民")


@get(HOME + "/{person_id:uuid}", include_in_schema=False)
async def show_look(
    person_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    signed_residents: NamedDependency[SignedResidents],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show a signed resident's last readings; without their consent a sentence and nothing else."""
    template = "eldercare/staff_family_doctor_readings.html"
    try:
        found = await family_doctor.look(
            database, staff, person_id, signed=signed_residents, cipher=cipher, now=clock()
        )
    except HealthConsentMissing as refused:
        return render(template, LookView(problem=refused.detail), title="看不到读数", status=FORBIDDEN)
    return render(template, _look(found), title="健康读数")


def _patient(view: SignedView) -> PatientLine:
    signed = view.signed
    return PatientLine(
        href=f"{HOME}/{signed.person_id}", name=view.name, area=view.area, doctor=signed.doctor,
        until=f"{shanghai(signed.until):%Y-%m-%d}",
    )  # fmt: skip


def _look(found: Look) -> LookView:
    kinds = dict.fromkeys(each.kind for each in found.readings)
    patient = found.patient
    return LookView(
        name=patient.name,
        about=[patient.area, f"签约医生 {patient.signed.doctor}"],
        trends=[
            BoundedTrend(
                trend=trend_of([each for each in found.readings if each.kind == kind]),
                bounds=BOUNDS[kind](found.limits),
            )
            for kind in kinds
        ],
    )


PAGES: list[Any] = [show_patients, show_look]

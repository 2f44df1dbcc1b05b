"""Opening the health centres: places, departments, doctors and the clinic rule."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.rules.rule import ClinicRule, PeriodRule
from scenes.clinic.service.schedule import SCENE, set_rule
from scenes.clinic.tables import DepartmentRow, DoctorRow
from scenes.common.places.service import PlaceFacts, upsert_places
from scenes.demo import store
from scenes.demo.rules.centres import CENTRE, HOURS, Site, centres_for, sites
from scenes.demo.rules.outlines import SUBDISTRICTS
from scenes.demo.rules.staffing import Department, Doctor, draw_departments, draw_doctors

HOURS_SOURCE: Final = "演示数据"
RULE_SINCE: Final = date(2024, 4, 1)
"""Shanghai has kept numbers for signed residents since then."""

RULE: Final = ClinicRule(
    days_ahead=7,
    release_at=time(7),
    signed_earlier_days=5,
    signed_percent=20,
    elders_percent=15,
    same_day_percent=20,
    fall_through_hours=24,
    advance_until=time(17),
    slot_minutes=30,
    minutes_per_number=5,
    hold_minutes=15,
    am=PeriodRule(starts=time(8), ends=time(11, 30), check_in_from=time(7, 30), check_in_until=time(11, 20)),
    pm=PeriodRule(
        starts=time(13), ends=time(16, 30), check_in_from=time(12, 30), check_in_until=time(16, 20)
    ),
    check_in_days_before=14,
    cancel_until=time(17),
    same_day_cancel_minutes=30,
    no_show_limit=3,
    no_show_days=90,
    no_show_ban_days=90,
    late_cancel_hours=24,
    late_cancel_limit=3,
    late_cancel_days=30,
    late_cancel_ban_days=30,
    resale_delay_minutes=(60, 120),
    offer_minutes=30,
    waitlist_until=time(20),
)
"""As Shanghai's health centres keep it, but numbers may be taken (取号) a fortnight ahead, so that the
way from booking to queue can be walked at any hour; a district that opens sets 0."""


class Clinics(msgspec.Struct, frozen=True):
    """Everything that was opened."""

    sites: Sequence[Site]
    departments: Sequence[Department]
    doctors: Sequence[Doctor]

    @property
    def centres(self) -> list[Site]:
        """The health centres, in their order."""
        return [site for site in self.sites if site.kind == CENTRE]

    def near(self, area: str) -> list[UUID]:
        """Name the centres that people of a subdistrict go to."""
        return [site.id for site in centres_for(area, self.sites)]

    @property
    def places_by_area(self) -> Mapping[str, Sequence[UUID]]:
        """The centres that people of each subdistrict go to."""
        return {area.name: self.near(area.name) for area in SUBDISTRICTS}

    @property
    def family_doctors_by_area(self) -> Mapping[str, Sequence[Doctor]]:
        """The family doctors that people of each subdistrict may sign with."""
        return {
            area: [each for each in self.doctors if each.family and each.site_id in places]
            for area, places in self.places_by_area.items()
        }


def draw_clinics(seed: int) -> Clinics:
    """Draw every place with its departments and doctors."""
    found = sites(seed)
    departments: list[Department] = []
    doctors: list[Doctor] = []
    for site in found:
        if site.kind == CENTRE:
            own = draw_departments(seed, site)
            departments += own
            doctors += draw_doctors(seed, site, own)
    return Clinics(found, departments, doctors)


async def open_clinics(session: AsyncSession, clinics: Clinics, *, now: datetime) -> None:
    """Write places, departments, doctors and the rule; what is there already stays."""
    await upsert_places(session, [_facts(site) for site in clinics.sites], now=now)
    await store.add_if_missing(session, DepartmentRow, [_department(each) for each in clinics.departments])
    await store.add_if_missing(session, DoctorRow, [_doctor(each) for each in clinics.doctors])
    if not await store.has_rule(session):
        await set_rule(session, RULE, since=RULE_SINCE)


def _facts(site: Site) -> PlaceFacts:
    return PlaceFacts(
        id=site.id,
        scene=SCENE,
        kind=site.kind,
        name=site.name,
        address=site.address,
        phone=site.phone,
        lat=site.spot.lat,
        lng=site.spot.lng,
        subdistrict=site.spot.area,
        step_free=True,
        weekly_hours=HOURS[site.kind],
        hours_source=HOURS_SOURCE,
        synthetic=True,
    )


def _department(each: Department) -> Mapping[str, Any]:
    return {"id": each.id, "place_id": each.site_id, "code": each.code, "name": each.name}


def _doctor(each: Doctor) -> Mapping[str, Any]:
    return {
        "id": each.id,
        "place_id": each.site_id,
        "department_id": each.department_id,
        "name": each.name,
        "title": each.grade,
        "intro": each.intro,
        "family": each.family,
    }

"""Who works at the demo's health centres, and which half-days of the week they hold surgery."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple
from uuid import UUID

from scenes.common.kit.calendar import day_kind
from scenes.demo.rules.centres import Site
from scenes.demo.rules.chance import drawn_id, stream
from scenes.demo.rules.names import draw_given_name, draw_surname

GENERAL, CHILDREN, CHRONIC, WOMEN = "general", "children", "chronic", "women"
DEPARTMENTS: Final = {
    GENERAL: "全科",
    "chinese": "中医科",
    CHILDREN: "儿童保健科",
    CHRONIC: "慢病管理门诊",
    "dental": "口腔科",
    WOMEN: "妇科",
    "rehab": "康复医学科",
    "eye": "眼科",
}
"""By code, which is the same at every centre; the first four are everywhere."""

EVERYWHERE: Final = 4
FEWEST, MOST = 5, 8
FREE_OF_CHARGE: Final = frozenset({CHILDREN, CHRONIC})
"""Basic public health services (国家基本公共卫生服务) cost residents nothing."""

FEES: Final = {"主任医师": 2500, "副主任医师": 1700, "主治医师": 1000, "住院医师": 1000}
"""Fen a visit, by the doctor's grade."""

_GRADES: Final = tuple(FEES)
_GRADE_WEIGHTS: Final = (1, 3, 5, 2)
MOST_DOCTORS: Final = 10
SATURDAY, SUNDAY = 5, 6
Period = Literal["am", "pm"]


class Department(NamedTuple):
    """A department of a centre."""

    id: UUID
    site_id: UUID
    code: str
    name: str


class Doctor(NamedTuple):
    """A doctor; `half_days` are (weekday from Monday 0, half-day)."""

    id: UUID
    site_id: UUID
    department_id: UUID
    name: str
    grade: str
    intro: str
    family: bool
    fee_fen: int
    half_days: frozenset[tuple[int, Period]]


class Duty(NamedTuple):
    """One half-day of one doctor."""

    doctor: Doctor
    day: date
    period: Period


def draw_departments(seed: int, site: Site) -> list[Department]:
    """Draw a centre's departments: five to eight."""
    chance = stream(seed, "departments", site.name)
    codes = list(DEPARTMENTS)
    wanted = chance.randint(FEWEST, MOST) - EVERYWHERE
    more = chance.sample(codes[EVERYWHERE:], wanted)
    return [
        Department(drawn_id(chance, number), site.id, code, DEPARTMENTS[code])
        for number, code in enumerate([*codes[:EVERYWHERE], *more])
    ]


def draw_doctors(seed: int, site: Site, departments: Sequence[Department]) -> list[Doctor]:
    """Draw a centre's doctors: one for each department, and more general practitioners up to ten."""
    chance = stream(seed, "doctors", site.name)
    general = [each for each in departments if each.code == GENERAL]
    more = chance.randint(1, MOST_DOCTORS - len(departments))
    return [_doctor(chance, number, at) for number, at in enumerate([*departments, *general * more])]


def _doctor(chance: random.Random, number: int, department: Department) -> Doctor:
    sex = chance.choice("fm")
    years = chance.randint(4, 32)
    grade = chance.choices(_GRADES, weights=_GRADE_WEIGHTS)[0]
    family = department.code == GENERAL
    return Doctor(
        id=drawn_id(chance, number),
        site_id=department.site_id,
        department_id=department.id,
        name=draw_surname(chance) + draw_given_name(chance, sex, 28 + years),
        grade=grade,
        intro=f"从事{department.name}工作{years}年。(演示数据)",
        family=family,
        fee_fen=0 if department.code in FREE_OF_CHARGE else FEES[grade],
        half_days=_half_days(chance, chance.randint(6, 8) if family else chance.randint(4, 6), family=family),
    )


def _half_days(chance: random.Random, wanted: int, *, family: bool) -> frozenset[tuple[int, Period]]:
    week: list[tuple[int, Period]] = [(day, period) for day in range(SATURDAY) for period in ("am", "pm")]
    chosen = set(chance.sample(week, wanted))
    if family and chance.random() < 0.5:  # noqa: PLR2004 - every other one works on Saturday mornings
        chosen.add((SATURDAY, "am"))
    return frozenset(chosen)


def duties(doctors: Sequence[Doctor], *, first: date, last: date) -> Iterator[Duty]:
    """List every half-day from one day to another, both included; public holidays have none."""
    for doctor in doctors:
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            weekday = _worked_as(day)
            for period in ("am", "pm"):
                if (weekday, period) in doctor.half_days:
                    yield Duty(doctor, day, period)


def _worked_as(day: date) -> int:
    """Return the weekday whose hours a day keeps: a swapped workday keeps Monday's, a holiday none."""
    kind = day_kind(day).kind
    if kind == "holiday":
        return SUNDAY
    return 0 if kind == "swap_workday" else day.weekday()

"""One person's readings at the desk as a page: trends with consent, devices, limits."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day, shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.masking import mask_name
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.eldercare.errors_readings import LimitsInvalid
from scenes.eldercare.pages_readings import NAMES, Trend, trend_of
from scenes.eldercare.rules.readings import Kind, OwnLimits
from scenes.eldercare.service import readings_person
from scenes.eldercare.service.readings_person import PersonLook

ONE: Final = "/staff/readings/people/{person_id:uuid}"
KINDS: Final = tuple({**NAMES, "fall": "跌倒"}.items())
LIMITS: Final = (
    ("systolic_high", "高压,从多少算高"), ("systolic_low", "高压,低于多少算低"),
    ("diastolic_high", "低压,从多少算高"), ("mmol_high", "血糖,从多少算高"),
    ("mmol_low", "血糖,低于多少算低"),
    ("bpm_high", "心率,从多少算高"), ("bpm_low", "心率,低于多少算低"),
)  # fmt: skip


class DeviceForm(PageForm, frozen=True, kw_only=True):
    """Which sort of device."""

    kind: Kind


class LimitsForm(PageForm, frozen=True, kw_only=True):
    """The limits as they were typed; an empty field is the district's limit."""

    since: str = ""
    systolic_high: str = ""
    systolic_low: str = ""
    diastolic_high: str = ""
    mmol_high: str = ""
    mmol_low: str = ""
    bpm_high: str = ""
    bpm_low: str = ""


class DeviceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A device in use."""

    name: str
    since: str
    action: str


class LimitField(msgspec.Struct, frozen=True, kw_only=True):
    """One limit of the form."""

    name: str
    label: str
    value: str


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of one person; `token` is there once, when a device was just registered."""

    here: str
    name: str
    area: str
    consents: bool
    trends: list[Trend]
    devices: list[DeviceLine]
    kinds: tuple[tuple[str, str], ...]
    limits: list[LimitField]
    today: str
    token: str


@get(ONE, include_in_schema=False)
async def show_person(
    person_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show a person's devices, and trends and limits only with their consent."""
    now = clock()
    found = await readings_person.look(session, staff, person_id, cipher=cipher, now=now)
    return render("eldercare/staff_readings_person.html", person_page(found, now=now), title="健康读数")


@post(ONE + "/devices", include_in_schema=False)
async def register_device(
    person_id: FromPath[UUID],
    data: URLEncodedBody[DeviceForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Register a device and show its token, this once: no redirect, since nothing keeps the token."""
    now = clock()
    row, secret = await readings_person.register(session, staff, person_id, data.kind, now=now)
    found = await readings_person.look(session, staff, person_id, cipher=cipher, now=now)
    page = person_page(found, now=now, token=f"{row.id}.{secret}")
    return render("eldercare/staff_readings_person.html", page, title="健康读数")


@post(ONE + "/devices/{device_id:uuid}/withdraw", include_in_schema=False)
async def withdraw_device(
    person_id: FromPath[UUID],
    device_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Let a device's token end."""
    del data
    await readings_person.withdraw(session, staff, person_id, device_id, now=clock())
    return see_other(f"/staff/readings/people/{person_id}")


@post(ONE + "/limits", include_in_schema=False)
async def set_limits(
    person_id: FromPath[UUID],
    data: URLEncodedBody[LimitsForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Set the limits that differ for a person."""
    own, since = limits_of(data)
    await readings_person.set_limits(session, staff, person_id, own, since=since, now=clock())
    return see_other(f"/staff/readings/people/{person_id}")


def limits_of(data: LimitsForm) -> tuple[OwnLimits, date]:
    """Read the form (LimitsInvalid for what is no number or no day)."""
    try:
        typed = {name: getattr(data, name).strip() for name, _ in LIMITS}
        own = OwnLimits(**{name: float(words) if words else None for name, words in typed.items()})
        return own, date.fromisoformat(data.since)
    except ValueError:
        raise LimitsInvalid from None


def person_page(look: PersonLook, *, now: datetime, token: str = "") -> PersonView:
    """Make the page of one person."""
    here = f"/staff/readings/people/{look.person_id}"
    kinds = dict.fromkeys(each.kind for each in look.readings)
    return PersonView(
        here=here, name=mask_name(look.name), area=look.area, consents=look.consents,
        trends=[trend_of([each for each in look.readings if each.kind == kind]) for kind in kinds],
        devices=[
            DeviceLine(
                name=dict(KINDS)[row.kind], since=f"{shanghai(row.registered_at):%Y-%m-%d}",
                action=f"{here}/devices/{row.id}/withdraw",
            )
            for row in look.devices
        ],
        kinds=KINDS,
        limits=[
            LimitField(name=name, label=label, value=f"{getattr(look.limits, name):g}")
            for name, label in LIMITS
        ] if look.limits else [],
        today=local_day(now).isoformat(), token=token,
    )  # fmt: skip


PAGES: list[Any] = [show_person, register_device, withdraw_device, set_limits]

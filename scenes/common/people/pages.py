"""Pages for a person's own data: what is known, how pages look, patients; and signing in and out."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import once
from scenes.common.kit.pages import PageForm, PageRender, own_path, see_other
from scenes.common.kit.refusals import Invalid, Refusal
from scenes.common.kit.wire import encode, fingerprint
from scenes.common.people import service
from scenes.common.people.pages_address import ADDRESS_PAGES
from scenes.common.people.pages_assist import ASSIST_PAGES
from scenes.common.people.pages_family import FAMILY_PAGES
from scenes.common.people.pages_leaving import LEAVING_PAGES
from scenes.common.people.pages_looks import LOOK_PAGES
from scenes.common.people.pages_sign_in import SIGN_IN_PAGES
from scenes.common.people.service import NewPatient, SignInTools
from scenes.common.people.wire import Me, Patient, patient_list

CREATED = 201
BAD_REQUEST = 400


class MeView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of one's own data."""

    me: Me
    sex: str
    patients: list[Patient]
    patients_left: int


class PatientView(msgspec.Struct, frozen=True, kw_only=True):
    """The form for a further patient, with what was typed and what is wrong with it."""

    name: str = ""
    relation: str = ""
    next: str = "/me"
    problem: str = ""


class PatientForm(PageForm, frozen=True, kw_only=True):
    """A patient to add, as on the identity card."""

    name: str = ""
    resident_id: str = ""
    relation: str = ""
    next: str = "/me"

    def __repr__(self) -> str:
        return "PatientForm()"


@get("/me", include_in_schema=False)
async def show_me(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    sign_in_tools: NamedDependency[SignInTools],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show a person their own data, masked, their patients, and how pages look."""
    now = clock()
    me = Me.of(await service.myself(reading, resident.person_id), cipher=cipher, now=now)
    found = await service.patients_of(reading, resident.person_id)
    view = MeView(
        me=me,
        sex="男" if me.sex == "m" else "女",
        patients=patient_list(found, cipher=cipher, now=now).items,
        patients_left=max(0, sign_in_tools.rules.patients_allowed - len(found)),
    )
    return render("people/me.html", view, title="我的")


@get("/me/patients/add", include_in_schema=False)
async def show_patient_form(
    request: Request[Any, Any, Any],
    resident: NamedDependency[Resident],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the form for a further patient."""
    del resident
    view = PatientView(next=own_path(request.query_params.get("next"), "/me"))
    return render("people/patient_form.html", view, title="添加就诊人")


@post("/me/patients/add", include_in_schema=False)
async def add_patient(
    data: URLEncodedBody[PatientForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Add a patient, or show the form again with what is wrong."""
    try:
        await _add_patient(
            data, resident.person_id, database, clock=clock, cipher=cipher, tools=sign_in_tools
        )
    except Refusal as refused:
        said = refused.errors[0][1] if isinstance(refused, Invalid) and refused.errors else refused.detail
        view = PatientView(
            name=data.name, relation=data.relation, next=own_path(data.next, "/me"), problem=said
        )
        return render("people/patient_form.html", view, title="添加就诊人", status=BAD_REQUEST)
    return see_other(own_path(data.next, "/me"))


async def _add_patient(
    data: PatientForm,
    owner: UUID,
    database: Database,
    *,
    clock: Clock,
    cipher: FieldCipher,
    tools: SignInTools,
) -> None:
    """Add once for the form's key, in a transaction of its own, so that a refusal leaves no trace."""
    now = clock()
    await service.allow_patient_attempt(owner, tools=tools, now=now)
    new = NewPatient(name=data.name, resident_id=data.resident_id, relation=data.relation or "家人")
    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            link, row = await service.add_patient(
                session, owner, new=new, cipher=cipher, now=now, allowed=tools.rules.patients_allowed
            )
            return CREATED, encode(Patient.of(link, row, cipher=cipher, now=now))

        mark = cipher.index(fingerprint("/me/patients/add", new).hex())
        await once(session, owner, key=data.idempotency_key, fingerprint=mark, now=now, act=act)


@post("/me/patients/{patient_id:uuid}/remove", include_in_schema=False)
async def remove_patient(
    patient_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
) -> Redirect:
    """Take a patient off the account."""
    del data
    await service.drop_patient(session, resident.person_id, patient_id)
    return see_other("/me")


PAGES = [
    *SIGN_IN_PAGES, show_me, show_patient_form, add_patient, remove_patient,
    *FAMILY_PAGES, *ASSIST_PAGES, *LEAVING_PAGES, *LOOK_PAGES, *ADDRESS_PAGES,
]  # fmt: skip

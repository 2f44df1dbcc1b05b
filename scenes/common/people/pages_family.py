"""Pages of family and help: who may act for whom, what was done so, acting, consents, codes."""

from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import once
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Invalid, Refusal
from scenes.common.kit.wire import encode, fingerprint
from scenes.common.people import service
from scenes.common.people.errors import NotDelegated
from scenes.common.people.pages_family_view import (
    SCOPE_WORDS,
    ConsentsView,
    day_words,
    family_page,
    help_page,
)
from scenes.common.people.service import NewDelegation, SignInTools, Subject
from scenes.common.people.wire_family import Delegation, acting_cookie

CREATED: Final = 201
BAD_REQUEST: Final = 400
MONTHS: Final = {"1": 30, "3": 91, "12": 365}


class GrantForm(PageForm, frozen=True, kw_only=True):
    """Whom to let act, or for whom to ask; a box that is not ticked is not sent."""

    name: str = ""
    phone: str = ""
    role: Literal["principal", "delegate"] = "principal"
    book: str = ""
    pay: str = ""
    view: str = ""
    months: str = "3"

    def new(self, now: datetime) -> NewDelegation:
        """Say it in the desk's own terms; the last day counts whole."""
        scopes = [scope for scope in SCOPE_WORDS if getattr(self, scope)]
        until = now + timedelta(days=MONTHS.get(self.months, 91))
        return NewDelegation(role=self.role, scopes=scopes, until=until, phone=self.phone, name=self.name)

    def __repr__(self) -> str:
        return "GrantForm()"


class StartForm(PageForm, frozen=True, kw_only=True):
    """For whom to act from now on."""

    person_id: UUID


class ConsentForm(PageForm, frozen=True, kw_only=True):
    """One consent to give or withdraw."""

    subject: Literal["health", "location"]
    given: Literal["yes", "no"]


@get("/me/family", include_in_schema=False)
async def show_family(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show who may act for one, for whom one may act, and what was done in one's name."""
    return render("people/family.html", await family_page(session, resident, clock()), title="家人代办")


@post("/me/family", include_in_schema=False)
async def grant(
    data: URLEncodedBody[GrantForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Let somebody act, or ask to act for somebody; or show the form again with what is wrong."""
    now = clock()
    try:
        await service.allow_patient_attempt(resident.person_id, tools=sign_in_tools, now=now)
        await _grant(data, resident.person_id, database, cipher=cipher, now=now)
    except Refusal as refused:
        said = refused.errors[0][1] if isinstance(refused, Invalid) and refused.errors else refused.detail
        async with database.transaction() as session:
            view = await family_page(session, resident, now)
        again = msgspec.structs.replace(view, problem=said, name=data.name, phone=data.phone)
        return render("people/family.html", again, title="家人代办", status=BAD_REQUEST)
    return see_other("/me/family")


async def _grant(
    data: GrantForm, asker: UUID, database: Database, *, cipher: FieldCipher, now: datetime
) -> None:
    """Grant once for the form's key, in a transaction of its own, so that a refusal leaves no trace."""
    new = data.new(now)
    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            row, other = await service.delegate(session, asker, new=new, cipher=cipher, now=now)
            return CREATED, encode(Delegation.of(row, other, now=now))

        asked = (data.name, data.phone, data.role, data.book, data.pay, data.view, data.months)
        mark = cipher.index(fingerprint("/me/family", asked).hex())
        await once(session, asker, key=data.idempotency_key, fingerprint=mark, now=now, act=act)


@post("/me/family/{delegation_id:uuid}/approve", include_in_schema=False)
async def approve(
    delegation_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Say yes to somebody who asked."""
    del data
    await service.approve(session, delegation_id, resident.person_id, now=clock())
    return see_other("/me/family")


@post("/me/family/{delegation_id:uuid}/revoke", include_in_schema=False)
async def revoke(
    delegation_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """End a delegation by one tap."""
    del data
    await service.revoke(session, delegation_id, resident.person_id, now=clock())
    return see_other("/me/family")


@post("/me/acting/start", include_in_schema=False)
async def start_acting(
    data: URLEncodedBody[StartForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    sign_in_tools: NamedDependency[SignInTools],
) -> Redirect:
    """Act for somebody from now on in this browser, until one leaves off; refuses with NotDelegated."""
    found = await service.acts_for(session, resident.person_id, now=clock())
    if data.person_id not in {principal.id for _, principal in found}:
        raise NotDelegated
    return see_other("/", [acting_cookie(data.person_id, secure=sign_in_tools.rules.secure_cookies)])


@post("/me/acting/stop", include_in_schema=False, sync_to_thread=False)
def stop_acting(data: URLEncodedBody[PageForm], sign_in_tools: NamedDependency[SignInTools]) -> Redirect:
    """Act for oneself again."""
    del data
    return see_other("/", [acting_cookie(None, secure=sign_in_tools.rules.secure_cookies)])


@get("/me/help", include_in_schema=False)
async def show_help(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show how to be helped at a counter, and who helps at this moment."""
    return render("people/help.html", await help_page(session, resident, clock()), title="请工作人员帮忙")


@post("/me/help/code", include_in_schema=False, status_code=200)
async def show_code(
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Make a code and show it large, to be read out."""
    del data
    now = clock()
    made = await service.new_code(session, resident.person_id, cipher=cipher, tools=sign_in_tools, now=now)
    view = msgspec.structs.replace(
        await help_page(session, resident, now),
        code=f"{made.code[:3]} {made.code[3:]}",
        speak="、".join(made.code),
        until=f"{shanghai(made.expires_at):%-H:%M}",
    )
    return render("people/help.html", view, title="请工作人员帮忙")


@post("/me/help/stop", include_in_schema=False)
async def stop_help(
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """End the help that is going on."""
    del data
    await service.stop_being_assisted(session, resident.person_id, now=clock())
    return see_other("/me/help")


CONSENT_WORDS: Final = {
    "health": ("健康信息", "检查结果、血压血糖。同意以后,您让代办的家人才能看。"),
    "location": ("位置信息", "您呼救时在哪里。同意以后,您让代办的家人才能看。"),
}


@get("/me/consents", include_in_schema=False)
async def show_consents(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show which consents stand, each with its own button."""
    lines = [
        (found.subject, *CONSENT_WORDS[found.subject], found.given, day_words(found.since))
        for found in await service.consents_of(session, resident.person_id)
    ]
    return render("people/consents.html", ConsentsView(lines=lines), title="我的同意")


@post("/me/consents", include_in_schema=False)
async def set_consent(
    data: URLEncodedBody[ConsentForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Give or withdraw one consent."""
    wanted: dict[Subject, bool] = {data.subject: data.given == "yes"}
    await service.set_consents(session, resident.person_id, wanted=wanted, now=clock())
    return see_other("/me/consents")


FAMILY_PAGES: list[Any] = [
    show_family, grant, approve, revoke, start_acting, stop_acting, show_help, show_code, stop_help,
    show_consents, set_consent,
]  # fmt: skip

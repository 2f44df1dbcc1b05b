"""The staff's page of help at a counter: the code, then the residents' pages on the person's behalf."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Refusal
from scenes.common.people import service
from scenes.common.people.service import SignInTools
from scenes.common.people.wire_family import Delegation, FamilyPerson, acting_cookie

FORBIDDEN = 403


class RequestLine(msgspec.Struct, frozen=True, kw_only=True):
    """A delegation of the person at the counter: whose, and whether it waits for a yes."""

    id: UUID
    name: str
    waits: bool


class AssistView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of help: whom one helps until when, or the form to begin."""

    name: str = ""
    until: str = ""
    requests: list[RequestLine] = []
    phone: str = ""
    problem: str = ""
    sent: bool = False


class BeginForm(PageForm, frozen=True, kw_only=True):
    """Who stands at the counter, and the code they read out."""

    phone: str = ""
    code: str = ""

    def __repr__(self) -> str:
        return "BeginForm()"


@get("/staff/assist", include_in_schema=False)
async def show_assist(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show whom one helps, with what they were asked for; or the form to begin."""
    now = clock()
    running = await service.assisting(session, staff.staff_id, now=now)
    if running is None:
        return render("people/staff_assist.html", AssistView(), title="窗口代办")
    found = await service.delegations_of(session, running.row.person_id)
    shown = [Delegation.of(row, other, now=now) for row, other in found]
    view = AssistView(
        name=FamilyPerson.of(running.person).name,
        until=f"{shanghai(running.row.expires_at):%-H:%M}",
        requests=[
            RequestLine(id=each.id, name=each.person.name, waits=each.state == "requested")
            for each in shown
            if each.role == "principal" and each.actions
        ],
    )
    return render("people/staff_assist.html", view, title="窗口代办")


@post("/staff/assist", include_in_schema=False)
async def begin(
    data: URLEncodedBody[BeginForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Begin to act for who read their code out; the residents' pages are theirs from now on."""
    code = "".join(data.code.split())
    try:
        running = await service.assist(
            database, staff, phone=data.phone, code=code, cipher=cipher, tools=sign_in_tools, now=clock()
        )
    except Refusal as refused:
        view = AssistView(phone=data.phone, problem=refused.detail)
        return render("people/staff_assist.html", view, title="窗口代办", status=FORBIDDEN)
    cookie = acting_cookie(running.row.person_id, secure=sign_in_tools.rules.secure_cookies)
    return see_other("/staff/assist", [cookie])


@post("/staff/assist/end", include_in_schema=False)
async def end(
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    sign_in_tools: NamedDependency[SignInTools],
) -> Redirect:
    """End the help one gives."""
    del data
    await service.stop_assisting(session, staff.staff_id, now=clock())
    return see_other("/staff/assist", [acting_cookie(None, secure=sign_in_tools.rules.secure_cookies)])


@post("/staff/assist/delegations/{delegation_id:uuid}/approve", include_in_schema=False)
async def approve(
    delegation_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Approve a request for the person at the counter, who says yes to it."""
    del data
    await service.approve_present(session, delegation_id, staff.staff_id, now=clock())
    return see_other("/staff/assist")


@post("/staff/assist/delegations/{delegation_id:uuid}/revoke", include_in_schema=False)
async def revoke(
    delegation_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """End a delegation, or turn a request down, for the person at the counter."""
    del data
    await service.revoke_present(session, delegation_id, staff.staff_id, now=clock())
    return see_other("/staff/assist")


ASSIST_PAGES: list[Any] = [show_assist, begin, end, approve, revoke]

"""Pages for signing in and out."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Caller, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.pages import PageForm, PageRender, own_path, see_other
from scenes.common.people import service
from scenes.common.people.errors import DemoOff, ResidentNotFound, StaffSignInRefused
from scenes.common.people.service import DEFAULT_PREFERENCES, Credentials, SignInTools
from scenes.common.people.wire import SignedInPerson, ended_page_cookie, page_cookie
from scenes.common.people.wire_family import acting_cookie

SAMPLES = range(1, 7)
"""The seeded residents whom the sign-in page offers by one tap."""

UNAUTHENTICATED = 401
NOT_FOUND = 404


class SignInView(msgspec.Struct, frozen=True, kw_only=True):
    """The sign-in page of residents; `samples` are (number, person)."""

    demo: bool
    next: str
    samples: list[tuple[int, SignedInPerson]]
    problem: str = ""


class StaffSignInView(msgspec.Struct, frozen=True, kw_only=True):
    """The sign-in page of staff."""

    next: str
    username: str = ""
    problem: str = ""


class SignInForm(PageForm, frozen=True, kw_only=True):
    """Which seeded resident to sign in as."""

    resident_no: str
    next: str = "/"


class StaffSignInForm(PageForm, frozen=True, kw_only=True):
    """Both factors of a member of staff."""

    username: str
    password: str
    totp: str
    next: str = "/staff"

    def __repr__(self) -> str:
        return "StaffSignInForm()"


@get("/sign-in", include_in_schema=False)
async def show_sign_in(
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    demo_enabled: NamedDependency[bool],
    render: NamedDependency[PageRender],
    request: Request[Any, Any, Any],
) -> Response[str]:
    """Show the ways to sign in; in the demo, a few residents to choose from."""
    view = await _sign_in_view(reading, clock, demo=demo_enabled, going=request.query_params.get("next"))
    return render("people/sign_in.html", view, title="登录")


async def _sign_in_view(
    session: AsyncSession, clock: Clock, *, demo: bool, going: str | None, problem: str = ""
) -> SignInView:
    samples: list[tuple[int, SignedInPerson]] = []
    for number in SAMPLES if demo else ():
        try:
            row = await service.demo_resident(session, number)
        except ResidentNotFound:
            continue
        samples.append((number, SignedInPerson.of(row, clock())))
    return SignInView(demo=demo, next=own_path(going), samples=samples, problem=problem)


@post("/sign-in", include_in_schema=False)
async def sign_in(
    data: URLEncodedBody[SignInForm],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    sign_in_tools: NamedDependency[SignInTools],
    demo_enabled: NamedDependency[bool],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Sign in as a seeded resident and go on to where the person wanted to be."""
    if not demo_enabled:
        raise DemoOff
    try:
        number = int(data.resident_no) if data.resident_no.isascii() else 0
        person = await service.demo_resident(session, number if 0 < number < 2**31 else 0)
    except (ValueError, ResidentNotFound):
        view = await _sign_in_view(
            session, clock, demo=True, going=data.next, problem="没有这个编号的居民,请换一个编号。"
        )
        return render("people/sign_in.html", view, title="登录", status=NOT_FOUND)
    now, rules = clock(), sign_in_tools.rules
    grant = await service.sign_in_page(session, person.id, kind="resident", now=now, rules=rules)
    liked = await service.preferences_of(session, person.id)
    cookies = [page_cookie(grant, now=now, secure=rules.secure_cookies)]
    if liked != DEFAULT_PREFERENCES:
        cookies += liked.look().cookies()
    return see_other(own_path(data.next), cookies)


@get("/staff/sign-in", include_in_schema=False)
async def show_staff_sign_in(
    request: Request[Any, Any, Any], render: NamedDependency[PageRender]
) -> Response[str]:
    """Show the sign-in of staff."""
    view = StaffSignInView(next=own_path(request.query_params.get("next"), "/staff"))
    return render("people/staff_sign_in.html", view, title="工作人员登录")


@post("/staff/sign-in", include_in_schema=False)
async def sign_in_staff(
    request: Request[Any, Any, Any],
    data: URLEncodedBody[StaffSignInForm],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Sign a member of staff in with both factors."""
    now, going = clock(), own_path(data.next, "/staff")
    given = Credentials(
        username=data.username,
        password=data.password,
        totp=data.totp.replace(" ", ""),
        address=request.client.host if request.client else "",
    )
    try:
        staff_id = await service.admit_staff(database, given, now=now, cipher=cipher, tools=sign_in_tools)
    except StaffSignInRefused as refused:
        view = StaffSignInView(next=going, username=data.username, problem=refused.detail)
        return render("people/staff_sign_in.html", view, title="工作人员登录", status=UNAUTHENTICATED)
    rules = sign_in_tools.rules
    async with database.transaction() as session:
        grant = await service.sign_in_page(session, staff_id, kind="staff", now=now, rules=rules)
    return see_other(going, [page_cookie(grant, now=now, secure=rules.secure_cookies)])


@post("/sign-out", include_in_schema=False)
async def sign_out(
    data: URLEncodedBody[PageForm],
    caller: NamedDependency[Caller],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    sign_in_tools: NamedDependency[SignInTools],
) -> Redirect:
    """End the sign-in of this browser."""
    del data
    await service.sign_out(session, caller, now=clock(), tools=sign_in_tools)
    cookie = ended_page_cookie(secure=sign_in_tools.rules.secure_cookies)
    stays = acting_cookie(None, secure=sign_in_tools.rules.secure_cookies)
    return see_other("/staff/sign-in" if isinstance(caller, Staff) else "/", [cookie, stays])


SIGN_IN_PAGES = [show_sign_in, sign_in, show_staff_sign_in, sign_in_staff, sign_out]

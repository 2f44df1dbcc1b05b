"""Pages of one's own data: take it along, or be forgotten."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.holdings import Holdings
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.people import service
from scenes.common.people.errors import ErasureRefused
from scenes.common.people.service import SignInTools
from scenes.common.people.wire import ended_page_cookie

CONFLICT = 409
BAD_REQUEST = 400


class DataView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of one's data: what is unfinished, and what went wrong."""

    unfinished: list[str]
    problem: str = ""


class ErasureForm(PageForm, frozen=True, kw_only=True):
    """The wish to be forgotten, said twice: a ticked box and the button."""

    sure: str = ""


@get("/me/data", include_in_schema=False)
async def show_data(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    holdings: NamedDependency[Holdings],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show how to take one's data along and how to be forgotten."""
    left = await service.unfinished(session, resident.person_id, holdings=holdings, now=clock())
    return render("people/data.html", DataView(unfinished=left), title="我的资料")


@post("/me/data/erase", include_in_schema=False)
async def erase(
    data: URLEncodedBody[ErasureForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    holdings: NamedDependency[Holdings],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Forget the person for good, or say what is in the way."""
    if data.sure != "yes":
        view = DataView(unfinished=[], problem="请先勾选「我想好了」。")
        return render("people/data.html", view, title="我的资料", status=BAD_REQUEST)
    try:
        async with database.transaction() as session:
            await service.erase(
                session, resident.person_id, holdings=holdings, cipher=cipher, tools=sign_in_tools,
                now=clock(),
            )  # fmt: skip
    except ErasureRefused as refused:
        view = DataView(unfinished=[], problem=refused.detail)
        return render("people/data.html", view, title="我的资料", status=CONFLICT)
    return see_other("/", [ended_page_cookie(secure=sign_in_tools.rules.secure_cookies)])


LEAVING_PAGES: list[Any] = [show_data, erase]

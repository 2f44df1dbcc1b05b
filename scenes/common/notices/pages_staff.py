"""The call list as a page: whom to call, what to say, and two buttons for how it went."""

from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.pages import Mark, PageForm, PageRender, see_other
from scenes.common.kit.speech import spoken_when
from scenes.common.notices import service
from scenes.common.notices.pages_assist import ASSIST_PAGES
from scenes.common.notices.service import CallView

LISTED: Final = 50
CALLS: Final = "/staff/calls"
ACTS: Final = {"take": service.take_call, "done": service.call_done, "no-answer": service.call_unanswered}


class CallCard(msgspec.Struct, frozen=True, kw_only=True):
    """One person to be called."""

    id: str
    person: str
    phone: str
    no_phone: bool
    title: str
    words: str
    since: str
    mark: Mark
    actions: list[tuple[str, str]]


class CallsView(msgspec.Struct, frozen=True, kw_only=True):
    """The list, urgent first."""

    cards: list[CallCard]
    as_of: str
    more: bool


@get(CALLS, include_in_schema=False)
async def show_calls(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show who is to be called now."""
    now = clock()
    found = await service.listed(session, staff, cipher=cipher, now=now, limit=LISTED + 1)
    cards = [
        CallCard(
            id=str(view.row.id),
            person=view.name,
            phone=view.phone or "",
            no_phone=view.hands == "mine" and view.phone is None,
            title=view.message.title,
            words=view.message.speak,
            since=spoken_when(view.row.created_at, now),
            mark=_mark(view),
            actions=_actions(view),
        )
        for view in found[:LISTED]
    ]
    page = CallsView(cards=cards, as_of=spoken_when(now, now), more=len(found) > LISTED)
    return render("notices/staff_calls.html", page, title="电话通知")


def _mark(view: CallView) -> Mark:
    if view.hands == "colleague":
        return Mark("off", "同事在打")
    if view.row.urgent:
        return Mark("full", "急")
    return Mark("few", f"打过 {view.row.tries} 次没人接") if view.row.tries else Mark("ok", "要打")


def _actions(view: CallView) -> list[tuple[str, str]]:
    here = f"{CALLS}/{view.row.id}"
    if view.hands == "mine":
        return [("说到了", f"{here}/done"), ("没人接", f"{here}/no-answer")]
    return [("我来打", f"{here}/take")] if view.hands == "free" else []


@post("/staff/calls/{call_id:uuid}/{act:str}", include_in_schema=False)
async def act_on_call(
    call_id: FromPath[UUID],
    act: FromPath[Literal["take", "done", "no-answer"]],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Take a call, or note how it went; then back to the list at that card."""
    del data
    await ACTS[act](session, staff, call_id, cipher=cipher, now=clock())
    return see_other(f"{CALLS}#c-{call_id}" if act == "take" else CALLS)


STAFF_PAGES: list[Any] = [show_calls, act_on_call, *ASSIST_PAGES]

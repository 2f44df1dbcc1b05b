"""The call-backs as a page: whom to call, what they were about to do, and how to finish it for them."""

from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows import service
from accessibility.flows.flow import Flows
from accessibility.flows.service import CallCard
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.pages import Mark, PageForm, PageRender, see_other
from scenes.common.kit.speech import spoken_when

CALL_BACKS: Final = "/staff/callbacks"
LISTED: Final = 50
ACTS: Final = {"take": service.take_call, "done": service.call_settled}


class CallBackCard(msgspec.Struct, frozen=True, kw_only=True):
    """One person to be called back; `run_href` leads to their draft while one assists them."""

    id: str
    person: str
    phone: str
    no_phone: bool
    flow: str
    lines: list[str]
    since: str
    mark: Mark
    actions: list[tuple[str, str]]
    run_href: str


class CallBacksView(msgspec.Struct, frozen=True, kw_only=True):
    """The list, the longest waiting first."""

    cards: list[CallBackCard]
    as_of: str
    more: bool


@get(CALL_BACKS, include_in_schema=False)
async def show_call_backs(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show who wants to be called back, and what they had chosen."""
    now = clock()
    found = await service.calls_waiting(session, staff, flows, cipher=cipher, now=now, limit=LISTED + 1)
    cards = [
        CallBackCard(
            id=str(card.row.id),
            person=card.name,
            phone=card.phone or "",
            no_phone=card.hands == "mine" and card.phone is None,
            flow=card.flow or "没有在办的事",
            lines=list(card.lines),
            since=spoken_when(card.row.asked_at, now),
            mark=MARKS[card.hands],
            actions=_actions(card),
            run_href=f"/elder/flows/{card.row.run_id}" if card.hands == "mine" and card.row.run_id else "",
        )
        for card in found[:LISTED]
    ]
    view = CallBacksView(cards=cards, as_of=spoken_when(now, now), more=len(found) > LISTED)
    return render("elder/staff_callbacks.html", view, title="请人打给我")


MARKS: Final = {
    "free": Mark("few", "等人打"),
    "mine": Mark("ok", "我在打"),
    "colleague": Mark("off", "同事在打"),
}


def _actions(card: CallCard) -> list[tuple[str, str]]:
    here = f"{CALL_BACKS}/{card.row.id}"
    return {"free": [("我来打", f"{here}/take")], "mine": [("打过了", f"{here}/done")]}.get(card.hands, [])


@post("/staff/callbacks/{call_id:uuid}/{act:str}", include_in_schema=False)
async def act_on_call_back(
    call_id: FromPath[UUID],
    act: FromPath[Literal["take", "done"]],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Take a call in hand, or settle it; then back to the list."""
    del data
    await ACTS[act](session, staff, call_id, now=clock())
    return see_other(f"{CALL_BACKS}#c-{call_id}" if act == "take" else CALL_BACKS)


STAFF_PAGES: list[Any] = [show_call_backs, act_on_call_back]

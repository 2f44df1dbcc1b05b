"""Help on its way or wished for, as 「我约好的」 lists it: requests of the care desk are no bookings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from accessibility.flows.flow import Acting, Asked, Asking, Card, Told, Values
from accessibility.flows.rules import Option
from accessibility.journeys import facts
from accessibility.journeys.care_hours import coming_lines
from scenes.common.kit.clock import local_day
from scenes.common.kit.speech import heard_when
from scenes.eldercare.errors import RequestMoveIllegal
from scenes.eldercare.pages_care_view import MARKS
from scenes.eldercare.rules.later import awaits_call
from scenes.eldercare.service import asking as care
from scenes.eldercare.service import requests
from scenes.eldercare.service.requests import RequestView
from scenes.eldercare.states import EDGES, OPEN

MARK: Final = "care~"
"""What the answer of a request begins with."""

NOBODY_COMES: Final = "不会有人来了。"


async def coming(asking: Asking) -> Sequence[RequestView]:
    """Read the open requests without a booking: one's own, and those arranged for the account's patients."""
    people = [None, *(row.id for _, row in await facts.companions(asking))]
    rows = [row for each in people for row in await requests.own_list(asking.session, asking.resident, each)]
    cipher = asking.tools.cipher
    return [
        await requests.view_of(asking.session, row, cipher)
        for row in rows
        if row.state in OPEN and not row.booked
    ]


def option_of(view: RequestView, asking: Asking) -> Option:
    """Show a request in the list."""
    row, me = view.row, asking.resident.subject_id
    wish = awaits_call(row.state, row.wished_at, row.agreed_at)
    label = f"{'希望' if wish else ''}{heard_when(row.promised_at, asking.now)} {view.service_name}"
    mark = MARKS[row.state]
    about = "" if row.person_id == me else f"给{view.person_name}"
    return Option(value=f"{MARK}{row.id}", label=label, about=about, speak=label, mark=(mark.kind, mark.text))


def is_wished(view: RequestView, wishes: Values) -> bool:
    """Tell whether a request is all that a sentence named: day and service."""
    scene, day = wishes.get("scene"), wishes.get("on")
    if scene is None and day is None:
        return False
    named = wishes.get("words", view.service_name) == view.service_name
    return scene in {None, "eldercare"} and named and day in {None, str(local_day(view.row.promised_at))}


def is_request(values: Values) -> bool:
    """Tell whether a request was chosen, and no booking."""
    return values["which"].startswith(MARK)


async def _chosen(asking: Asking, values: Values) -> RequestView:
    row = await requests.own(asking.session, asking.resident, _id(values))
    return await requests.view_of(asking.session, row, asking.tools.cipher)


def _id(values: Values) -> UUID:
    return UUID(values["which"].removeprefix(MARK))


async def ask_what(asking: Asking, values: Values) -> Asked:
    """Show one request, and ask whether it is to be cancelled while nobody is there yet."""
    view = await _chosen(asking, values)
    row = view.row
    may_cancel = (row.state, "cancel") in EDGES
    options = [Option(value="cancel", label="取消,不用来了")] if may_cancel else []
    why = "" if may_cancel else "网上不能取消了。请打电话。"
    return Asked(
        title=view.service_name, display=why, lines=_lines(view, asking.now), options=options,
        links=[("看进展", f"/eldercare/requests/{row.id}")],
    )  # fmt: skip


def _lines(view: RequestView, now: datetime) -> list[str]:
    return [*coming_lines(view, now), f"给{view.person_name}", f"见面说口令 {view.row.code}"]


async def confirm(asking: Asking, values: Values) -> Card:
    """Ask once more (RequestMoveIllegal where it cannot be cancelled any more)."""
    view = await _chosen(asking, values)
    if (view.row.state, "cancel") not in EDGES:
        raise RequestMoveIllegal
    lines = [view.service_name, *_lines(view, asking.now)[:2], "取消后不会有人来。要来请重新约。"]
    return Card(title="真的要取消吗?", lines=lines, yes="对,取消", no="不取消,留着", no_goes_back=True)


async def cancel(acting: Acting, values: Values) -> None:
    """Take the request back; twice is the same."""
    tools = acting.tools
    await care.take_back(
        tools.ledger, tools.database, resident=acting.resident, request_id=_id(values), cipher=tools.cipher,
        clock=tools.clock,
    )  # fmt: skip


async def tell(asking: Asking, values: Values) -> Told:
    """Say that it is cancelled."""
    view = await _chosen(asking, values)
    return Told(card=Card(title="取消好了", lines=[view.service_name, NOBODY_COMES]))

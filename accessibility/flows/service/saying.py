"""One sentence: what it wants, as a run as far along as it says, or as choices where it is unclear."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows.flow import Asking, Flow, Flows, Tools
from accessibility.flows.service.looking import Look, asking_of
from accessibility.flows.service.running import begin
from accessibility.said.heard import Action, Heard, Known
from accessibility.said.understanding import understand
from scenes.common.kit.caller import Resident

STARTS = frozenset({"book", "cancel", "show"})
"""What begins a flow; a question, a refusal and a report of what was done are no wishes."""


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """What a sentence led to: a run; or an action that is no run; or nothing sure, perhaps `half` heard."""

    look: Look | None = None
    action: Action | None = None
    half: Heard | None = None


async def hear(  # noqa: PLR0913 - one fact each
    session: AsyncSession, tools: Tools, flows: Flows, *, resident: Resident, text: str, now: datetime
) -> Meant:
    """Understand a sentence; nothing is booked and nothing paid, the most it leads to is a filled card.

    Where words were left that nobody accounted for, not even that: what was heard is told and asked about.
    """
    asking = asking_of(tools, session, resident, now=now)
    heard = understand(text, now=now, known=await _known(asking, flows))
    if heard.action in {"emergency", "call_person"}:
        return Meant(action=heard.action)
    flow = _flow(flows, heard)
    if flow is None or heard.action not in STARTS or "words" in heard.unclear:
        return Meant(half=heard if flow is not None else None)
    wishes: Mapping[str, str] = await flow.hear(asking, heard)
    found = await begin(asking, flow, wishes=wishes)
    return Meant(look=found, action=heard.action)


def _flow(flows: Flows, heard: Heard) -> Flow | None:
    return next((flow for flow in flows.flows if flow.name == heard.flow), None)


async def _known(asking: Asking, flows: Flows) -> Known:
    """Put together the names of every room."""
    found = [await flow.known(asking) for flow in flows.flows]
    gathered = {
        name: tuple(dict.fromkeys(word for known in found for word in getattr(known, name)))
        for name in Known.__struct_fields__
    }
    return msgspec.convert(gathered, Known)

"""Elder mode as pages: the home, one sentence, one question a page; no JavaScript, every act a form."""

from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows import service
from accessibility.flows.errors import ChoiceUnknown
from accessibility.flows.flow import Flows, Tools
from accessibility.flows.pages_view import home_view, rooms_view, said_view, step_view
from accessibility.flows.routes import encoder
from accessibility.flows.service import Reply
from accessibility.flows.wire import step_of
from accessibility.flows.wire_home import home_cards, said_of
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.idempotency import once
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import IdempotencyKeyReused
from scenes.common.kit.wire import encode, fingerprint

LONGEST_SENTENCE = 200


class AnswerForm(PageForm, frozen=True, kw_only=True):
    """A tapped choice, or words where the step takes any, with the version of the step answered."""

    choice: str = ""
    text: str = ""
    version: int | None = None


class SayForm(PageForm, frozen=True, kw_only=True):
    """One sentence."""

    text: str = ""


class CallForm(PageForm, frozen=True, kw_only=True):
    """A wish to be called, from the page of a run or from the home."""

    run: UUID | None = None


@get("/elder", include_in_schema=False)
async def show_home(
    caller: NamedDependency[Caller],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
    render: NamedDependency[PageRender],
    *,
    called: Annotated[bool, QueryParameter(name="called")] = False,
) -> Response[str]:
    """Show the elder home: a greeting, one box for one sentence, six cards, what was left unfinished."""
    now, resident = flow_tools.clock(), caller if isinstance(caller, Resident) else None
    keep = timedelta(hours=flow_tools.draft_hours)
    home = await service.home_of(session, flows, resident=resident, keep=keep, now=now)
    shown = home_cards(home, flows, flow_tools, now=now)
    view = home_view(shown, helper=home.helper, known=resident is not None, called=called, now=now)
    return render("elder/home.html", view, title="长辈版")


@get("/elder/all", include_in_schema=False)
async def show_rooms(render: NamedDependency[PageRender]) -> Response[str]:
    """Show the way to every room's own pages in elder style, for what no flow asks."""
    return render("elder/all.html", rooms_view(), title="全部服务")


@get("/elder/say", include_in_schema=False)
async def show_say(
    flows: NamedDependency[Flows], flow_tools: NamedDependency[Tools], render: NamedDependency[PageRender]
) -> Response[str]:
    """Show the box for one sentence on a page of its own."""
    said = said_of(service.Meant(), flows, flow_tools)
    asked = msgspec.structs.replace(said, speak="您想办什么?")
    view = said_view(asked, "", audio=flow_tools.reader.url(asked.speak))
    return render("elder/say.html", view, title="说一句话")


@post("/elder/say", include_in_schema=False)
async def say(
    data: URLEncodedBody[SayForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Go to the run a sentence led to, to the alarm in an emergency, or show what it may have meant."""
    text, now = data.text.strip()[:LONGEST_SENTENCE], flow_tools.clock()
    meant = await service.hear(session, flow_tools, flows, resident=resident, text=text, now=now)
    if meant.look is not None:
        return see_other(f"/elder/flows/{meant.look.row.id}")
    said = said_of(meant, flows, flow_tools)
    if said.next is not None:
        return see_other(said.next)
    return render(
        "elder/say.html", said_view(said, text, audio=flow_tools.reader.url(said.speak)), title="说一句话"
    )


@post("/elder/start/{flow:str}", include_in_schema=False)
async def start_flow(
    flow: FromPath[str],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
) -> Redirect:
    """Begin a flow and go to its first question; a double tap begins one."""
    now = flow_tools.clock()

    async def act() -> tuple[int, bytes]:
        look = await service.start(session, flow_tools, flows, resident=resident, flow=flow, now=now)
        return 303, encode(f"/elder/flows/{look.row.id}")

    mark = fingerprint(f"/elder/start/{flow}", None)
    key = data.idempotency_key
    given = await once(session, resident.person_id, key=key, fingerprint=mark, now=now, act=act)
    return see_other(given.body.decode().strip('"'))


@get("/elder/flows/{run_id:uuid}", include_in_schema=False)
async def show_run(
    run_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show where a run stands: one question, the card, or what came of it."""
    look = await service.look(session, flow_tools, flows, resident=resident, run_id=run_id)
    step = step_of(look, flow_tools)
    helper = await service.helper_of(session, resident, now=look.now)
    return render("elder/step.html", step_view(step, label=look.flow.label, helper=helper), title=step.title)


@post("/elder/flows/{run_id:uuid}/answers", include_in_schema=False)
async def answer_run(
    run_id: FromPath[UUID],
    data: URLEncodedBody[AnswerForm],
    resident: NamedDependency[Resident],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
) -> Redirect:
    """Take a tap and show where that led; two taps on one page are one, whichever came first."""
    # Another button of a page that was answered already changes nothing: the page shows where that led.
    text = data.text.replace("\0", "").strip()[:LONGEST_SENTENCE]
    with suppress(IdempotencyKeyReused, ChoiceUnknown):
        await service.answer(
            flow_tools,
            flows,
            resident=resident,
            run_id=run_id,
            reply=Reply(choice=data.choice or None, text=text, version=data.version),
            key=data.idempotency_key,
            fingerprint=fingerprint(f"/elder/flows/{run_id}/answers", [data.choice, text]),
            render=encoder(flow_tools),
        )
    return see_other(f"/elder/flows/{run_id}")


@post("/elder/flows/{run_id:uuid}/back", include_in_schema=False)
async def back_in_run(
    run_id: FromPath[UUID],
    data: URLEncodedBody[AnswerForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
) -> Redirect:
    """Take the last answer back; at the first question, go home."""
    now = flow_tools.clock()

    async def act() -> tuple[int, bytes]:
        before = (await service.look(session, flow_tools, flows, resident=resident, run_id=run_id)).row
        version = before.version
        look = await service.back(session, flow_tools, flows, resident=resident, run_id=run_id)
        moved = look.row.version != version
        return 303, encode(f"/elder/flows/{run_id}" if moved else "/elder")

    mark, key = fingerprint(f"/elder/flows/{run_id}/back", "page"), data.idempotency_key
    given = await once(session, resident.person_id, key=key, fingerprint=mark, now=now, act=act)
    return see_other(given.body.decode().strip('"'))


@post("/elder/call-me", include_in_schema=False)
async def ask_for_call(
    data: URLEncodedBody[CallForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    flow_tools: NamedDependency[Tools],
) -> Redirect:
    """Ask to be called back; asking twice is one call."""
    await service.wait_for_call(session, resident=resident, run_id=data.run, now=flow_tools.clock())
    return see_other(f"/elder/flows/{data.run}" if data.run else "/elder?called=true")


PAGES: list[Any] = [
    show_home, show_rooms, show_say, say, start_flow, show_run, answer_run, back_in_run, ask_for_call,
]  # fmt: skip

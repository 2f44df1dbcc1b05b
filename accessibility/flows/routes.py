"""Elder mode over HTTP: the home's cards, one sentence, and flows one question a step."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows import service
from accessibility.flows.flow import Flows, Tools
from accessibility.flows.routes_staff import STAFF_ROUTES
from accessibility.flows.service import Look, Reply
from accessibility.flows.wire import (
    AnswerRequest,
    CallMe,
    CallMeRequest,
    HomeCards,
    Said,
    SayRequest,
    Step,
    step_of,
)
from accessibility.flows.wire_home import home_cards, said_of
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.idempotency import Answer, checked_key, once
from scenes.common.kit.refusals import Invalid
from scenes.common.kit.wire import encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


def encoder(tools: Tools) -> Callable[[Look], bytes]:
    """Make the function by which the engine encodes a look into the answer it keeps."""

    def encoded(look: Look) -> bytes:
        return encode(step_of(look, tools))

    return encoded


async def _kept(
    session: AsyncSession,
    resident: Resident,
    *,
    key: str | None,
    path: str,
    data: Any,
    now: datetime,
    act: Callable[[], Awaitable[tuple[int, bytes]]],
) -> Response[bytes]:
    """Do something once where a key was sent, and as often as asked where none was."""
    if key is None:
        return respond(Answer(*(await act())))
    mark = fingerprint(path, data)
    return respond(
        await once(session, resident.person_id, key=checked_key(key), fingerprint=mark, now=now, act=act)
    )


@get("/elder/home", operation_id="getElderHome", tags=["elder"])
async def get_home(
    caller: NamedDependency[Caller],
    reading: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
) -> HomeCards:
    """Show the elder home: a greeting, at most six cards, what was left unfinished; visitors see it too."""
    now = flow_tools.clock()
    resident = caller if isinstance(caller, Resident) else None
    keep = timedelta(hours=flow_tools.draft_hours)
    home = await service.home_of(reading, flows, resident=resident, keep=keep, now=now)
    return home_cards(home, flows, flow_tools, now=now)


@post(
    "/elder/say",
    operation_id="sayToElder",
    tags=["elder"],
    status_code=200,
    responses={200: ResponseSpec(Said, description="A run's step, or choices of what may have been meant")},
)
async def say(
    data: JSONBody[SayRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
    key: Key = None,
) -> Response[bytes]:
    """Understand one sentence: at best the filled card to agree to; nothing is booked or paid by saying."""
    now = flow_tools.clock()

    async def act() -> tuple[int, bytes]:
        meant = await service.hear(session, flow_tools, flows, resident=resident, text=data.text, now=now)
        said = said_of(meant, flows, flow_tools)
        return 200, encode(said)

    return await _kept(session, resident, key=key, path="/elder/say", data=data, now=now, act=act)


@post(
    "/elder/flows/{flow:str}",
    operation_id="startFlow",
    tags=["elder"],
    responses={201: ResponseSpec(Step, description="The first question that is not answered yet")},
)
async def start_flow(
    flow: FromPath[str],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
    key: Key = None,
) -> Response[bytes]:
    """Begin a flow: clinic, breakfast, eldercare, charging or my-bookings."""
    now = flow_tools.clock()

    async def act() -> tuple[int, bytes]:
        look = await service.start(session, flow_tools, flows, resident=resident, flow=flow, now=now)
        return 201, encoder(flow_tools)(look)

    return await _kept(session, resident, key=key, path=f"/elder/flows/{flow}", data=None, now=now, act=act)


@get("/elder/flows/{run_id:uuid}", operation_id="getFlowRun", tags=["elder"])
async def get_run(
    run_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
) -> Step:
    """Show where a run stands now, with what the room offers at this moment."""
    look = await service.look(session, flow_tools, flows, resident=resident, run_id=run_id)
    return step_of(look, flow_tools)


@post(
    "/elder/flows/{run_id:uuid}/answers",
    operation_id="answerFlow",
    tags=["elder"],
    status_code=200,
    responses={
        200: ResponseSpec(Step, description="The next step; a refusal of the room is the next question")
    },
)
async def answer_flow(
    run_id: FromPath[UUID],
    data: JSONBody[AnswerRequest],
    resident: NamedDependency[Resident],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
    key: Key = None,
) -> Response[bytes]:
    """Answer by a choice (`yes`, `no`, `others`, `undo`, `call-me` too) or by words.

    The same answer twice is one; whatever is agreed to is booked once.
    """
    if (data.choice is None) == (data.text is None):
        raise Invalid(errors=(("choice", "请给一个选项,或者一句话。"),))
    given = await service.answer(
        flow_tools,
        flows,
        resident=resident,
        run_id=run_id,
        reply=Reply(choice=data.choice, text=data.text, version=data.version),
        key=checked_key(key),
        fingerprint=fingerprint(f"/elder/flows/{run_id}/answers", data),
        render=encoder(flow_tools),
    )
    return respond(given)


@post(
    "/elder/flows/{run_id:uuid}/back",
    operation_id="backInFlow",
    tags=["elder"],
    status_code=200,
    responses={200: ResponseSpec(Step, description="The question before")},
)
async def back_in_flow(
    run_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    flow_tools: NamedDependency[Tools],
    key: Key = None,
) -> Response[bytes]:
    """Take the last answer back."""
    now = flow_tools.clock()

    async def act() -> tuple[int, bytes]:
        look = await service.back(session, flow_tools, flows, resident=resident, run_id=run_id)
        return 200, encoder(flow_tools)(look)

    path = f"/elder/flows/{run_id}/back"
    return await _kept(session, resident, key=key, path=path, data=None, now=now, act=act)


@post("/elder/call-me", operation_id="askForCall", tags=["elder"], status_code=200)
async def ask_for_call(
    data: JSONBody[CallMeRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    flow_tools: NamedDependency[Tools],
) -> CallMe:
    """Ask to be called back; the desk sees the run too. Asking twice is one call."""
    now = flow_tools.clock()
    await service.wait_for_call(session, resident=resident, run_id=data.run_id, now=now)
    return CallMe(speak=service.WILL_CALL)


ROUTES: list[Any] = [
    get_home, say, start_flow, get_run, answer_flow, back_in_flow, ask_for_call, *STAFF_ROUTES,
]  # fmt: skip

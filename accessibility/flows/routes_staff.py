"""The call-backs over HTTP, for the desk: who waits, with what they had chosen; taken, and settled."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows import service
from accessibility.flows.flow import Flows
from accessibility.flows.wire_staff import CallBack
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.wire import Page


@get("/staff/callbacks", operation_id="listCallBacks", tags=["staff"])
async def list_call_backs(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    flows: NamedDependency[Flows],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Page[CallBack]:
    """List who wants to be called back, names masked until taken; who looked is written down."""
    cards = await service.calls_waiting(session, staff, flows, cipher=cipher, now=clock())
    return Page(items=[CallBack.of(card) for card in cards])


@post("/staff/callbacks/{call_id:uuid}/take", operation_id="takeCallBack", tags=["staff"], status_code=200)
async def take_call_back(
    call_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Take a call in hand; the list then shows the name and the number. Taking it again changes nothing."""
    await service.take_call(session, staff, call_id, now=clock())


@post("/staff/callbacks/{call_id:uuid}/done", operation_id="settleCallBack", tags=["staff"], status_code=200)
async def settle_call_back(
    call_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Note that the person was called."""
    await service.call_settled(session, staff, call_id, now=clock())


STAFF_ROUTES: list[Any] = [list_call_backs, take_call_back, settle_call_back]

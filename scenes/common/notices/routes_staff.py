"""The call list over HTTP, for staff of the district and of eldercare."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.wire import Page
from scenes.common.notices import service
from scenes.common.notices.routes_assist import ASSIST_ROUTES
from scenes.common.notices.wire_staff import Call

TAGS = ["staff"]


@get("/staff/calls", operation_id="listCalls", tags=TAGS)
async def list_calls(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    *,
    cursor: FromQuery[UUID | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[Call]:
    """List who is to be called now, urgent first; who looked at whom is written down."""
    found = await service.listed(session, staff, cipher=cipher, now=clock(), after=cursor, limit=limit + 1)
    items = [Call.of(view) for view in found[:limit]]
    return Page(items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


@post("/staff/calls/{call_id:uuid}/take", operation_id="takeCall", tags=TAGS, status_code=200)
async def take_call(
    call_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Call:
    """Take a call in hand and see the number; without a result it is free again after a while."""
    return Call.of(await service.take_call(session, staff, call_id, cipher=cipher, now=clock()))


@post("/staff/calls/{call_id:uuid}/done", operation_id="finishCall", tags=TAGS, status_code=200)
async def finish_call(
    call_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Call:
    """Note that the person was told."""
    return Call.of(await service.call_done(session, staff, call_id, cipher=cipher, now=clock()))


@post("/staff/calls/{call_id:uuid}/no-answer", operation_id="missCall", tags=TAGS, status_code=200)
async def miss_call(
    call_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Call:
    """Note that nobody answered; the call comes back in a while, an urgent one at once."""
    return Call.of(await service.call_unanswered(session, staff, call_id, cipher=cipher, now=clock()))


STAFF_ROUTES: list[Any] = [list_calls, take_call, finish_call, miss_call, *ASSIST_ROUTES]

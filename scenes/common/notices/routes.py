"""The inbox over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.wire import Page
from scenes.common.notices import service
from scenes.common.notices.routes_channels import CHANNEL_ROUTES
from scenes.common.notices.wire import Message, shown

TAGS = ["me"]


@get("/me/inbox", operation_id="listInbox", tags=TAGS)
async def list_inbox(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cursor: FromQuery[UUID | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> Page[Message]:
    """List what the resident was told, newest first; the cursor is the last message of the page before."""
    rows = await service.inbox(reading, resident.subject_id, before=cursor, limit=limit + 1)
    items = [shown(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=str(items[-1].id) if len(rows) > limit else None)


@post("/me/inbox/{message_id:uuid}/read", operation_id="readMessage", tags=TAGS, status_code=200)
async def read_message(
    message_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Message:
    """Note that a message was read; reading it again changes nothing."""
    return shown(await service.read(session, message_id, person_id=resident.subject_id, now=clock()))


ROUTES: list[Any] = [list_inbox, read_message, *CHANNEL_ROUTES]

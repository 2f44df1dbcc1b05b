"""The inbox as a page."""

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.speech import spoken_when
from scenes.common.notices import service
from scenes.common.notices.pages_preferences import PREFERENCE_PAGES

LISTED = 20


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """One message of the inbox."""

    id: str
    title: str
    text: str
    at: str
    unread: bool


class InboxView(msgspec.Struct, frozen=True, kw_only=True):
    """The inbox, newest first."""

    messages: list[MessageView]
    older: str | None


@get("/me/inbox", include_in_schema=False)
async def show_inbox(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    before: FromQuery[UUID | None] = None,
) -> Response[str]:
    """Show what the resident was told, newest first."""
    rows, now = await service.inbox(reading, resident.subject_id, before=before, limit=LISTED + 1), clock()
    messages = [
        MessageView(
            id=str(row.id),
            title=row.title,
            text=row.text,
            at=spoken_when(row.at, now),
            unread=row.read_at is None,
        )
        for row in rows[:LISTED]
    ]
    older = f"/me/inbox?before={messages[-1].id}" if len(rows) > LISTED else None
    return render("notices/inbox.html", InboxView(messages=messages, older=older), title="消息")


@post("/me/inbox/{message_id:uuid}/read", include_in_schema=False)
async def read_message(
    message_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Note that a message was read."""
    del data
    await service.read(session, message_id, person_id=resident.subject_id, now=clock())
    return see_other("/me/inbox")


PAGES = [show_inbox, read_message, *PREFERENCE_PAGES]

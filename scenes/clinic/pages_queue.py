"""The queue before a door, as a page that follows it live."""

from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.service import queue, schedule
from scenes.clinic.service.queue import QueueView
from scenes.clinic.service.schedule import SessionView
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.pages import PageRender
from scenes.common.places.directory import PlaceDirectory


class QueuePage(msgspec.Struct, frozen=True, kw_only=True):
    """The queue before a door; `mine` are (number, how many are ahead, in words)."""

    title: str
    place: str
    serving: str
    waiting: int
    mine: list[tuple[str, str]]
    live: str
    here: str


def queue_page(view: QueueView, session: SessionView, *, place: str, person_id: UUID | None) -> QueuePage:
    """Show a queue: numbers only, no names."""
    mine: list[tuple[str, str]] = []
    for ticket, ahead in view.of(person_id):
        if ticket.number is None:
            mine.append(("还没取号", "到了先报到,再排队。"))
        elif ahead is None:
            mine.append((f"{ticket.number} 号", "轮到您了,请进诊室。"))
        else:
            mine.append((f"{ticket.number} 号", f"前面还有 {ahead} 位。" if ahead else "下一个就是您。"))
    row = view.session_id
    return QueuePage(
        title=f"{session.department.name} {session.doctor.name}",
        place=place,
        serving=f"{view.serving_no} 号" if view.serving_no is not None else "还没开始",
        waiting=len(view.waiting),
        mine=mine,
        live=f"/api/v1/clinic/sessions/{row}/queue/events",
        here=f"/clinic/queue/{row}",
    )


@get("/clinic/queue/{session_id:uuid}", include_in_schema=False)
async def show_queue(
    session_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show who is being served, how many wait, and one's own number; live where scripts run."""
    view = await queue.queue_of(session, session_id)
    clinic_session = await schedule.session_of(session, session_id, now=clock())
    place = directory.get(view.place_id)
    person_id = caller.subject_id if isinstance(caller, Resident) else None
    page = queue_page(view, clinic_session, place=place.name if place else "", person_id=person_id)
    return render("clinic/queue.html", page, title="排队")

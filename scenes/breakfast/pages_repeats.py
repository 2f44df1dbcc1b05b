"""The weekly orders as a page: what comes when, left out for once, ended."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.service import repeats
from scenes.breakfast.service.repeats import RepeatView
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, instant, local_day
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict
from scenes.common.kit.speech import WEEKDAYS, spoken_day, spoken_time

CONFLICT = 409


class RepeatCard(msgspec.Struct, frozen=True, kw_only=True):
    """A weekly order; without `skip` there is no day to leave out."""

    id: str
    heading: str
    what: str
    place: str
    person: str
    next: str
    skip: str
    skipped: list[str]


class RepeatsView(msgspec.Struct, frozen=True, kw_only=True):
    """All weekly orders."""

    repeats: list[RepeatCard]
    problem: str = ""


class SkipForm(PageForm, frozen=True, kw_only=True):
    """The day to leave out."""

    day: date


def repeat_card(view: RepeatView, *, place: str, person_id: UUID, now: datetime) -> RepeatCard:
    """Show a weekly order."""
    row, today = view.row, local_day(now)
    ahead = [day for day in (date.fromisoformat(text) for text in row.skips) if day >= today]
    return RepeatCard(
        id=str(row.id),
        heading=f"每周{WEEKDAYS[row.weekday]}{spoken_time(instant(today, row.at))}",
        what="、".join(f"{item.name}{item.quantity}份" for item in view.items),
        place=place,
        person=view.person_name if row.person_id != person_id else "",
        next=spoken_day(view.next_day, today) if view.next_day else "",
        skip=view.next_day.isoformat() if view.next_day else "",
        skipped=[spoken_day(day, today) for day in ahead],
    )


async def _view(
    session: AsyncSession, resident: Resident, place_names: PlaceNames, *, now: datetime, problem: str = ""
) -> RepeatsView:
    found = await repeats.repeats_of(session, resident.subject_id, now=now)
    cards = [
        repeat_card(view, place=place_names(view.row.place_id).name, person_id=resident.subject_id, now=now)
        for view in found
    ]
    return RepeatsView(repeats=cards, problem=problem)


@get("/breakfast/repeats", include_in_schema=False)
async def show_repeats(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the weekly orders by or for me."""
    view = await _view(session, resident, place_names, now=clock())
    return render("breakfast/repeats.html", view, title="每周的早饭")


@post("/breakfast/repeats/{repeat_id:uuid}/skip", include_in_schema=False)
async def skip_repeat(
    repeat_id: FromPath[UUID],
    data: URLEncodedBody[SkipForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Leave a day out; twice is the same, and a day that was ordered meanwhile is said to be."""
    try:
        await repeats.skip_day(session, resident.subject_id, repeat_id, day=data.day, now=clock())
    except Conflict as refused:
        view = await _view(session, resident, place_names, now=clock(), problem=refused.detail)
        return render("breakfast/repeats.html", view, title="每周的早饭", status=CONFLICT)
    return see_other("/breakfast/repeats")


@post("/breakfast/repeats/{repeat_id:uuid}/end", include_in_schema=False)
async def end_repeat(
    repeat_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """End a weekly order and show the others."""
    del data
    await repeats.end_repeat(session, resident.subject_id, repeat_id, now=clock())
    return see_other("/breakfast/repeats")


PAGES: list[Any] = [show_repeats, skip_repeat, end_repeat]

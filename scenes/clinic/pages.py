"""The clinic for residents: centres, departments, days and hours, the queue."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import store
from scenes.clinic.errand import errand_of
from scenes.clinic.errors import ClinicNotFound
from scenes.clinic.pages_appointment import APPOINTMENT_PAGES
from scenes.clinic.pages_queue import show_queue
from scenes.clinic.pages_staff import STAFF_PAGES
from scenes.clinic.pages_staff_schedule import STAFF_PAGES as SCHEDULE_PAGES
from scenes.clinic.pages_staff_walk_in import STAFF_PAGES as WALK_IN_PAGES
from scenes.clinic.pages_view import (
    DAYS,
    CentresView,
    CentreView,
    DepartmentView,
    day_tabs,
    department_line,
    first_free_day,
    session_card,
)
from scenes.clinic.service import schedule
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.pages import PageRender, see_other
from scenes.common.kit.speech import spoken_day
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.pages_view import WalkFrom, line_of

FARTHEST_MINUTES = 60
LISTED = 20
ASKED = 100
"""Places looked at for those that can be booked: small stations are places too."""


@get("/clinic", include_in_schema=False)
async def show_centres(
    database: NamedDependency[Database],
    directory: NamedDependency[PlaceDirectory],
    walk_from: NamedDependency[WalkFrom],
    render: NamedDependency[PageRender],
    request: Request[Any, Any, Any],
) -> Response[str]:
    """Show the health centres within an hour on foot, nearest first; all of them when none is."""
    now = directory.clock()
    async with database.read() as reading:
        bookable = await store.venue_ids(reading)
    found = directory.near(
        walk_from.lat, walk_from.lng, minutes=FARTHEST_MINUTES, pace=walk_from.pace, scene="clinic",
        limit=ASKED, at=now,
    )  # fmt: skip
    shown = [near for near in found if near.place.id in bookable][:LISTED]
    if not shown:
        known = (directory.at(place_id, now) for place_id in sorted(bookable)[:LISTED])
        shown = [near for near in known if near is not None]
    errand = errand_of(request)
    lines = [
        msgspec.structs.replace(line_of(near, now), href=errand.along(f"/clinic/{near.place.id}"))
        for near in shown
    ]
    return render(
        "clinic/centres.html", CentresView(lines=lines, origin=walk_from.said(shown)), title="看病预约"
    )


@get("/clinic/{place_id:uuid}", include_in_schema=False)
async def show_centre(
    place_id: FromPath[UUID],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
    request: Request[Any, Any, Any],
) -> Redirect | Response[str]:
    """Show a health centre's departments and what is free in each; one without any, as a place."""
    now, place = clock(), directory.get(place_id)
    if place is None:
        raise ClinicNotFound
    first = local_day(now)
    departments = await store.departments(reading, place_id)
    if not departments:
        return see_other(f"/places/{place_id}")
    views = await schedule.sessions_of(
        reading, place_id, first=first, last=first + timedelta(days=DAYS - 1), limit=2000, now=now
    )
    errand = errand_of(request)
    view = CentreView(
        name=place.name,
        back=errand.along("/clinic"),
        address=place.address,
        phone=place.phone,
        place_href=f"/places/{place_id}",
        departments=[
            department_line(row, views, now, href=errand.along(f"/clinic/{place_id}/{row.id}"))
            for row in departments
        ],
    )
    return render("clinic/centre.html", view, title=place.name)


@get("/clinic/{place_id:uuid}/{department_id:uuid}", include_in_schema=False)
async def show_department(
    place_id: FromPath[UUID],
    department_id: FromPath[UUID],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
    request: Request[Any, Any, Any],
    *,
    day: Annotated[date | None, QueryParameter(name="date")] = None,
) -> Response[str]:
    """Show a strip of days, and the doctors of the chosen one with their hours."""
    now, place = clock(), directory.get(place_id)
    departments = {row.id: row for row in await schedule.departments_of(reading, place_id)}
    if place is None or department_id not in departments:
        raise ClinicNotFound
    first = local_day(now)
    views = await schedule.sessions_of(
        reading, place_id, first=first, last=first + timedelta(days=DAYS - 1), department_id=department_id,
        limit=2000, now=now,
    )  # fmt: skip
    chosen = day if day is not None else first_free_day(views, first=first, now=now)
    base, errand = f"/clinic/{place_id}/{department_id}", errand_of(request)
    view = DepartmentView(
        place=place.name,
        back=errand.along(f"/clinic/{place_id}"),
        department=departments[department_id].name,
        day=spoken_day(chosen, first),
        days=day_tabs(views, base=base, first=first, chosen=chosen, now=now, along=errand.along),
        sessions=[session_card(each, now, along=errand.along) for each in views if each.row.day == chosen],
    )
    return render("clinic/department.html", view, title=f"{view.department} · {place.name}")


@get("/clinic/sessions/{session_id:uuid}", include_in_schema=False)
async def show_session(
    session_id: FromPath[UUID], reading: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> Redirect:
    """Go to the day of a session, from a message for instance."""
    row = (await schedule.session_of(reading, session_id, now=clock())).row
    return see_other(f"/clinic/{row.place_id}/{row.department_id}?date={row.day}#s-{row.id}")


PAGES: list[Any] = [
    show_centres,
    show_centre,
    show_department,
    show_session,
    show_queue,
    *APPOINTMENT_PAGES,
    *STAFF_PAGES,
    *SCHEDULE_PAGES,
    *WALK_IN_PAGES,
]

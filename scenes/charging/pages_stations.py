"""Charging for residents: where to go, a station with its connectors and prices, its queue."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.pages_station_view import HALF_HOUR, station_view
from scenes.charging.pages_stations_view import stations_view
from scenes.charging.service import guidance, queue
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.database import Database
from scenes.common.kit.limits import Limits
from scenes.common.kit.pages import OK, PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.pages_view import WalkFrom

LISTED: Final = 20
MOST_AHEAD: Final = 240
CONFLICT: Final = 409


class JoinForm(PageForm, frozen=True, kw_only=True):
    """For which kind of connector somebody waits."""

    kind: int


class PlaceForm(PageForm, frozen=True, kw_only=True):
    """A place in the queue, seen on a station's page."""

    station: UUID


@get("/charging", include_in_schema=False)
async def show_stations(
    directory: NamedDependency[PlaceDirectory],
    walk_from: NamedDependency[WalkFrom],
    render: NamedDependency[PageRender],
    *,
    arrive_in: Annotated[int | None, QueryParameter(name="in", ge=0, le=MOST_AHEAD)] = None,
    kind: FromQuery[int | None] = None,
) -> Response[str]:
    """Show where to charge, the best first, for the arrival and the kind chosen."""
    now = directory.clock()
    wish = guidance.Wish(
        lat=walk_from.lat, lng=walk_from.lng, arrive_in=arrive_in, kind=kind, pace=walk_from.pace
    )
    await guidance.loaded(directory).freshen(now)
    found, _ = guidance.advise(directory, wish, now, limit=LISTED)
    origin = walk_from.said(advice.near for advice in found)
    view = stations_view(found, origin=origin, arrive_in=arrive_in, kind=kind)
    return render("charging/station_list.html", view, title="充电")


@get("/charging/{station_id:uuid}", include_in_schema=False)
async def show_station(
    station_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    session: NamedDependency[AsyncSession],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show a station: each connector with its age, prices by period, what to do there, the queue."""
    return await _station(station_id, caller, session, directory=directory, render=render)


async def _station(
    station_id: UUID,
    caller: Caller,
    session: AsyncSession,
    *,
    directory: PlaceDirectory,
    render: PageRender,
    problem: str = "",
) -> Response[str]:
    now, board = directory.clock(), guidance.loaded(directory)
    await board.hear(session, station_id)
    advice = guidance.station_advice(directory, station_id, now)
    later = guidance.station_advice(directory, station_id, now, arrives_at=now + HALF_HOUR)
    resident = caller if isinstance(caller, Resident) else None
    places = await queue.mine(session, resident.subject_id) if resident else []
    view = station_view(
        advice, later, board,
        mine=[place for place in places if place.row.station_id == station_id],
        signed_in=resident is not None, now=now, problem=problem,
    )  # fmt: skip
    return render("charging/station.html", view, title=view.name, status=CONFLICT if problem else OK)


@post("/charging/{station_id:uuid}/queue", include_in_schema=False)
async def join_queue(
    station_id: FromPath[UUID],
    data: URLEncodedBody[JoinForm],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    database: NamedDependency[Database],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Join the queue; joining twice is one place, a refusal is said on the page."""
    await limits.check("chargingQueue", resident.person_id)
    try:
        async with database.transaction() as session:
            await queue.join(
                session, guidance.loaded(directory), resident=resident, station_id=station_id,
                kind=data.kind, now=directory.clock(),
            )  # fmt: skip
    except Conflict as refused:
        async with database.read() as session:
            return await _station(
                station_id, resident, session, directory=directory, render=render, problem=refused.detail
            )
    return see_other(f"/charging/{station_id}")


@post("/charging/queue/{entry_id:uuid}/snooze", include_in_schema=False)
async def snooze_queue(
    entry_id: FromPath[UUID],
    data: URLEncodedBody[PlaceForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Let others go first for the longest time the rule allows."""
    rule = guidance.loaded(directory).rule
    try:
        await queue.snooze(
            database, ledger, resident=resident, entry_id=entry_id, minutes=rule.queue_snooze_minutes,
            rule=rule, now=directory.clock(),
        )  # fmt: skip
    except Conflict as refused:
        async with database.read() as session:
            return await _station(
                data.station, resident, session, directory=directory, render=render, problem=refused.detail
            )
    return see_other(f"/charging/{data.station}")


@post("/charging/queue/{entry_id:uuid}/leave", include_in_schema=False)
async def leave_queue(
    entry_id: FromPath[UUID],
    data: URLEncodedBody[PlaceForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    directory: NamedDependency[PlaceDirectory],
) -> Redirect:
    """Stop waiting."""
    await queue.leave(database, ledger, resident=resident, entry_id=entry_id, now=directory.clock())
    return see_other(f"/charging/{data.station}")


PAGES: list[Any] = [show_stations, show_station, join_queue, snooze_queue, leave_queue]

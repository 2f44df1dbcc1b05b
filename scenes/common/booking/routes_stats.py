"""Statistics over HTTP: by day, venue and scene, and as a file."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.rules_stats import checked_span
from scenes.common.booking.service_stats import report_of
from scenes.common.booking.wire_stats import Stats, stats_csv
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.people.service import append_audit
from scenes.common.places.directory import PlaceDirectory

Day = Annotated[date | None, QueryParameter()]
PlaceId = Annotated[UUID | None, QueryParameter(name="placeId")]


@get("/staff/stats", operation_id="getStats", tags=["staff"])
async def get_stats(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    directory: NamedDependency[PlaceDirectory],
    clock: NamedDependency[Clock],
    *,
    since: Day = None,
    until: Day = None,
    place_id: PlaceId = None,
) -> Stats:
    """Count what was offered, booked, kept and missed at the venues of who asks; the last week by default."""
    span = checked_span(since, until, local_day(clock()))
    return Stats.of(span, await report_of(reading, staff, directory, place_id=place_id, span=span))


@get("/staff/export.csv", operation_id="exportStats", tags=["staff"], media_type="text/csv")
async def export_stats(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    directory: NamedDependency[PlaceDirectory],
    clock: NamedDependency[Clock],
    *,
    since: Day = None,
    until: Day = None,
    place_id: PlaceId = None,
) -> Response[bytes]:
    """Export the same figures for spreadsheets; no names; that it was done is written down."""
    now = clock()
    span = checked_span(since, until, local_day(now))
    report = await report_of(session, staff, directory, place_id=place_id, span=span)
    await append_audit(session, staff.staff_id, action="staff.export", now=now)
    headers = {"Content-Disposition": f'attachment; filename="lifecircle-{span[0]}-{span[1]}.csv"'}
    return Response(stats_csv(report), media_type="text/csv; charset=utf-8", headers=headers)


STAFF_ROUTES: list[Any] = [get_stats, export_stats]

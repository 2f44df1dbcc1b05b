"""The charging desk over HTTP: prices, the day's report, and entries that were looked at."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service import report, site, tariffs
from scenes.charging.wire_staff import (
    StationTariff,
    TariffRequest,
)
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import Page, encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]
PlaceId = Annotated[UUID, QueryParameter(name="placeId")]
Day = Annotated[date | None, QueryParameter(name="date")]


@get("/staff/charging/stations/{station_id:uuid}/tariffs", operation_id="listTariffs", tags=["staff"])
async def list_tariffs(
    station_id: FromPath[UUID], staff: NamedDependency[Staff], session: NamedDependency[AsyncSession]
) -> Page[StationTariff]:
    """List a station's prices: those to come, those in force, those gone by."""
    found = await tariffs.tariffs_of(session, staff, station_id)
    return Page(items=[StationTariff.of(each) for each in found])


@post(
    "/staff/charging/stations/{station_id:uuid}/tariffs",
    operation_id="setTariff",
    tags=["staff"],
    responses={201: ResponseSpec(StationTariff, description="In force from its day on")},
)
async def set_tariff(
    station_id: FromPath[UUID],
    data: JSONBody[TariffRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Put prices into force from a day on; running sessions keep theirs."""
    now, checked = clock(), checked_key(key)

    async def act() -> tuple[int, bytes]:
        done = await tariffs.set_tariff(
            session, staff, station_id, since=data.since, periods=data.parsed(), now=now
        )
        return 201, encode(StationTariff.of(done))

    mark = fingerprint(f"/staff/charging/stations/{station_id}/tariffs", data)
    return respond(await once(session, staff.staff_id, key=checked, fingerprint=mark, now=now, act=act))


@get("/staff/charging/report.csv", operation_id="getChargingReport", tags=["staff"], media_type="text/csv")
async def get_report(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    place_id: PlaceId,
    day: Day = None,
) -> Response[str]:
    """Give a station's day as a table: every charge, its energy, its money, and what differs."""
    wanted = day or local_day(clock())
    table = await report.day_report(session, staff, place_id, day=wanted)
    headers = {"Content-Disposition": f'attachment; filename="charging-{wanted}.csv"'}
    return Response(table, media_type="text/csv", headers=headers)


@post(
    "/staff/charging/incidents/{incident_id:uuid}/settle",
    operation_id="settleIncident",
    tags=["staff"],
    status_code=204,
)
async def settle_incident(
    incident_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Say that what an operator sent wrongly was looked at."""
    await site.settle_incident(session, staff, incident_id, now=clock())


@post(
    "/staff/charging/differences/{difference_id:uuid}/settle",
    operation_id="settleDifference",
    tags=["staff"],
    status_code=204,
)
async def settle_difference(
    difference_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Say that a difference between the operator's books and ours was settled."""
    await site.settle_difference(session, staff, difference_id, now=clock())


ROUTES: list[Any] = [list_tariffs, set_tariff, get_report, settle_incident, settle_difference]

"""The charging desk over HTTP: the board, prices, broken connectors, the day's report; and reporting them."""

from collections.abc import AsyncGenerator
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service import faults, outages, report, site, tariffs
from scenes.charging.wire_staff import (
    FaultReport,
    FaultRequest,
    OutOfServiceRequest,
    SiteBoard,
    StationTariff,
    TariffRequest,
    Touched,
)
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import Page, encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]
PlaceId = Annotated[UUID, QueryParameter(name="placeId")]
Day = Annotated[date | None, QueryParameter(name="date")]

TICK_SECONDS: Final = 5.0


@get("/staff/charging/board", operation_id="getChargingBoard", tags=["staff"])
async def get_board(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    place_id: PlaceId,
    day: Day = None,
) -> SiteBoard:
    """Show a station's day, names masked; who has seen whom is written down."""
    now = clock()
    board = await site.board_of(session, staff, place_id=place_id, day=day or local_day(now), now=now)
    await site.audit_board(session, staff, board)
    return SiteBoard.of(board)


@get("/staff/charging/board/events", operation_id="followChargingBoard", tags=["staff"])
async def follow_board(
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    *,
    place_id: PlaceId,
    day: Day = None,
) -> ServerSentEvent:
    """Follow a station's day live: an event `board` with the whole board whenever it changed.

    Written down in the audit log once for everyone shown, and again for who comes in later.
    """
    tariffs.check_scope(staff, place_id)
    shown: set[UUID] = set()

    async def read() -> SiteBoard:
        now = clock()
        async with database.transaction() as session:
            board = await site.board_of(session, staff, place_id=place_id, day=day or local_day(now), now=now)
            if not board.people <= shown:
                await site.audit_board(session, staff, board)
                shown.update(board.people)
        return SiteBoard.of(board)

    async def events() -> AsyncGenerator[ServerSentEventMessage]:
        async with fanout.listen(f"station:{place_id}", tick_seconds=TICK_SECONDS) as changes:
            last = await read()
            yield _shown(last)
            async for _ in changes:
                present = await read()
                if present.connectors != last.connectors or present.faults != last.faults:
                    yield _shown(present)
                last = present

    return ServerSentEvent(events())


def _shown(board: SiteBoard) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=encode(board).decode(), event="board")


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


@post(
    "/charging/connectors/{connector_id:uuid}/faults",
    operation_id="reportFault",
    tags=["charging"],
    responses={201: ResponseSpec(FaultReport, description="Staff will look at it")},
)
async def report_fault(
    connector_id: FromPath[UUID],
    data: JSONBody[FaultRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Say that a connector is broken, with a photo if there is one."""
    now, checked = clock(), checked_key(key)

    async def act() -> tuple[int, bytes]:
        fault = await faults.report_fault(
            session, resident, connector_id, kind=data.kind, note=data.note, photo=data.photo_bytes(), now=now
        )
        return 201, encode(FaultReport.of(fault))

    mark = fingerprint(f"/charging/connectors/{connector_id}/faults", data)
    return respond(await once(session, resident.person_id, key=checked, fingerprint=mark, now=now, act=act))


@get("/staff/charging/faults", operation_id="listFaults", tags=["staff"])
async def list_faults(
    staff: NamedDependency[Staff], session: NamedDependency[AsyncSession], *, place_id: PlaceId
) -> Page[FaultReport]:
    """List a station's fault reports: those still open first."""
    found = await faults.faults_of(session, staff, place_id)
    return Page(items=[FaultReport.of(each) for each in found])


@get("/staff/charging/faults/{report_id:uuid}/photo", operation_id="getFaultPhoto", tags=["staff"])
async def get_photo(
    report_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Response[bytes]:
    """Show a report's photo; who looked is written down."""
    photo, media_type = await faults.photo_of(session, staff, report_id, now=clock())
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return Response(photo, media_type=media_type, headers=headers)


async def _handled(
    session: AsyncSession, staff: Staff, report_id: UUID, *, event: str, now: datetime
) -> FaultReport:
    return FaultReport.of(await faults.handle(session, staff, report_id, event=event, now=now))


@post(
    "/staff/charging/faults/{report_id:uuid}/confirm",
    operation_id="confirmFault",
    tags=["staff"],
    status_code=200,
)
async def confirm_fault(
    report_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> FaultReport:
    """Say that a reported connector is broken indeed."""
    return await _handled(session, staff, report_id, event="confirm", now=clock())


@post(
    "/staff/charging/faults/{report_id:uuid}/dismiss",
    operation_id="dismissFault",
    tags=["staff"],
    status_code=200,
)
async def dismiss_fault(
    report_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> FaultReport:
    """Say that a reported connector works."""
    return await _handled(session, staff, report_id, event="dismiss", now=clock())


@post(
    "/staff/charging/faults/{report_id:uuid}/repair",
    operation_id="repairFault",
    tags=["staff"],
    status_code=200,
)
async def repair_fault(
    report_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> FaultReport:
    """Say that a reported connector has been repaired."""
    return await _handled(session, staff, report_id, event="repair", now=clock())


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


@get(
    "/staff/charging/connectors/{connector_id:uuid}/out-of-service",
    operation_id="previewOutage",
    tags=["staff"],
)
async def preview_outage(
    connector_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Touched:
    """Show whose reservations taking a connector out of service would touch; nothing happens yet."""
    return Touched.of(await outages.preview_outage(session, staff, connector_id, now=clock()))


@post(
    "/staff/charging/connectors/{connector_id:uuid}/out-of-service",
    operation_id="takeOutOfService",
    tags=["staff"],
    status_code=200,
)
async def take_out(
    connector_id: FromPath[UUID],
    data: JSONBody[OutOfServiceRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Touched:
    """Take a connector out of service; its reservations are moved, or cancelled with notice."""
    outage = await outages.take_out(
        database, ledger, staff=staff, connector_id=connector_id, reason=data.reason, clock=clock
    )
    await fanout.publish(f"station:{outage.station_id}", b"changed")
    return Touched.of(outage)


@post(
    "/staff/charging/connectors/{connector_id:uuid}/back",
    operation_id="bringBack",
    tags=["staff"],
    status_code=204,
)
async def bring_back(
    connector_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> None:
    """Put a connector back into service."""
    async with database.transaction() as session:
        station_id = await outages.bring_back(session, staff, connector_id, now=clock())
    await fanout.publish(f"station:{station_id}", b"changed")


ROUTES: list[Any] = [
    preview_outage,
    take_out,
    bring_back,
    get_board,
    follow_board,
    list_tariffs,
    set_tariff,
    report_fault,
    list_faults,
    get_photo,
    confirm_fault,
    dismiss_fault,
    repair_fault,
    get_report,
    settle_incident,
    settle_difference,
]

"""The charging desk as pages that work by keyboard: the day, prices, broken connectors, outages."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.pages_outages_view import done_page, faults_page, preview_page
from scenes.charging.pages_staff_view import site_page
from scenes.charging.pages_tariffs_view import PeriodRow, tariffs_page
from scenes.charging.service import faults, outages, site, tariffs
from scenes.charging.wire_staff import TariffPeriod, TariffRequest
from scenes.common.booking.errors import PreviewStale
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.pages_desk import CONSOLE, board_elsewhere
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.pages import PageForm, PageRender, Several, see_other, several
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.people.service import audit_board
from scenes.common.places.directory import PlaceDirectory

PlaceId = Annotated[UUID, QueryParameter(name="placeId")]
Day = Annotated[date | None, QueryParameter(name="date")]
CONFLICT: Final = 409
WRONG: Final = "时间写成 08:00,价钱写成 0.8,每个时段三格都要填。"


class TariffForm(PageForm, frozen=True, kw_only=True):
    """New prices: three lists of the same length, empty lines left out."""

    since: date
    start: Several = ""
    elec: Several = ""
    service: Several = ""

    def rows(self) -> list[PeriodRow]:
        """Return the lines in which anything was typed."""
        lines = zip(several(self.start), several(self.elec), several(self.service), strict=False)
        return [
            PeriodRow(start=s.strip(), elec=e.strip(), service=v.strip()) for s, e, v in lines if s or e or v
        ]

    def request(self) -> TariffRequest:
        """Read the lines as the call does (Invalid)."""
        periods = [
            TariffPeriod(start=row.start, elec_price=row.elec, service_price=row.service)
            for row in self.rows()
        ]
        plain = msgspec.to_builtins(TariffRequest(since=self.since, periods=periods))
        try:
            return msgspec.convert(plain, TariffRequest)
        except msgspec.ValidationError as wrong:
            raise Invalid(WRONG) from wrong


class OutageForm(PageForm, frozen=True, kw_only=True):
    """Why a connector goes out of service, and the preview that was looked at."""

    reason: str
    token: str = ""


class BackForm(PageForm, frozen=True, kw_only=True):
    """Which board a button stood on."""

    place_id: UUID


@get("/staff/charging", include_in_schema=False)
async def show_board(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
    *,
    place_id: Annotated[UUID | None, QueryParameter(name="placeId")] = None,
    day: Day = None,
) -> Redirect | Response[str]:
    """Show a station's day; without one of this room, go on."""
    if place_id is None:
        return see_other(CONSOLE)
    elsewhere = board_elsewhere(directory, "charging", place_id, day)
    if elsewhere is not None:
        return see_other(elsewhere)
    now = clock()
    board = await site.board_of(session, staff, place_id=place_id, day=day or local_day(now), now=now)
    await audit_board(session, staff.staff_id, board.people, now=now)
    page = site_page(board, place=place_names(place_id).name)
    return render("charging/staff_board.html", page, title=f"充电 · {page.frame.place}")


@get("/staff/charging/tariffs", include_in_schema=False)
async def show_tariffs(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: PlaceId,
) -> Response[str]:
    """Show a station's prices, and a form for new ones."""
    known = await tariffs.tariffs_of(session, staff, place_id)
    page = tariffs_page(
        known, place=place_names(place_id).name, place_id=str(place_id), today=local_day(clock())
    )
    return render("charging/staff_tariffs.html", page, title=f"电价 · {page.place}")


@post("/staff/charging/tariffs", include_in_schema=False)
async def set_tariff(
    data: URLEncodedBody[TariffForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: PlaceId,
) -> Redirect | Response[str]:
    """Put prices into force from a day on; what is wrong is said beside what was typed."""
    now = clock()
    try:
        asked = data.request()
        async with database.transaction() as session:
            await tariffs.set_tariff(
                session, staff, place_id, since=asked.since, periods=asked.parsed(), now=now
            )
    except (Conflict, Invalid) as refused:
        async with database.read() as session:
            known = await tariffs.tariffs_of(session, staff, place_id)
        page = tariffs_page(
            known, place=place_names(place_id).name, place_id=str(place_id), today=local_day(now),
            typed=data.rows(), since=f"{data.since}", problem=refused.detail,
        )  # fmt: skip
        return render("charging/staff_tariffs.html", page, title="电价没有改成", status=CONFLICT)
    return see_other(f"/staff/charging/tariffs?placeId={place_id}")


@get("/staff/charging/faults", include_in_schema=False)
async def show_faults(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: PlaceId,
) -> Response[str]:
    """Show a station's fault reports."""
    now = clock()
    found = await faults.faults_of(session, staff, place_id)
    board = await site.board_of(session, staff, place_id=place_id, day=local_day(now), now=now)
    numbers = {str(plug.id): plug.number for plug in board.plugs}
    page = faults_page(found, place=place_names(place_id).name, place_id=str(place_id), numbers=numbers)
    return render("charging/staff_faults.html", page, title=f"报修 · {page.place}")


@post(
    [f"/staff/charging/faults/{{report_id:uuid}}/{event}" for event in ("confirm", "dismiss", "repair")],
    include_in_schema=False,
)
async def handle_fault(
    request: Request[Any, Any, Any],
    report_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Confirm a report, dismiss it, or say that it is repaired."""
    del data
    event = request.scope["path"].rsplit("/", 1)[-1]
    fault = await faults.handle(session, staff, report_id, event=event, now=clock())
    return see_other(f"/staff/charging/faults?placeId={fault.station_id}")


@get("/staff/charging/connectors/{connector_id:uuid}", include_in_schema=False)
async def show_outage(
    connector_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show whose reservations an outage would touch, and ask why; nothing happens yet."""
    row = await site.own_connector(session, staff, connector_id)
    outage = await outages.preview_outage(session, staff, connector_id, now=clock())
    page = preview_page(outage, number=row.number, name=row.name)
    return render("charging/staff_outage.html", page, title=page.title)


@post("/staff/charging/connectors/{connector_id:uuid}", include_in_schema=False)
async def take_out(
    connector_id: FromPath[UUID],
    data: URLEncodedBody[OutageForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Take a connector out of service; doing it twice is doing it once.

    Where others would be touched by now than those that were shown, they are shown first.
    """
    reason = data.reason.strip()[:100] or "检修"
    try:
        outage = await outages.take_out(
            database, ledger, staff=staff, connector_id=connector_id, token=data.token, reason=reason,
            clock=clock,
        )  # fmt: skip
    except PreviewStale as stale:
        async with database.transaction() as session:
            row = await site.own_connector(session, staff, connector_id)
            present = await outages.preview_outage(session, staff, connector_id, now=clock())
            page = preview_page(
                present, number=row.number, name=row.name, reason=reason, problem=stale.detail
            )
        return render("charging/staff_outage.html", page, title=page.title, status=CONFLICT)
    await fanout.publish(f"station:{outage.station_id}", b"changed")
    page = done_page(outage)
    return render("charging/staff_outage.html", page, title=page.title, status=200)


@post("/staff/charging/connectors/{connector_id:uuid}/back", include_in_schema=False)
async def bring_back(
    connector_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Put a connector back into service."""
    del data
    async with database.transaction() as session:
        station_id = await outages.bring_back(session, staff, connector_id, now=clock())
    await fanout.publish(f"station:{station_id}", b"changed")
    return see_other(f"/staff/charging?placeId={station_id}")


@post(
    [
        "/staff/charging/incidents/{entry_id:uuid}/settle",
        "/staff/charging/differences/{entry_id:uuid}/settle",
    ],
    include_in_schema=False,
)
async def settle(
    request: Request[Any, Any, Any],
    entry_id: FromPath[UUID],
    data: URLEncodedBody[BackForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Say that an entry was looked at."""
    act = site.settle_incident if "/incidents/" in request.scope["path"] else site.settle_difference
    await act(session, staff, entry_id, now=clock())
    return see_other(f"/staff/charging?placeId={data.place_id}")


PAGES: list[Any] = [
    show_board,
    show_tariffs,
    set_tariff,
    show_faults,
    handle_fault,
    show_outage,
    take_out,
    bring_back,
    settle,
]

"""Saying that a connector is broken: one page, a photo if one likes, and thanks."""

from asyncio import to_thread
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import ConnectorUnknown
from scenes.charging.rules.faults import FAULT_WORDS, FaultKind
from scenes.charging.service import faults
from scenes.charging.store import site as store
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.limits import Limits
from scenes.common.kit.pages import PageRender
from scenes.common.kit.photos import MOST_BYTES, MOST_FORM, redrawn
from scenes.common.kit.refusals import Conflict, Invalid, Throttled

CONFLICT: Final = 409
TOO_MANY: Final = 429
LONGEST_NOTE: Final = 200


class ReportForm(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, in the person's words, and a photo; empty where none came along."""

    kind: FaultKind = "other"
    note: str = ""
    photo: bytes = b""


async def read_form(request: Request[Any, Any, Any]) -> ReportForm:
    """Read a multipart form, at most one byte more of a photo than is allowed."""
    form = await request.form()
    photo, kind = form.get("photo"), form.get("kind")
    return ReportForm(
        kind=kind if kind in FAULT_WORDS else "other",
        note=str(form.get("note") or "").replace("\x00", "").strip()[:LONGEST_NOTE],
        photo=await photo.read(MOST_BYTES + 1) if isinstance(photo, UploadFile) else b"",
    )


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """The form, or thanks."""

    place: str
    connector: str
    back: str
    action: str
    kinds: list[tuple[str, str, bool]]
    note: str = ""
    problem: str = ""
    thanks: bool = False


async def _view(
    session: AsyncSession,
    connector_id: UUID,
    place_names: PlaceNames,
    *,
    form: ReportForm | None = None,
    problem: str = "",
    thanks: bool = False,
) -> ReportView:
    row = await store.connector(session, connector_id)
    if row is None or row.gone_at is not None:
        raise ConnectorUnknown
    chosen = form.kind if form is not None else "no_power"
    return ReportView(
        place=place_names(row.station_id).name,
        connector=row.name or f"{row.number}号枪",
        back=f"/charging/{row.station_id}",
        action=f"/charging/connectors/{connector_id}/report",
        kinds=[(kind, words, kind == chosen) for kind, words in FAULT_WORDS.items()],
        note=form.note if form is not None else "",
        problem=problem,
        thanks=thanks,
    )


@get("/charging/connectors/{connector_id:uuid}/report", include_in_schema=False)
async def show_report(
    connector_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Ask what is wrong with a connector."""
    del resident  # reporting needs somebody who can be asked again
    view = await _view(reading, connector_id, place_names)
    return render("charging/fault_report.html", view, title="报修")


@post(
    "/charging/connectors/{connector_id:uuid}/report",
    include_in_schema=False,
    request_max_body_size=MOST_FORM,
)
async def report(
    connector_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Take the report; the same person reports a connector once until it was looked at."""
    data = await read_form(request)
    try:
        await limits.check("chargingReport", resident.person_id)
        photo = await to_thread(redrawn, data.photo) if data.photo else None
        async with database.transaction() as session:
            await faults.report_fault(
                session, resident, connector_id, kind=data.kind, note=data.note, photo=photo, now=clock()
            )
            view = await _view(session, connector_id, place_names, thanks=True)
    except (Conflict, Invalid, Throttled) as refused:
        async with database.read() as session:
            view = await _view(session, connector_id, place_names, form=data, problem=refused.detail)
        return render(
            "charging/fault_report.html",
            view,
            title="没有报成",
            status=TOO_MANY if isinstance(refused, Throttled) else CONFLICT,
        )
    return render("charging/fault_report.html", view, title="谢谢您", status=200)


PAGES: list[Any] = [show_report, report]

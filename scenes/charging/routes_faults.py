"""Broken connectors over HTTP: residents report them, staff look at the reports."""

from asyncio import to_thread
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service import faults
from scenes.charging.wire_staff import (
    FaultReport,
    FaultRequest,
)
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.limits import Limits
from scenes.common.kit.photos import MOST_BODY, redrawn
from scenes.common.kit.wire import Page, encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]
PlaceId = Annotated[UUID, QueryParameter(name="placeId")]


@post(
    "/charging/connectors/{connector_id:uuid}/faults",
    operation_id="reportFault",
    tags=["charging"],
    request_max_body_size=MOST_BODY,
    responses={201: ResponseSpec(FaultReport, description="Staff will look at it")},
)
async def report_fault(
    connector_id: FromPath[UUID],
    data: JSONBody[FaultRequest],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Say that a connector is broken, with a photo if there is one."""
    now, checked, content = clock(), checked_key(key), data.photo_bytes()
    mark = fingerprint(f"/charging/connectors/{connector_id}/faults", data)
    photo = None if content is None else await to_thread(redrawn, content)
    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            await limits.check("chargingReport", resident.person_id)
            fault = await faults.report_fault(
                session, resident, connector_id, kind=data.kind, note=data.note, photo=photo, now=now
            )
            return 201, encode(FaultReport.of(fault))

        answer = await once(session, resident.person_id, key=checked, fingerprint=mark, now=now, act=act)
    return respond(answer)


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


ROUTES: list[Any] = [report_fault, list_faults, get_photo, confirm_fault, dismiss_fault, repair_fault]

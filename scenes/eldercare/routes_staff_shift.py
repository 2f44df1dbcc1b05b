"""The change of shifts over HTTP: notes for the next one, and the day's report."""

from datetime import date
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.wire import Page
from scenes.eldercare.service import shift_change
from scenes.eldercare.wire_care_csv import report_csv
from scenes.eldercare.wire_care_staff import HandoverNote, HandoverRequest

TAGS = ["staff"]


@get("/staff/requests/handover", operation_id="listHandoverNotes", tags=TAGS)
async def list_notes(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
) -> Page[HandoverNote]:
    """Read what the last shifts left, newest first."""
    return Page(
        items=[HandoverNote.of(note) for note in await shift_change.notes(reading, staff, cipher=cipher)]
    )


@post("/staff/requests/handover", operation_id="leaveHandoverNote", tags=TAGS, status_code=204)
async def leave_note(
    data: JSONBody[HandoverRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> None:
    """Leave a note to the next shift of a venue."""
    await shift_change.leave_note(session, staff, data.place_id, words=data.note, cipher=cipher, now=clock())


@get("/staff/requests/report.csv", operation_id="exportCareDay", tags=TAGS)
async def export_day(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    day: Annotated[date | None, QueryParameter(name="date")] = None,
) -> Response[bytes]:
    """Export a day's requests with the time of each step; no names, no places."""
    lines = await shift_change.report(reading, staff, day or local_day(clock()))
    return Response(report_csv(lines), media_type="text/csv; charset=utf-8")


ROUTES: list[Any] = [list_notes, leave_note, export_day]

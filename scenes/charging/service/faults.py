"""Residents' word that a connector is broken, and what staff make of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import ConnectorUnknown, FaultNotFound, FaultReported
from scenes.charging.rules.faults import FaultKind, report_after
from scenes.charging.service.tariffs import check_scope
from scenes.charging.store import site as store
from scenes.charging.tables import FaultReportRow
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.ids import new_id
from scenes.common.kit.photos import MEDIA_TYPE
from scenes.common.people.service import append_audit

LISTED: Final = 100


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A report: open, confirmed, dismissed or repaired."""

    id: UUID
    connector_id: UUID
    station_id: UUID
    kind: str
    note: str
    has_photo: bool
    state: str
    at: datetime


async def report_fault(  # noqa: PLR0913 - each is one fact of the report
    session: AsyncSession,
    resident: Resident,
    connector_id: UUID,
    *,
    kind: FaultKind,
    note: str,
    photo: bytes | None,
    now: datetime,
) -> Fault:
    """Report a broken connector (ConnectorUnknown, FaultReported while one is open); `photo` is redrawn."""
    connector = await store.connector(session, connector_id, lock=True)
    if connector is None or connector.gone_at is not None:
        raise ConnectorUnknown
    if await store.open_report(session, connector_id, resident.person_id) is not None:
        raise FaultReported
    row = FaultReportRow(
        id=new_id(), connector_id=connector_id, station_id=connector.station_id,
        person_id=resident.person_id, kind=kind, note=note, photo=photo,
        photo_type=MEDIA_TYPE if photo is not None else None, state="open", at=now,
    )  # fmt: skip
    session.add(row)
    return _fault(row)


async def faults_of(session: AsyncSession, staff: Staff, station_id: UUID) -> list[Fault]:
    """List a station's reports: those still open first, then the newest; who reported is not shown."""
    check_scope(staff, station_id)
    return [_fault(row) for row in await store.reports(session, station_id, limit=LISTED)]


async def photo_of(
    session: AsyncSession, staff: Staff, report_id: UUID, *, now: datetime
) -> tuple[bytes, str]:
    """Return a report's photo and its type (FaultNotFound); who looked is written down."""
    row = await _own(session, staff, report_id, lock=False)
    if row.photo is None or row.photo_type is None:
        raise FaultNotFound
    await append_audit(
        session, staff.staff_id, action="staff.fault.photo", subject_ids=[row.person_id], now=now
    )
    return row.photo, row.photo_type


async def handle(session: AsyncSession, staff: Staff, report_id: UUID, *, event: str, now: datetime) -> Fault:
    """Confirm, dismiss or close a report as repaired (FaultNotFound, IllegalChargeMove)."""
    row = await _own(session, staff, report_id, lock=True)
    row.state = report_after(row.state, event)
    row.handled_by, row.handled_at = staff.staff_id, now
    await append_audit(session, staff.staff_id, action=f"staff.fault.{event}", now=now)
    return _fault(row)


async def _own(session: AsyncSession, staff: Staff, report_id: UUID, *, lock: bool) -> FaultReportRow:
    row = await store.report(session, report_id, lock=lock)
    if row is None or not staff.may_work_at(row.station_id):
        raise FaultNotFound
    return row


def _fault(row: FaultReportRow) -> Fault:
    return Fault(
        id=row.id, connector_id=row.connector_id, station_id=row.station_id, kind=row.kind, note=row.note,
        has_photo=row.photo is not None, state=row.state, at=row.at,
    )  # fmt: skip


def open_of(faults: Sequence[Fault]) -> int:
    """Count the reports that nobody has dealt with."""
    return sum(fault.state == "open" for fault in faults)

"""The desk's side of readings: the alerts that are open, and limits for one person; audited."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.masking import mask_name
from scenes.common.people import service as people
from scenes.eldercare.errors_readings import AlertNotFound
from scenes.eldercare.service.desk import check_desk
from scenes.eldercare.store import readings as store
from scenes.eldercare.tables.readings import CareAlertRow


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """An open alert; name and number are whole only for whoever has it in hand."""

    row: CareAlertRow
    name: str
    area: str
    phone: str | None


async def alerts(
    session: AsyncSession, staff: Staff, *, cipher: FieldCipher, now: datetime
) -> Sequence[AlertView]:
    """List the open alerts (NotTheCareDesk); no value is shown, and who looked at whom is written down."""
    check_desk(staff)
    found = await store.open_alerts(session)
    subjects = sorted({row.person_id for row, _, _ in found})
    await people.append_audit(
        session, staff.staff_id, action="staff.readings.alerts", subject_ids=subjects, now=now
    )
    return [
        AlertView(
            row=row, area=area, name=name if row.seen_by == staff.staff_id else mask_name(name),
            phone=await people.phone_of(session, row.person_id, cipher=cipher)
            if row.seen_by == staff.staff_id
            else None,
        )
        for row, name, area in found
    ]  # fmt: skip


async def see(session: AsyncSession, staff: Staff, alert_id: UUID, *, now: datetime) -> CareAlertRow:
    """Take an alert in hand (NotTheCareDesk, AlertNotFound); the first one who does stays written down."""
    check_desk(staff)
    row = await store.alert(session, alert_id)
    if row is None:
        raise AlertNotFound
    if row.seen_by is None:
        row.seen_by, row.seen_at = staff.staff_id, now
        await people.append_audit(
            session, staff.staff_id, action="staff.readings.see", subject_ids=[row.person_id], now=now
        )
    return row

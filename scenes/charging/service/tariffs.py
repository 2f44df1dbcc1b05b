"""Prices set by staff: from a day on, today at the earliest; what was charged before stays as it was."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import StationUnknown, TariffInPast
from scenes.charging.rules.messages import PricePeriod
from scenes.charging.rules.tariff import check_periods, periods_of
from scenes.charging.store import site as store
from scenes.charging.tables import ChargingTariffRow
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.ids import new_id
from scenes.common.people.service import append_audit


class DatedTariff(msgspec.Struct, frozen=True, kw_only=True):
    """A station's prices from a day on, and who set them: operator, staff or demo."""

    since: date
    periods: tuple[PricePeriod, ...]
    source: str
    created_at: datetime


def check_scope(staff: Staff, station_id: UUID) -> None:
    """Refuse stations outside a member of staff's scope as if they did not exist (StationUnknown)."""
    if not staff.may_work_at(station_id):
        raise StationUnknown


async def tariffs_of(session: AsyncSession, staff: Staff, station_id: UUID) -> list[DatedTariff]:
    """List a station's tariffs, the latest first: those to come, the one in force, those gone by."""
    check_scope(staff, station_id)
    if await store.station(session, station_id) is None:
        raise StationUnknown
    return [_dated(row) for row in await store.tariffs(session, station_id)]


async def set_tariff(  # noqa: PLR0913 - each is one fact of the tariff
    session: AsyncSession,
    staff: Staff,
    station_id: UUID,
    *,
    since: date,
    periods: Sequence[PricePeriod],
    now: datetime,
) -> DatedTariff:
    """Put prices into force from a day on, replacing what was to begin that day.

    Running sessions keep the prices they began under. Refuses with StationUnknown, TariffInPast and
    TariffInvalid.
    """
    check_scope(staff, station_id)
    if await store.station(session, station_id) is None:
        raise StationUnknown
    if since < local_day(now):
        raise TariffInPast
    check_periods(periods)
    row = ChargingTariffRow(
        id=new_id(), station_id=station_id, since=since, periods=[_plain(period) for period in periods],
        source="staff", created_by=staff.staff_id, created_at=now,
    )  # fmt: skip
    await store.put_tariff(session, row)
    await append_audit(session, staff.staff_id, action="staff.tariff.set", now=now)
    return _dated(row)


def _plain(period: PricePeriod) -> dict[str, str]:
    return {
        "start": f"{period.start:%H:%M}",
        "elecPrice": f"{period.elec_price:.4f}",
        "servicePrice": f"{period.service_price:.4f}",
    }


def _dated(row: ChargingTariffRow) -> DatedTariff:
    return DatedTariff(
        since=row.since, periods=periods_of(row.periods), source=row.source, created_at=row.created_at
    )

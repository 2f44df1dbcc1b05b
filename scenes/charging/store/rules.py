"""The statements about charging rules and tariffs."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.charging.tables import ChargingRuleRow, ChargingTariffRow


async def rules(session: AsyncSession) -> Sequence[ChargingRuleRow]:
    """Read every rule; there are few."""
    return (await session.execute(select(ChargingRuleRow))).scalars().all()


async def tariff_on(session: AsyncSession, station_id: UUID, day: date) -> ChargingTariffRow | None:
    """Read the tariff of a station in force on a day: the latest that began by then."""
    statement = (
        select(ChargingTariffRow)
        .where(col(ChargingTariffRow.station_id) == station_id, col(ChargingTariffRow.since) <= day)
        .order_by(col(ChargingTariffRow.since).desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()

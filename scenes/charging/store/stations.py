"""Stations and connectors: one statement a function."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.charging.tables import (
    ChargingConnectorRow,
    ChargingOperatorRow,
    ChargingRuleRow,
    ChargingStationRow,
    ChargingTariffRow,
    StationProfileRow,
)

_STATION_CHANGES = (
    "status",
    "service_phone",
    "support_order",
    "park_fee",
    "site_guide",
    "facts",
    "updated_at",
)
_CONNECTOR_CHANGES = (
    "name", "kind", "national_standard", "power_kw", "park_no", "has_lock", "reservable", "gone_at",
)  # fmt: skip

_TARIFFS = text(
    """
    SELECT DISTINCT ON (station_id) * FROM charging_tariff WHERE since <= :day
    ORDER BY station_id, since DESC
    """
)


async def operator(session: AsyncSession, operator_id: UUID) -> ChargingOperatorRow | None:
    """Read an operator and keep it locked: one feed of its stations at a time."""
    wanted = select(ChargingOperatorRow).where(col(ChargingOperatorRow.id) == operator_id).with_for_update()
    return (await session.scalars(wanted)).one_or_none()


async def station_ids(session: AsyncSession, operator_id: UUID, codes: Collection[str]) -> dict[str, UUID]:
    """Return the ids of an operator's stations by its own codes."""
    wanted = select(col(ChargingStationRow.code), col(ChargingStationRow.id)).where(
        col(ChargingStationRow.operator_id) == operator_id, col(ChargingStationRow.code).in_(codes)
    )
    return {row.code: row.id for row in await session.execute(wanted)}


async def put_stations(session: AsyncSession, stations: Sequence[dict[str, Any]]) -> None:
    """Insert stations, or overwrite what an operator tells of them (never the idle fee, ours)."""
    statement = insert(ChargingStationRow)
    changed = {name: statement.excluded[name] for name in _STATION_CHANGES}
    await session.execute(
        statement.on_conflict_do_update(index_elements=["operator_id", "code"], set_=changed), stations
    )


async def connectors(
    session: AsyncSession, stations: Collection[UUID] | None = None
) -> Sequence[ChargingConnectorRow]:
    """Return the connectors of some stations, or of all, in the order of their numbers."""
    wanted = select(ChargingConnectorRow).order_by(
        col(ChargingConnectorRow.station_id), col(ChargingConnectorRow.number)
    )
    if stations is not None:
        wanted = wanted.where(col(ChargingConnectorRow.station_id).in_(stations))
    return (await session.scalars(wanted)).all()


async def put_connectors(session: AsyncSession, connectors: Sequence[dict[str, Any]]) -> None:
    """Insert connectors, or overwrite what an operator tells of them (never number or service, ours)."""
    statement = insert(ChargingConnectorRow)
    changed = {name: statement.excluded[name] for name in _CONNECTOR_CHANGES}
    await session.execute(
        statement.on_conflict_do_update(index_elements=["station_id", "code"], set_=changed), connectors
    )


async def mark_gone(session: AsyncSession, connectors: Collection[UUID], at: datetime) -> None:
    """Say since when an operator no longer lists connectors; their history stays."""
    gone = update(ChargingConnectorRow).where(col(ChargingConnectorRow.id).in_(connectors))
    await session.execute(gone.values(gone_at=at))


async def stations(session: AsyncSession) -> Sequence[ChargingStationRow]:
    """Return every station."""
    return (await session.scalars(select(ChargingStationRow).order_by(col(ChargingStationRow.id)))).all()


async def operators(session: AsyncSession) -> Sequence[ChargingOperatorRow]:
    """Return every operator."""
    return (await session.scalars(select(ChargingOperatorRow))).all()


async def tariffs(session: AsyncSession, day: date) -> Sequence[ChargingTariffRow]:
    """Return the tariff of each station that is in force on a day."""
    wanted = select(ChargingTariffRow).from_statement(_TARIFFS)
    return (await session.scalars(wanted, {"day": day})).all()


async def profiles(session: AsyncSession) -> Sequence[StationProfileRow]:
    """Return what was learnt of every station."""
    return (await session.scalars(select(StationProfileRow))).all()


async def put_profiles(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write what was learnt of stations, over what was known."""
    statement = insert(StationProfileRow)
    changed = {name: statement.excluded[name] for name in ("busy", "turnover", "weight", "learnt_until")}
    keys = ["station_id", "connector_kind", "day_kind"]
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


async def rules(session: AsyncSession) -> Sequence[ChargingRuleRow]:
    """Return every charging rule, the oldest first."""
    return (await session.scalars(select(ChargingRuleRow).order_by(col(ChargingRuleRow.since)))).all()

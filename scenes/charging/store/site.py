"""What the charging desk reads and writes: tariffs, fault reports, sessions of a day, entries to settle."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.charging.tables import (
    ChargingConnectorRow,
    ChargingStationRow,
    ChargingTariffRow,
    FaultReportRow,
    PartnerIncidentRow,
    QueueEntryRow,
    ReconciliationRow,
)

_SESSIONS: Final = text(
    """
    SELECT s.*, p.name AS person_name, c.number AS connector_number, c.name AS connector_name
    FROM charging_session s JOIN person p ON p.id = s.person_id
    JOIN charging_connector c ON c.id = s.connector_id
    WHERE s.station_id = :station_id AND (
      s.state IN ('requested', 'charging', 'stopping') OR s.created_at >= :since AND s.created_at < :until)
    ORDER BY s.created_at, s.id
    """
)
_RESERVATIONS: Final = text(
    """
    SELECT b.id, b.group_id AS connector_id, b.state, b.starts_at, b.ends_at, b.person_id,
      p.name AS person_name
    FROM booking b JOIN person p ON p.id = b.person_id
    WHERE b.scene = 'charging' AND b.place_id = :station_id AND b.ends_at > :now
    AND b.starts_at < :until AND b.state IN ('held', 'confirmed')
    AND NOT EXISTS (SELECT FROM charging_session s WHERE s.booking_id = b.id)
    ORDER BY b.starts_at, b.id
    """
)


async def station(session: AsyncSession, station_id: UUID) -> ChargingStationRow | None:
    """Read one station."""
    return await session.get(ChargingStationRow, station_id)


async def connector(
    session: AsyncSession, connector_id: UUID, *, lock: bool = False
) -> ChargingConnectorRow | None:
    """Read one connector, locked for change if asked."""
    return await session.get(ChargingConnectorRow, connector_id, with_for_update=lock, populate_existing=lock)


async def tariffs(session: AsyncSession, station_id: UUID) -> Sequence[ChargingTariffRow]:
    """Read all tariffs of a station, the latest first."""
    wanted = select(ChargingTariffRow).where(col(ChargingTariffRow.station_id) == station_id)
    return (await session.scalars(wanted.order_by(col(ChargingTariffRow.since).desc()))).all()


async def put_tariff(session: AsyncSession, row: ChargingTariffRow) -> None:
    """Write a tariff, replacing the one of the same first day."""
    statement = insert(ChargingTariffRow).values(**row.model_dump())
    replaced = {name: statement.excluded[name] for name in ("periods", "source", "created_by", "created_at")}
    await session.execute(
        statement.on_conflict_do_update(constraint="uq_charging_tariff_since", set_=replaced)
    )


async def open_report(session: AsyncSession, connector_id: UUID, person_id: UUID) -> FaultReportRow | None:
    """Find a person's report of a connector that nobody has dealt with."""
    wanted = select(FaultReportRow).where(
        col(FaultReportRow.connector_id) == connector_id,
        col(FaultReportRow.person_id) == person_id,
        col(FaultReportRow.state) == "open",
    )
    return (await session.scalars(wanted)).first()


async def report(session: AsyncSession, report_id: UUID, *, lock: bool = False) -> FaultReportRow | None:
    """Read one fault report."""
    return await session.get(FaultReportRow, report_id, with_for_update=lock, populate_existing=lock)


async def reports(session: AsyncSession, station_id: UUID, *, limit: int) -> Sequence[FaultReportRow]:
    """Read a station's fault reports: those still open first, then the newest."""
    wanted = (
        select(FaultReportRow)
        .where(col(FaultReportRow.station_id) == station_id)
        .order_by(col(FaultReportRow.state) != "open", col(FaultReportRow.at).desc())
        .limit(limit)
    )
    return (await session.scalars(wanted)).all()


async def sessions(
    session: AsyncSession, station_id: UUID, *, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Read a station's running sessions and those begun within a span, with the persons' names."""
    facts = {"station_id": station_id, "since": since, "until": until}
    return (await session.execute(_SESSIONS, facts)).mappings().all()


async def reservations(
    session: AsyncSession, station_id: UUID, *, now: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Read a station's reservations ahead, with the persons' names; `group_id` is the connector."""
    facts = {"station_id": station_id, "now": now, "until": until}
    return (await session.execute(_RESERVATIONS, facts)).mappings().all()


async def queue_length(session: AsyncSession, station_id: UUID) -> int:
    """Count who waits for any connector of a station."""
    wanted = select(func.count()).where(
        col(QueueEntryRow.station_id) == station_id, col(QueueEntryRow.state).in_(("waiting", "offered"))
    )
    return (await session.scalars(wanted)).one()


async def incidents(session: AsyncSession, operator_id: UUID, *, limit: int) -> Sequence[PartnerIncidentRow]:
    """Read what could not be taken from an operator and is not settled, the latest first."""
    wanted = (
        select(PartnerIncidentRow)
        .where(
            col(PartnerIncidentRow.operator_id) == operator_id, col(PartnerIncidentRow.settled_at).is_(None)
        )
        .order_by(col(PartnerIncidentRow.last_at).desc())
        .limit(limit)
    )
    return (await session.scalars(wanted)).all()


async def differences(session: AsyncSession, operator_id: UUID, *, limit: int) -> Sequence[ReconciliationRow]:
    """Read on which orders an operator's books and ours differ, the latest first."""
    wanted = (
        select(ReconciliationRow)
        .where(col(ReconciliationRow.operator_id) == operator_id, col(ReconciliationRow.state) == "open")
        .order_by(col(ReconciliationRow.day).desc(), col(ReconciliationRow.start_seq))
        .limit(limit)
    )
    return (await session.scalars(wanted)).all()


async def incident(session: AsyncSession, incident_id: UUID) -> PartnerIncidentRow | None:
    """Read one incident, locked."""
    return await session.get(PartnerIncidentRow, incident_id, with_for_update=True)


async def difference(session: AsyncSession, difference_id: UUID) -> ReconciliationRow | None:
    """Read one difference, locked."""
    return await session.get(ReconciliationRow, difference_id, with_for_update=True)


async def stations_of(session: AsyncSession, operator_id: UUID) -> frozenset[UUID]:
    """Name an operator's stations."""
    wanted = select(col(ChargingStationRow.id)).where(col(ChargingStationRow.operator_id) == operator_id)
    return frozenset((await session.scalars(wanted)).all())


async def days_sessions(session: AsyncSession, station_id: UUID, day: date) -> Sequence[RowMapping]:
    """Read the sessions that ended on a day, for the report."""
    statement = text(
        """
        SELECT s.start_seq, c.number, c.name, s.state, s.started_at, s.ended_at, s.energy_wh, s.bill,
          s.total_fen, s.operator_total_fen, s.authorised_fen, s.stop_reason, s.failure
        FROM charging_session s JOIN charging_connector c ON c.id = s.connector_id
        WHERE s.station_id = :station_id
        AND (COALESCE(s.ended_at, s.created_at) AT TIME ZONE 'Asia/Shanghai')::date = :day
        AND s.state IN ('ended', 'failed') ORDER BY COALESCE(s.ended_at, s.created_at), s.id
        """
    )
    return (await session.execute(statement, {"station_id": station_id, "day": day})).mappings().all()

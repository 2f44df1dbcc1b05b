"""How connectors stand and stood: one statement a function."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.charging.rules.learning import Change
from scenes.charging.rules.status import Reported
from scenes.charging.tables import (
    ChargingConnectorRow,
    ChargingStationRow,
    ConnectorChangeRow,
    ConnectorStatusRow,
)


class Known(NamedTuple):
    """A connector of an operator by its own code."""

    code: str
    connector_id: UUID
    station_id: UUID


async def by_codes(session: AsyncSession, operator_id: UUID, codes: Collection[str]) -> list[Known]:
    """Find an operator's connectors by its own codes, in id order."""
    wanted = (
        select(
            col(ChargingConnectorRow.code), col(ChargingConnectorRow.id), col(ChargingConnectorRow.station_id)
        )
        .join(ChargingStationRow, col(ChargingStationRow.id) == col(ChargingConnectorRow.station_id))
        .where(col(ChargingStationRow.operator_id) == operator_id, col(ChargingConnectorRow.code).in_(codes))
        .order_by(col(ChargingConnectorRow.id))
    )
    return [Known(*row) for row in await session.execute(wanted)]


async def statuses(
    session: AsyncSession, connectors: Collection[UUID], *, lock: bool = False
) -> dict[UUID, ConnectorStatusRow]:
    """Read how connectors stand; locked in id order where they are about to change."""
    wanted = (
        select(ConnectorStatusRow)
        .where(col(ConnectorStatusRow.connector_id).in_(connectors))
        .order_by(col(ConnectorStatusRow.connector_id))
        .execution_options(populate_existing=True)
    )
    rows = await session.scalars(wanted.with_for_update() if lock else wanted)
    return {row.connector_id: row for row in rows}


async def all_statuses(session: AsyncSession) -> list[tuple[UUID, Reported]]:
    """Read how every connector stands, as plain values: there are thousands, read every few seconds."""
    row = ConnectorStatusRow
    wanted = select(
        col(row.connector_id), col(row.status), col(row.park_status), col(row.lock_status), col(row.since),
        col(row.received_at),
    )  # fmt: skip
    return [
        (each.connector_id, Reported(each[1], each[2], each[3], each.since, each.received_at))
        for each in await session.execute(wanted)
    ]


async def put_statuses(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write how connectors stand; a word received earlier never overwrites a later one."""
    statement = insert(ConnectorStatusRow)
    changed = {name: statement.excluded[name] for name in rows[0] if name != "connector_id"}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["connector_id"],
            set_=changed,
            where=col(ConnectorStatusRow.received_at) <= statement.excluded.received_at,
        ),
        rows,
    )


async def add_changes(session: AsyncSession, changes: Sequence[dict[str, Any]]) -> None:
    """Note changes for the forecast to learn from."""
    await session.execute(insert(ConnectorChangeRow), changes)


async def changes_since(session: AsyncSession, station_id: UUID, since: datetime) -> Sequence[Change]:
    """Return a station's changes from an instant on, in order of time."""
    wanted = (
        select(
            col(ConnectorChangeRow.connector_id), col(ConnectorChangeRow.status), col(ConnectorChangeRow.at)
        )
        .where(col(ConnectorChangeRow.station_id) == station_id, col(ConnectorChangeRow.at) >= since)
        .order_by(col(ConnectorChangeRow.at), col(ConnectorChangeRow.id))
    )
    return [Change(*row) for row in await session.execute(wanted)]


async def first_change(
    session: AsyncSession,
    connector_id: UUID,
    *,
    station_id: UUID,
    since: datetime,
    besides: Collection[int],
) -> datetime | None:
    """Return when a connector first changed, from an instant on, to any status besides some."""
    wanted = select(func.min(col(ConnectorChangeRow.at))).where(
        col(ConnectorChangeRow.station_id) == station_id,  # for the index
        col(ConnectorChangeRow.connector_id) == connector_id,
        col(ConnectorChangeRow.at) >= since,
        col(ConnectorChangeRow.status).not_in(besides),
    )
    return (await session.execute(wanted)).scalar_one()


_HELD = text(
    """
    SELECT cw.connector_id, cw.starts_at FROM charging_window cw
    JOIN booking_window w ON w.id = cw.window_id
    WHERE cw.starts_at > :since AND cw.starts_at < :until AND w.taken > 0
    """
)


async def held_quarters(
    session: AsyncSession, *, since: datetime, until: datetime
) -> list[tuple[UUID, datetime]]:
    """Return connectors with the starts of their quarter-hours that somebody has, in a span."""
    rows = await session.execute(_HELD, {"since": since, "until": until})
    return [(row.connector_id, row.starts_at) for row in rows]

"""Statements about partners: who they are, what they sent before, and what could not be taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.charging.tables import (
    ChargingConnectorRow,
    ChargingOperatorRow,
    ChargingStationRow,
    ChargingTariffRow,
    PartnerIncidentRow,
    PartnerMessageRow,
    PartnerTokenRow,
)

HEARD_EVERY: Final = timedelta(seconds=5)
"""How often `heard_at` is written at most, so that a partner's messages do not queue for its row."""


async def operator(session: AsyncSession, operator_id: UUID) -> ChargingOperatorRow | None:
    """Read an operator that is switched on."""
    found = await session.get(ChargingOperatorRow, operator_id, populate_existing=True)
    return found if found is not None and found.enabled else None


async def operator_by_code(session: AsyncSession, code: str) -> ChargingOperatorRow | None:
    """Find an operator that is switched on by its OperatorID."""
    found = await session.execute(
        select(ChargingOperatorRow).where(
            col(ChargingOperatorRow.operator_code) == code, col(ChargingOperatorRow.enabled)
        )
    )
    return found.scalar_one_or_none()


async def operators(session: AsyncSession) -> Sequence[ChargingOperatorRow]:
    """List the operators that are switched on."""
    found = await session.scalars(
        select(ChargingOperatorRow)
        .where(col(ChargingOperatorRow.enabled))
        .order_by(col(ChargingOperatorRow.operator_code))
    )
    return found.all()


async def note_heard(session: AsyncSession, operator_id: UUID, *, now: datetime) -> None:
    """Write down that an operator was heard, unless that was written just now."""
    heard = col(ChargingOperatorRow.heard_at)
    await session.execute(
        update(ChargingOperatorRow)
        .where(col(ChargingOperatorRow.id) == operator_id, or_(heard.is_(None), heard < now - HEARD_EVERY))
        .values(heard_at=now)
    )


async def note_operator(session: AsyncSession, operator_id: UUID, **facts: datetime | None) -> None:
    """Write when an operator was polled, synchronised, or began to fail."""
    await session.execute(
        update(ChargingOperatorRow).where(col(ChargingOperatorRow.id) == operator_id).values(**facts)
    )


async def add_message(session: AsyncSession, row: PartnerMessageRow) -> bool:
    """Write down that a message is being taken; False if its time-stamp and number were used before."""
    written = await session.execute(
        insert(PartnerMessageRow)
        .values(**row.model_dump())
        .on_conflict_do_nothing()
        .returning(col(PartnerMessageRow.seq))
    )
    return written.first() is not None


async def message(
    session: AsyncSession, operator_id: UUID, *, stamp: str, seq: str
) -> PartnerMessageRow | None:
    """Read a message that was taken before."""
    return await session.get(PartnerMessageRow, (operator_id, stamp, seq))


async def keep_answer(session: AsyncSession, row: PartnerMessageRow, answer: bytes) -> None:
    """Keep the answer that is given again when the message comes again."""
    await session.execute(
        update(PartnerMessageRow)
        .where(
            col(PartnerMessageRow.operator_id) == row.operator_id,
            col(PartnerMessageRow.stamp) == row.stamp,
            col(PartnerMessageRow.seq) == row.seq,
        )
        .values(answer=answer)
    )


async def add_token(session: AsyncSession, row: PartnerTokenRow) -> None:
    """Keep the digest of a token we gave."""
    session.add(row)
    await session.flush()


async def token(session: AsyncSession, digest: bytes) -> PartnerTokenRow | None:
    """Find a token we gave; those that ended are known for a day longer."""
    return await session.get(PartnerTokenRow, digest)


async def add_incident(session: AsyncSession, row: PartnerIncidentRow) -> None:
    """Write an incident down, or count it with its equals of the same hour, which opens those again."""
    fresh = insert(PartnerIncidentRow).values(**row.model_dump())
    counted: dict[str, Any] = {
        "count": col(PartnerIncidentRow.count) + 1,
        "last_at": fresh.excluded.last_at,
        "detail": fresh.excluded.detail,
        "excerpt": fresh.excluded.excerpt,
        "settled_at": None,
    }
    await session.execute(fresh.on_conflict_do_update(constraint="uq_partner_incident_hour", set_=counted))


async def forget(session: AsyncSession, *, before: datetime) -> None:
    """Drop messages too old to be replayed and tokens that ended long ago."""
    await session.execute(delete(PartnerMessageRow).where(col(PartnerMessageRow.at) < before))
    await session.execute(delete(PartnerTokenRow).where(col(PartnerTokenRow.valid_until) < before))


async def station_codes(session: AsyncSession, operator_id: UUID) -> Sequence[str]:
    """List the codes of an operator's stations."""
    found = await session.scalars(
        select(col(ChargingStationRow.code))
        .where(col(ChargingStationRow.operator_id) == operator_id)
        .order_by(col(ChargingStationRow.code))
    )
    return found.all()


async def priced_connectors(session: AsyncSession, operator_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Name one connector of each station, whose tariff is asked for the whole station."""
    found = await session.execute(
        select(col(ChargingConnectorRow.station_id), func.min(col(ChargingConnectorRow.code)))
        .join(ChargingStationRow, col(ChargingStationRow.id) == col(ChargingConnectorRow.station_id))
        .where(
            col(ChargingStationRow.operator_id) == operator_id, col(ChargingConnectorRow.gone_at).is_(None)
        )
        .group_by(col(ChargingConnectorRow.station_id))
        .order_by(col(ChargingConnectorRow.station_id))
    )
    return [(station, code) for station, code in found.all()]


async def told_tariff(session: AsyncSession, station_id: UUID) -> ChargingTariffRow | None:
    """Read what the operator said last of a station's price."""
    found = await session.execute(
        select(ChargingTariffRow)
        .where(col(ChargingTariffRow.station_id) == station_id, col(ChargingTariffRow.source) == "operator")
        .order_by(col(ChargingTariffRow.since).desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


async def put_tariff(session: AsyncSession, row: ChargingTariffRow) -> None:
    """Write an operator's tariff of a day; one that staff made for the same day stays."""
    fresh = insert(ChargingTariffRow).values(**row.model_dump())
    await session.execute(
        fresh.on_conflict_do_update(
            constraint="uq_charging_tariff_since",
            set_={"periods": fresh.excluded.periods, "created_at": fresh.excluded.created_at},
            where=col(ChargingTariffRow.source) == "operator",
        )
    )

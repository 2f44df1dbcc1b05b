"""The statements about reservations: who holds one, which start soon, which were missed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.charging.states import LIVE
from scenes.charging.tables import ChargingSessionRow, ChargingStationRow
from scenes.common.booking.tables import BookingRow, BookingStandingRow

RESERVATION: Final = "reservation"

_KIND = col(BookingRow.details)["kind"].astext


async def station(session: AsyncSession, station_id: UUID) -> ChargingStationRow | None:
    """Read one station."""
    return await session.get(ChargingStationRow, station_id)


async def ours(session: AsyncSession, connectors: Sequence[UUID]) -> set[UUID]:
    """Say on which of these connectors a session of ours is live."""
    statement = select(col(ChargingSessionRow.connector_id)).where(
        col(ChargingSessionRow.connector_id).in_(connectors), col(ChargingSessionRow.state).in_(LIVE)
    )
    return set((await session.scalars(statement)).all())


async def starting(session: AsyncSession, until: datetime) -> Sequence[BookingRow]:
    """Read the reservations nobody has come for yet that start by an instant, soonest first."""
    statement = (
        select(BookingRow)
        .where(
            col(BookingRow.scene) == "charging",
            col(BookingRow.state) == "confirmed",
            _KIND == RESERVATION,
            col(BookingRow.starts_at) <= until,
        )
        .order_by(col(BookingRow.starts_at), col(BookingRow.id))
    )
    return (await session.scalars(statement)).all()


async def on_connector(session: AsyncSession, connector_id: UUID) -> Sequence[BookingRow]:
    """Read the coming reservations of a connector."""
    statement = (
        select(BookingRow)
        .where(
            col(BookingRow.group_id) == connector_id,
            col(BookingRow.state) == "confirmed",
            _KIND == RESERVATION,
        )
        .order_by(col(BookingRow.starts_at))
    )
    return (await session.scalars(statement)).all()


async def missed(session: AsyncSession, person_id: UUID, after: datetime) -> list[datetime]:
    """Return when a person's missed reservations were missed."""
    statement = select(col(BookingRow.no_show_at)).where(
        col(BookingRow.person_id) == person_id,
        col(BookingRow.scene) == "charging",
        col(BookingRow.state) == "no_show",
        _KIND == RESERVATION,
        col(BookingRow.no_show_at) > after,
    )
    return [at for at in await session.scalars(statement) if at is not None]


async def standing(session: AsyncSession, person_id: UUID, key: str) -> BookingStandingRow | None:
    """Read one standing of a person."""
    return await session.get(BookingStandingRow, (person_id, key))


_LEFT_OPEN = text(
    """
    SELECT b.id FROM booking b WHERE b.scene = 'charging' AND b.state = 'checked_in'
      AND b.details->>'kind' = 'reservation' AND b.ends_at <= :now AND NOT EXISTS (
        SELECT FROM charging_session s WHERE s.reservation_id = b.id
        AND s.state IN ('requested', 'charging', 'stopping'))
    """
)


async def left_open(session: AsyncSession, now: datetime) -> Sequence[UUID]:
    """Name the reservations that began, whose time is over, and on which no session is live."""
    return (await session.scalars(_LEFT_OPEN, {"now": now})).all()

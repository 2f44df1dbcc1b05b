"""Finding everyone whom a batch reached or would reach, by its index."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

_GOT: Final = text(
    """
    SELECT 'got' AS kind, h.booking_id, h.person_id, h.booked_by, p.name AS person_name, s.place_id,
      e.name AS place_name, i.name AS item, h.units, h.at
    FROM breakfast_handed h JOIN person p ON p.id = h.person_id
    JOIN breakfast_stock s ON s.id = h.stock_id JOIN breakfast_item i ON i.id = s.item_id
    JOIN place e ON e.id = s.place_id
    WHERE h.batch_no = :batch_no ORDER BY h.at, h.booking_id, h.stock_id
    """
)
_WAITING: Final = text(
    """
    SELECT 'waiting' AS kind, b.id AS booking_id, b.person_id, b.booked_by, p.name AS person_name, s.place_id,
      e.name AS place_name, i.name AS item, l.units, b.starts_at AS at
    FROM (SELECT DISTINCT stock_id FROM breakfast_batch WHERE batch_no = :batch_no) n
    JOIN breakfast_stock s ON s.id = n.stock_id AND s.batch_no = :batch_no
    JOIN breakfast_item i ON i.id = s.item_id JOIN place e ON e.id = s.place_id
    JOIN booking_line l ON l.window_id = s.window_id
    JOIN booking b ON b.id = l.booking_id AND b.state IN ('held', 'confirmed', 'checked_in')
      AND (b.hold_expires_at IS NULL OR b.hold_expires_at > :now)
    JOIN person p ON p.id = b.person_id
    WHERE NOT EXISTS (SELECT FROM breakfast_handed h WHERE h.booking_id = b.id AND h.stock_id = s.id)
    ORDER BY b.starts_at, b.id, s.id
    """
)
_ON_SALE: Final = text(
    """
    SELECT DISTINCT s.id AS stock_id, s.window_id, s.place_id, s.day FROM breakfast_batch n
    JOIN breakfast_stock s ON s.id = n.stock_id AND s.batch_no = n.batch_no
    WHERE n.batch_no = :batch_no AND s.day >= :day
    """
)


_RECALLED: Final = text(
    "UPDATE breakfast_stock SET recalled_batch = :batch_no WHERE id = ANY(:ids) AND batch_no = :batch_no"
)


async def got(session: AsyncSession, batch_no: str) -> Sequence[RowMapping]:
    """Read everyone who was handed a batch."""
    return (await session.execute(_GOT, {"batch_no": batch_no})).mappings().all()


async def waiting(session: AsyncSession, batch_no: str, *, now: datetime) -> Sequence[RowMapping]:
    """Read everyone whose uncollected order would get a batch as things stand."""
    facts: dict[str, Any] = {"batch_no": batch_no, "now": now}
    return (await session.execute(_WAITING, facts)).mappings().all()


async def on_sale(session: AsyncSession, batch_no: str, day: date) -> Sequence[RowMapping]:
    """Name the stock of a batch from a day on, with its window, point and day."""
    return (await session.execute(_ON_SALE, {"batch_no": batch_no, "day": day})).mappings().all()


async def mark_recalled(session: AsyncSession, stock_ids: Sequence[UUID], batch_no: str) -> None:
    """Write down that a batch of some stock must not be handed out."""
    await session.execute(_RECALLED, {"ids": list(stock_ids), "batch_no": batch_no})

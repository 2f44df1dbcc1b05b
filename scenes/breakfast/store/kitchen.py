"""Reading and changing what the kitchen works with: stock rows, their windows, and the day's demand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.breakfast.tables import (
    BreakfastBatchRow,
    BreakfastDemandRow,
    BreakfastItemRow,
    BreakfastStockRow,
)

_KEEP_DEMAND: Final = text(
    """
    INSERT INTO breakfast_demand (place_id, item_id, day, portions, capacity, sold_out)
    SELECT s.place_id, s.item_id, s.day, COALESCE(o.portions, 0), w.capacity,
      w.taken >= w.capacity OR w.state = 'stopped'
    FROM breakfast_stock s JOIN booking_window w ON w.id = s.window_id
    LEFT JOIN LATERAL (
      SELECT sum(l.units) AS portions FROM booking_line l JOIN booking b ON b.id = l.booking_id
      WHERE l.window_id = s.window_id AND b.state IN ('confirmed', 'checked_in', 'fulfilled', 'no_show')
    ) o ON true
    WHERE s.day >= :since AND w.ends_at <= :now
    ON CONFLICT (place_id, item_id, day) DO UPDATE SET portions = excluded.portions,
      capacity = excluded.capacity, sold_out = excluded.sold_out
    """
)
_NOTE_WEATHER: Final = text(
    "UPDATE breakfast_demand SET weather = :weather WHERE place_id = :place_id AND day = :day"
)


async def stock(session: AsyncSession, stock_id: UUID, *, lock: bool = False) -> BreakfastStockRow | None:
    """Read one item's stock of a day, locked for change if asked."""
    return await session.get(BreakfastStockRow, stock_id, with_for_update=lock, populate_existing=lock)


async def usual_stock(session: AsyncSession, item_id: UUID) -> int:
    """Read how many of an item an ordinary day has."""
    item = await session.get_one(BreakfastItemRow, item_id)
    return item.daily_stock


def add_batch(session: AsyncSession, row: BreakfastBatchRow) -> None:
    """Write down a batch."""
    session.add(row)


async def keep_demand(session: AsyncSession, *, since: date, now: datetime) -> int:
    """Write what was wanted on the days that are over; writing again changes nothing but what changed."""
    done = await session.execute(_KEEP_DEMAND, {"since": since, "now": now})
    return done.rowcount  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType] - a CursorResult


async def note_weather(session: AsyncSession, place_id: UUID, day: date, weather: str) -> None:
    """Write down what the weather was on a day that is kept."""
    facts = {"place_id": place_id, "day": day, "weather": weather}
    await session.execute(_NOTE_WEATHER, facts)


async def demand(
    session: AsyncSession, place_id: UUID, *, since: date, until: date
) -> Sequence[BreakfastDemandRow]:
    """Read a point's history from a day until before another."""
    wanted = select(BreakfastDemandRow).where(
        col(BreakfastDemandRow.place_id) == place_id,
        col(BreakfastDemandRow.day) >= since,
        col(BreakfastDemandRow.day) < until,
    )
    return (await session.scalars(wanted.order_by(col(BreakfastDemandRow.day)))).all()

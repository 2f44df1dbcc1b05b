"""Reading and writing points, items, stock of the day and rules."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.breakfast.tables import (
    BreakfastItemRow,
    BreakfastPointRow,
    BreakfastRuleRow,
    BreakfastStockRow,
)
from scenes.common.booking.tables import BookingStandingRow, BookingWindowRow

STATEMENT_ROWS: Final = 1000
"""Rows written by one statement; asyncpg allows 32,767 parameters."""

_MENU: Final = text(
    """
    SELECT s.id AS stock_id, s.window_id, s.item_id, i.name, i.picture, i.allergens, i.suits, s.batch_no,
      s.price_fen AS usual_fen, s.cheaper_at, w.price_fen, w.capacity, w.taken, w.state, w.opens_at,
      w.closes_at
    FROM breakfast_stock s JOIN breakfast_item i ON i.id = s.item_id
    JOIN booking_window w ON w.id = s.window_id
    WHERE s.place_id = :place_id AND s.day = :day ORDER BY i.position, i.id
    """
)
_LEFT: Final = text(
    """
    SELECT s.place_id, sum(w.capacity - w.taken) AS free, sum(w.capacity) AS capacity
    FROM breakfast_stock s JOIN booking_window w ON w.id = s.window_id
    WHERE s.day = :day AND w.state = 'open' GROUP BY s.place_id
    """
)


async def points(session: AsyncSession) -> Sequence[BreakfastPointRow]:
    """Read every point."""
    return (await session.scalars(select(BreakfastPointRow).order_by(col(BreakfastPointRow.place_id)))).all()


async def point(session: AsyncSession, place_id: UUID) -> BreakfastPointRow | None:
    """Read one point."""
    return await session.get(BreakfastPointRow, place_id)


async def items(session: AsyncSession) -> Sequence[BreakfastItemRow]:
    """Read everything that is sold anywhere."""
    wanted = select(BreakfastItemRow).where(col(BreakfastItemRow.retired_at).is_(None))
    return (await session.scalars(wanted.order_by(col(BreakfastItemRow.position)))).all()


async def rules(session: AsyncSession) -> Sequence[BreakfastRuleRow]:
    """Read every rule."""
    return (await session.scalars(select(BreakfastRuleRow))).all()


async def put_rule(session: AsyncSession, row: BreakfastRuleRow) -> None:
    """Write a rule, replacing the one of the same owner and first day."""
    statement = insert(BreakfastRuleRow).values(**row.model_dump())
    await session.execute(
        statement.on_conflict_do_update(
            constraint="uq_breakfast_rule_since",
            set_={"until": statement.excluded.until, "values": statement.excluded["values"]},
        )
    )


async def published(session: AsyncSession, day: date) -> frozenset[UUID]:
    """Name the items whose stock of a day is there."""
    found = await session.scalars(
        select(col(BreakfastStockRow.item_id)).where(col(BreakfastStockRow.day) == day)
    )
    return frozenset(found.all())


async def add_windows(session: AsyncSession, rows: Sequence[BookingWindowRow]) -> None:
    """Put windows in; those that are there stay as they are."""
    for batch in _batches([row.model_dump() for row in rows]):
        await session.execute(insert(BookingWindowRow).values(batch).on_conflict_do_nothing())


async def add_stock(session: AsyncSession, rows: Sequence[BreakfastStockRow]) -> None:
    """Put the stock of a day in; what is there stays as it is."""
    for batch in _batches([row.model_dump() for row in rows]):
        await session.execute(insert(BreakfastStockRow).values(batch).on_conflict_do_nothing())


def _batches(rows: Sequence[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    for start in range(0, len(rows), STATEMENT_ROWS):
        yield list(rows[start : start + STATEMENT_ROWS])


async def menu(session: AsyncSession, place_id: UUID, day: date) -> Sequence[RowMapping]:
    """Read what a point sells on a day, with how much is left."""
    return (await session.execute(_MENU, {"place_id": place_id, "day": day})).mappings().all()


async def left(session: AsyncSession, day: date) -> Sequence[RowMapping]:
    """Count what is left at every point on a day."""
    return (await session.execute(_LEFT, {"day": day})).mappings().all()


async def stock(session: AsyncSession, stock_id: UUID) -> BreakfastStockRow | None:
    """Read one item's stock of a day."""
    return await session.get(BreakfastStockRow, stock_id)


async def standings(session: AsyncSession, person_id: UUID, at: datetime) -> frozenset[str]:
    """Name what is true of a person for booking at an instant."""
    found = await session.scalars(
        select(col(BookingStandingRow.key)).where(
            col(BookingStandingRow.person_id) == person_id,
            col(BookingStandingRow.valid_from) <= at,
            (col(BookingStandingRow.valid_until).is_(None)) | (col(BookingStandingRow.valid_until) > at),
        )
    )
    return frozenset(found.all())


async def window_taken(session: AsyncSession, window_id: UUID) -> bool:
    """Tell whether a window of one unit is used; one that does not exist yet is not."""
    found = await session.get(BookingWindowRow, window_id)
    return found is not None and found.taken >= found.capacity

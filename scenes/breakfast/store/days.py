"""Reading and writing points, items, stock of the day and rules."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
from scenes.common.booking.offering import NewWindow
from scenes.common.booking.tables import BookingWindowRow

STATEMENT_ROWS: Final = 1000
"""Rows written in one round trip."""

_MENU: Final = text(
    """
    SELECT s.place_id, s.day, s.id AS stock_id, s.window_id, s.item_id, i.name, i.picture, i.allergens,
      i.suits, s.batch_no, s.price_fen AS usual_fen, s.cheaper_at, w.price_fen, w.capacity, w.taken, w.state,
      w.opens_at,
      w.closes_at
    FROM breakfast_stock s JOIN breakfast_item i ON i.id = s.item_id
    JOIN booking_window w ON w.id = s.window_id
    WHERE (s.place_id, s.day) IN (SELECT * FROM unnest(CAST(:places AS uuid[]), CAST(:days AS date[])))
    ORDER BY i.position, i.id
    """
)
_BUYER: Final = text(
    """
    SELECT p.birth_date, p.hukou, ARRAY(
      SELECT s.key FROM booking_standing s WHERE s.person_id = p.id AND s.valid_from <= :at
      AND (s.valid_until IS NULL OR s.valid_until > :at)) AS standings,
      EXISTS (SELECT FROM booking_window w WHERE w.id = :window_id AND w.taken >= w.capacity) AS subsidy_used
    FROM person p WHERE p.id = :person_id AND p.erased_at IS NULL
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


async def some_points(session: AsyncSession, place_ids: Collection[UUID]) -> Sequence[BreakfastPointRow]:
    """Read several points."""
    wanted = select(BreakfastPointRow).where(col(BreakfastPointRow.place_id).in_(place_ids))
    return (await session.scalars(wanted)).all()


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


async def add_windows(session: AsyncSession, rows: Sequence[NewWindow]) -> None:
    """Put windows in; those that are there stay as they are."""
    for batch in _batches([row.columns() for row in rows]):
        await session.execute(insert(BookingWindowRow).on_conflict_do_nothing(), batch)


async def add_stock(session: AsyncSession, rows: Sequence[BreakfastStockRow]) -> None:
    """Put the stock of a day in; what is there stays as it is."""
    for batch in _batches([row.model_dump() for row in rows]):
        await session.execute(insert(BreakfastStockRow).on_conflict_do_nothing(), batch)


def _batches(rows: Sequence[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    for start in range(0, len(rows), STATEMENT_ROWS):
        yield list(rows[start : start + STATEMENT_ROWS])


async def menu(session: AsyncSession, place_id: UUID, day: date) -> Sequence[RowMapping]:
    """Read what a point sells on a day, with how much is left."""
    return await menus(session, [(place_id, day)])


async def menus(session: AsyncSession, wanted: Sequence[tuple[UUID, date]]) -> Sequence[RowMapping]:
    """Read what points sell on days, with how much is left."""
    facts = {"places": [place_id for place_id, _ in wanted], "days": [day for _, day in wanted]}
    return (await session.execute(_MENU, facts)).mappings().all()


async def left(session: AsyncSession, day: date) -> Sequence[RowMapping]:
    """Count what is left at every point on a day."""
    return (await session.execute(_LEFT, {"day": day})).mappings().all()


async def stock(session: AsyncSession, stock_id: UUID) -> BreakfastStockRow | None:
    """Read one item's stock of a day."""
    return await session.get(BreakfastStockRow, stock_id)


async def buyer(
    session: AsyncSession, person_id: UUID, subsidy_window: UUID, at: datetime
) -> RowMapping | None:
    """Read what a person's price depends on; none when they are no longer kept."""
    facts = {"person_id": person_id, "window_id": subsidy_window, "at": at}
    return (await session.execute(_BUYER, facts)).mappings().one_or_none()

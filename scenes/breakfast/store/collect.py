"""Reading orders at the counter and writing who got what."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.breakfast.tables import BreakfastHandedRow, BreakfastReleaseRow

_ORDERS: Final = """
SELECT b.id, b.state, b.code, p.id AS person_id, p.phone_sealed, p.id_sealed
FROM booking b JOIN person p ON p.id = b.person_id
WHERE b.scene = 'breakfast' AND b.place_id = ANY(:places) AND b.starts_at >= :since AND b.starts_at < :until
AND b.state IN ('held', 'confirmed', 'checked_in', 'fulfilled')
"""
_BY_CODE: Final = text(_ORDERS + "AND b.code = :code ORDER BY b.state = 'fulfilled', b.starts_at")
_BY_NAME: Final = text(_ORDERS + "AND p.name = :name ORDER BY b.state = 'fulfilled', b.starts_at")
_PORTIONS: Final = text(
    """
    SELECT s.id AS stock_id, s.batch_no, s.recalled_batch, l.units, i.name FROM booking_line l
    JOIN breakfast_stock s ON s.window_id = l.window_id JOIN breakfast_item i ON i.id = s.item_id
    WHERE l.booking_id = :booking_id ORDER BY i.position, i.id
    """
)
_TO_HAND: Final = text(
    """
    SELECT b.id AS booking_id, b.code, b.state, b.starts_at, b.terms, i.name, l.units,
      COALESCE(s.batch_no = s.recalled_batch, false) AS recalled
    FROM booking b JOIN booking_line l ON l.booking_id = b.id
    JOIN breakfast_stock s ON s.window_id = l.window_id JOIN breakfast_item i ON i.id = s.item_id
    WHERE b.group_id IN (SELECT w.group_id FROM booking_window w
      WHERE w.place_id = :place_id AND w.starts_at >= :since AND w.starts_at < :until)
    AND b.place_id = :place_id AND b.scene = 'breakfast'
    AND b.state IN ('held', 'confirmed', 'checked_in', 'fulfilled')
    ORDER BY b.starts_at, b.id, i.position, i.id
    """
)
_HANDED_OPEN: Final = text(
    """
    SELECT DISTINCT b.id FROM booking b JOIN breakfast_handed h ON h.booking_id = b.id
    WHERE b.scene = 'breakfast' AND b.state = 'checked_in' LIMIT 200
    """
)
_ADD_ROOM: Final = text(
    """
    UPDATE booking_window w SET capacity = w.capacity + l.units
    FROM booking_line l JOIN breakfast_stock s ON s.window_id = l.window_id
    WHERE l.booking_id = :booking_id AND w.id = l.window_id AND w.state = 'open' AND w.closes_at > :now
    """
)
_CHEAPER: Final = text(
    """
    UPDATE booking_window SET price_fen = :price_fen WHERE id = :window_id AND state = 'open'
    """
)
_DUE: Final = text(
    """
    SELECT s.id AS stock_id, s.window_id, s.place_id, s.price_fen, w.closes_at FROM breakfast_stock s
    JOIN booking_window w ON w.id = s.window_id
    WHERE s.day = :day AND s.cheaper_at IS NULL AND w.state = 'open' AND w.closes_at > :now
    ORDER BY s.window_id
    """
)
_MARK: Final = text("UPDATE breakfast_stock SET cheaper_at = :now WHERE id = :stock_id")


async def by_code(
    session: AsyncSession, places: Iterable[UUID], code: str, *, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Find orders by their spoken code, those not collected yet first."""
    facts = {"places": list(places), "code": code, "since": since, "until": until}
    return (await session.execute(_BY_CODE, facts)).mappings().all()


async def to_hand(
    session: AsyncSession, place_id: UUID, *, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Read the orders of a point for some days, a row for each thing of each."""
    facts = {"place_id": place_id, "since": since, "until": until}
    return (await session.execute(_TO_HAND, facts)).mappings().all()


async def by_name(
    session: AsyncSession, places: Iterable[UUID], name: str, *, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Find orders by the name of whom they are for, those not collected yet first."""
    facts = {"places": list(places), "name": name, "since": since, "until": until}
    return (await session.execute(_BY_NAME, facts)).mappings().all()


async def portions(session: AsyncSession, booking_id: UUID) -> Sequence[RowMapping]:
    """Read what an order is made of, and the batch each thing is of now."""
    return (await session.execute(_PORTIONS, {"booking_id": booking_id})).mappings().all()


async def hand_out(session: AsyncSession, rows: Sequence[BreakfastHandedRow]) -> bool:
    """Write down what is handed out; false when this order was handed out before."""
    if not rows:
        return True
    written = await session.execute(
        insert(BreakfastHandedRow)
        .values([row.model_dump() for row in rows])
        .on_conflict_do_nothing()
        .returning(col(BreakfastHandedRow.stock_id))
    )
    return len(written.all()) == len(rows)


async def handed_at(session: AsyncSession, booking_id: UUID) -> datetime | None:
    """Tell when an order was handed out."""
    statement = text("SELECT min(at) FROM breakfast_handed WHERE booking_id = :booking_id")
    return (await session.execute(statement, {"booking_id": booking_id})).scalar_one()


async def handed_but_open(session: AsyncSession) -> Sequence[UUID]:
    """Name orders that were handed out and whose booking does not say so yet."""
    return (await session.scalars(_HANDED_OPEN)).all()


async def release_once(session: AsyncSession, booking_id: UUID, *, now: datetime) -> bool:
    """Put an uncollected order's portions back on sale; false when that was done before."""
    row = BreakfastReleaseRow(booking_id=booking_id, at=now)
    statement = insert(BreakfastReleaseRow).values(**row.model_dump()).on_conflict_do_nothing()
    written = await session.execute(statement.returning(col(BreakfastReleaseRow.booking_id)))
    if written.first() is None:
        return False
    await session.execute(_ADD_ROOM, {"booking_id": booking_id, "now": now})
    return True


async def getting_cheaper(session: AsyncSession, day: object, now: datetime) -> Sequence[RowMapping]:
    """Read the stock of today whose price was not lowered yet."""
    return (await session.execute(_DUE, {"day": day, "now": now})).mappings().all()


async def lower_price(session: AsyncSession, row: RowMapping, *, price_fen: int, now: datetime) -> None:
    """Sell what is left of an item at another price from now on."""
    await session.execute(_CHEAPER, {"window_id": row["window_id"], "price_fen": price_fen})
    await session.execute(_MARK, {"stock_id": row["stock_id"], "now": now})

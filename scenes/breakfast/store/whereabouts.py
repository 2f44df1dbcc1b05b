"""Reading carts, their last word and their timetables."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.breakfast.tables import BreakfastPointRow, CartPositionRow, CartStopRow


async def carts(session: AsyncSession) -> Sequence[tuple[BreakfastPointRow, CartPositionRow | None]]:
    """Read every cart with where it last said it was."""
    found = await session.execute(
        select(BreakfastPointRow, CartPositionRow)
        .outerjoin(CartPositionRow, col(CartPositionRow.place_id) == col(BreakfastPointRow.place_id))
        .where(col(BreakfastPointRow.kind) == "cart")
        .order_by(col(BreakfastPointRow.place_id))
    )
    return [(point, position) for point, position in found.all()]


async def stops(session: AsyncSession) -> Sequence[CartStopRow]:
    """Read every timetable."""
    return (await session.scalars(select(CartStopRow).order_by(col(CartStopRow.begins)))).all()

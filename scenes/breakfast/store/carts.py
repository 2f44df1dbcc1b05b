"""Reading and writing where carts are, whether they work, and what other points could take over."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.breakfast.tables import BreakfastStockRow, CartPositionRow
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.places.tables import PlaceRow

_POINTS: Final = text(
    """
    SELECT p.id, p.name, p.lat, p.lng FROM breakfast_point b JOIN place p ON p.id = b.place_id
    WHERE p.closed_at IS NULL AND p.id <> :place_id AND p.lat BETWEEN :south AND :north
    AND p.lng BETWEEN :west AND :east
    """
)
_SLOTS: Final = text(
    """
    SELECT id, place_id, starts_at, ends_at, capacity - taken AS free FROM booking_window
    WHERE group_id = ANY(:groups) AND scene = 'breakfast' AND state = 'open' AND ends_at > :now
    """
)
_SHELVES: Final = text(
    """
    SELECT s.window_id, s.place_id, i.name, w.capacity - w.taken AS left_over
    FROM breakfast_stock s JOIN breakfast_item i ON i.id = s.item_id
    JOIN booking_window w ON w.id = s.window_id
    WHERE s.place_id = ANY(:places) AND s.day = :day AND w.state = 'open'
    """
)


async def place(session: AsyncSession, place_id: UUID) -> PlaceRow | None:
    """Read a cart's place: where it is at home."""
    return await session.get(PlaceRow, place_id)


async def position(session: AsyncSession, place_id: UUID, *, lock: bool = False) -> CartPositionRow | None:
    """Read where a cart is and whether it works, locked for change if asked."""
    return await session.get(CartPositionRow, place_id, with_for_update=lock, populate_existing=lock)


async def put_position(
    session: AsyncSession, place_id: UUID, *, lat: float, lng: float, at: datetime
) -> None:
    """Write where a cart is; an older report than the one that is there changes nothing."""
    row = {"place_id": place_id, "lat": lat, "lng": lng, "at": at}
    statement = insert(CartPositionRow).values(row)
    newer = statement.on_conflict_do_update(
        index_elements=[col(CartPositionRow.place_id)],
        set_={"lat": lat, "lng": lng, "at": at},
        where=col(CartPositionRow.at) <= at,
    )
    await session.execute(newer)


async def ensure_position(
    session: AsyncSession, place_id: UUID, *, lat: float, lng: float, at: datetime
) -> None:
    """Make sure a cart has a row; one that reported keeps its position."""
    row = {"place_id": place_id, "lat": lat, "lng": lng, "at": at}
    await session.execute(insert(CartPositionRow).values(row).on_conflict_do_nothing())


async def unfinished(session: AsyncSession) -> Sequence[UUID]:
    """Name the broken carts whose orders are not all dealt with."""
    found = select(col(CartPositionRow.place_id)).where(
        col(CartPositionRow.out_of_order_at).is_not(None), col(CartPositionRow.out_of_order_done_at).is_(None)
    )
    return (await session.scalars(found)).all()


async def windows(session: AsyncSession, groups: Iterable[UUID]) -> Sequence[UUID]:
    """Name the windows of groups."""
    found = select(col(BookingWindowRow.id)).where(col(BookingWindowRow.group_id).in_(list(groups)))
    return (await session.scalars(found)).all()


async def reopen(session: AsyncSession, groups: Iterable[UUID]) -> None:
    """Put the stopped windows of groups on offer again, but not those of a recalled batch."""
    recalled = select(col(BreakfastStockRow.window_id)).where(
        col(BreakfastStockRow.recalled_batch) == col(BreakfastStockRow.batch_no)
    )
    await session.execute(
        update(BookingWindowRow)
        .where(
            col(BookingWindowRow.group_id).in_(list(groups)),
            col(BookingWindowRow.state) == "stopped",
            col(BookingWindowRow.id).not_in(recalled),
        )
        .values(state="open")
        .execution_options(synchronize_session=False)
    )


async def points_within(  # noqa: PLR0913 - the corners of a box
    session: AsyncSession, place_id: UUID, *, south: float, north: float, west: float, east: float
) -> Sequence[RowMapping]:
    """Read the other points within a box of degrees."""
    box = {"place_id": place_id, "south": south, "north": north, "west": west, "east": east}
    return (await session.execute(_POINTS, box)).mappings().all()


async def slots(session: AsyncSession, groups: Iterable[UUID], *, now: datetime) -> Sequence[RowMapping]:
    """Read the pick-up slots of groups that are not over."""
    return (await session.execute(_SLOTS, {"groups": list(groups), "now": now})).mappings().all()


async def shelves(session: AsyncSession, places: Iterable[UUID], day: date) -> Sequence[RowMapping]:
    """Read what points have left of each item on a day."""
    return (await session.execute(_SHELVES, {"places": list(places), "day": day})).mappings().all()

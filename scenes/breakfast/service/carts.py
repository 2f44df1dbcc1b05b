"""Carts: where they are, and what becomes of a day's orders when one breaks down."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from math import cos, degrees, radians
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import NotACart
from scenes.breakfast.rules import days as names
from scenes.breakfast.rules.carts import (
    EARTH_RADIUS_M,
    FARTHEST_WALK_M,
    Choice,
    Elsewhere,
    Shelf,
    Spot,
    Stranded,
    check_position,
    choices,
    metres_between,
    plan,
)
from scenes.breakfast.rules.kitchen import Portions
from scenes.breakfast.store import carts as store
from scenes.breakfast.store import days as days_store
from scenes.breakfast.tables import CartPositionRow
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.booking.errors import (
    BookingNotFound,
    IllegalMove,
    WantInvalid,
    WindowFull,
    WindowNotFound,
    WindowNotOpen,
)
from scenes.common.booking.ledger import BookingRecord, Ledger, Move, Relocation, Want
from scenes.common.booking.previews import check_preview, preview_token
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.database import Database
from scenes.common.people.service import append_audit

UNCOLLECTED = frozenset({"held", "confirmed"})
NO_ROOM = (WindowFull, WindowNotFound, WindowNotOpen, WantInvalid)


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What other points near a cart have on a day, and what they are called."""

    slots: tuple[Elsewhere, ...]
    shelves: tuple[Shelf, ...]
    names: dict[UUID, str]


class OutPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What putting a cart out of order would do; `token` stands for exactly these orders.

    `planned` is where each order would go, as things stand; none is a refund.
    """

    place_id: UUID
    day: date
    token: str
    orders: tuple[BookingRecord, ...]
    planned: dict[UUID, Choice | None]
    names: dict[UUID, str]


class OutDone(msgspec.Struct, frozen=True, kw_only=True):
    """How many orders were moved and how many refunded in this run."""

    place_id: UUID
    moved: int
    refunded: int


async def own_cart(session: AsyncSession, staff: Staff, place_id: UUID) -> Spot:
    """Return where a cart within a member of staff's scope is at home (NotACart)."""
    point = await days_store.point(session, place_id) if staff.may_work_at(place_id) else None
    home = await store.place(session, place_id) if point is not None and point.kind == "cart" else None
    if home is None:
        raise NotACart
    return Spot(home.lat, home.lng)


async def report_position(
    session: AsyncSession, staff: Staff, place_id: UUID, spot: Spot, *, now: datetime
) -> None:
    """Take over where a cart says it is, in WGS-84 (NotACart, PositionInvalid)."""
    check_position(spot, await own_cart(session, staff, place_id))
    await store.put_position(session, place_id, lat=spot.lat, lng=spot.lng, at=now)


async def out_since(session: AsyncSession, place_id: UUID) -> datetime | None:
    """Return since when a cart is out of order, today or from an earlier day; none when it works."""
    row = await store.position(session, place_id)
    return row.out_of_order_at if row is not None else None


def _out_today(row: CartPositionRow, now: datetime) -> bool:
    return row.out_of_order_at is not None and local_day(row.out_of_order_at) == local_day(now)


async def preview_out_of_order(
    session: AsyncSession, staff: Staff, place_id: UUID, *, now: datetime
) -> OutPreview:
    """Show which orders of today would be moved where, and which refunded; nothing happens yet."""
    await own_cart(session, staff, place_id)
    day = local_day(now)
    orders = await _uncollected(session, place_id, day)
    around = await _surroundings(session, place_id, day, now=now)
    stranded = await _stranded(session, place_id, day, orders)
    people = sorted({record.person_id for record in orders})
    await append_audit(session, staff.staff_id, action="staff.cart.preview", subject_ids=people, now=now)
    return OutPreview(
        place_id=place_id,
        day=day,
        token=preview_token(_act(place_id, day), (record.id for record in orders)),
        orders=tuple(orders),
        planned=plan(stranded, around.slots, around.shelves, now=now),
        names=around.names,
    )


def _act(place_id: UUID, day: date) -> str:
    return f"out of order {place_id} {day}"


async def begin_out_of_order(  # noqa: PLR0913 - one fact each
    session: AsyncSession, staff: Staff, place_id: UUID, *, token: str, reason: str, now: datetime
) -> None:
    """Stop a cart's day; `finish_out_of_order` then deals with its orders, and a job does after a kill.

    Doing it twice is doing it once. Refuses with PreviewStale when other orders would be touched than those
    that were shown.
    """
    home, day = await own_cart(session, staff, place_id), local_day(now)
    await store.ensure_position(session, place_id, lat=home.lat, lng=home.lng, at=now)
    row = await store.position(session, place_id, lock=True)
    if row is None or _out_today(row, now):
        return
    await booking_store.stop_windows(session, await store.windows(session, _groups(place_id, day)))
    orders = await _uncollected(session, place_id, day)
    check_preview(token, _act(place_id, day), (record.id for record in orders))
    row.out_of_order_at, row.out_of_order_done_at, row.reason = now, None, reason
    await append_audit(session, staff.staff_id, action="staff.cart.out_of_order", now=now)


async def finish_out_of_order(
    database: Database, ledger: Ledger, place_id: UUID, *, now: datetime
) -> OutDone:
    """Move every order of a broken cart to another point near by, or refund it; safe to repeat.

    An order is dealt with once whoever comes first: from its new point it is not this cart's any more.
    """
    async with database.read() as session:
        row = await store.position(session, place_id)
        if row is None or row.out_of_order_at is None or row.out_of_order_done_at is not None:
            return OutDone(place_id=place_id, moved=0, refunded=0)
        day, why = local_day(row.out_of_order_at), row.reason or ""
        orders = await _uncollected(session, place_id, day)
    moved = refunded = 0
    for record in orders:
        with suppress(BookingNotFound, IllegalMove):  # its person, or another process, was quicker
            went = await _move_on(database, ledger, record, day=day, why=why, now=now)
            moved, refunded = moved + went, refunded + (not went)
    async with database.transaction() as session:
        done = await store.position(session, place_id, lock=True)
        if done is not None and done.out_of_order_at is not None and done.out_of_order_done_at is None:
            done.out_of_order_done_at = now
    return OutDone(place_id=place_id, moved=moved, refunded=refunded)


async def _move_on(  # noqa: PLR0913 - one fact each
    database: Database, ledger: Ledger, record: BookingRecord, *, day: date, why: str, now: datetime
) -> bool:
    """Move one order, or cancel it where nowhere near has it all; tell whether it was moved."""
    cart = frozenset({record.place_id})
    async with database.read() as session:
        around = await _surroundings(session, record.place_id, day, now=now)
        stranded = (await _stranded(session, record.place_id, day, [record]))[0]
    found = choices(stranded, around.slots, around.shelves, now=now)
    sets = tuple(tuple(Want(window_id, units) for window_id, units in choice.units) for choice in found)
    if sets:
        with suppress(*NO_ROOM):
            await ledger.relocate(
                Relocation(
                    booking_id=record.id, alternatives=sets, by="staff", place_ids=cart, why=f"cart:{why}",
                    details={"movedFrom": str(record.place_id)},
                )
            )  # fmt: skip
            return True
    await ledger.move(
        Move(booking_id=record.id, event="cancel", by="staff", place_ids=cart, reason=f"cart:{why}")
    )
    return False


async def finish_all(database: Database, ledger: Ledger, *, now: datetime) -> None:
    """Go on with the carts whose orders are not all dealt with, for instance since a process was killed."""
    async with database.read() as session:
        places = await store.unfinished(session)
    for place_id in places:
        await finish_out_of_order(database, ledger, place_id, now=now)


async def back_in_order(session: AsyncSession, staff: Staff, place_id: UUID, *, now: datetime) -> None:
    """Let a mended cart sell again what is left of its day."""
    await own_cart(session, staff, place_id)
    row = await store.position(session, place_id, lock=True)
    if row is None or row.out_of_order_at is None:
        return
    await store.reopen(session, _groups(place_id, local_day(now)))
    row.out_of_order_at, row.out_of_order_done_at, row.reason = None, None, None
    await append_audit(session, staff.staff_id, action="staff.cart.back_in_order", now=now)


def _groups(place_id: UUID, day: date) -> list[UUID]:
    return [names.slots_group(place_id, day), names.stock_group(place_id, day)]


async def _uncollected(session: AsyncSession, place_id: UUID, day: date) -> list[BookingRecord]:
    rows = await booking_store.of_group(session, names.slots_group(place_id, day))
    return [booking.as_record(row) for row in rows if row["state"] in UNCOLLECTED]


async def _stranded(
    session: AsyncSession, place_id: UUID, day: date, orders: Sequence[BookingRecord]
) -> list[Stranded]:
    """Read what each order is made of: portions by name, and what goes with it unchanged."""
    items = {row["window_id"]: row["name"] for row in await days_store.menu(session, place_id, day)}
    slots = set(await store.windows(session, [names.slots_group(place_id, day)]))
    return [
        Stranded(
            booking_id=record.id,
            starts_at=record.starts_at,
            items=tuple(
                Portions(items[line.window_id], line.units)
                for line in record.lines
                if line.window_id in items
            ),
            kept=tuple(
                (line.window_id, line.units)
                for line in record.lines
                if line.window_id not in items and line.window_id not in slots
            ),
        )
        for record in orders
    ]


async def _surroundings(session: AsyncSession, place_id: UUID, day: date, *, now: datetime) -> Surroundings:
    """Read what the points within an elder's walk of a cart have on a day."""
    here = await _here(session, place_id)
    high = degrees(FARTHEST_WALK_M / EARTH_RADIUS_M)
    wide = high / max(0.01, cos(radians(here.lat)))
    points = await store.points_within(
        session, place_id, south=here.lat - high, north=here.lat + high, west=here.lng - wide,
        east=here.lng + wide,
    )  # fmt: skip
    metres = {point["id"]: metres_between(here, Spot(point["lat"], point["lng"])) for point in points}
    groups = [names.slots_group(each, day) for each in metres]
    return Surroundings(
        slots=tuple(
            Elsewhere(
                window_id=row["id"], place_id=row["place_id"], metres=metres[row["place_id"]],
                starts_at=row["starts_at"], ends_at=row["ends_at"], free=row["free"],
            )
            for row in await store.slots(session, groups, now=now)
        ),
        shelves=tuple(
            Shelf(
                window_id=row["window_id"], place_id=row["place_id"], name=row["name"], left=row["left_over"]
            )
            for row in await store.shelves(session, metres, day)
        ),
        names={point["id"]: point["name"] for point in points},
    )  # fmt: skip


async def _here(session: AsyncSession, place_id: UUID) -> Spot:
    """Return where a cart last said it was; its place where it never did."""
    row = await store.position(session, place_id) or await store.place(session, place_id)
    if row is None:
        raise NotACart
    return Spot(row.lat, row.lng)

"""Calls that the staff of every room share: a venue's day, and taking somebody's code at the desk.

Each room answers for its own venues; this only asks the right one.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, JSONBody, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.service import collect, kitchen
from scenes.breakfast.wire_staff import KitchenBoard
from scenes.charging.service import site
from scenes.charging.wire_staff import SiteBoard
from scenes.clinic import routes_staff as clinic
from scenes.clinic.service import desk
from scenes.clinic.wire_staff import Board, Redeemed, RedeemRequest
from scenes.common.booking.counter import Known
from scenes.common.booking.errors import BookingNotFound
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import checked_key
from scenes.common.kit.refusals import NotFound
from scenes.common.kit.wire import encode, fingerprint
from scenes.common.people.service import audit_board
from scenes.common.places.directory import PlaceDirectory

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]
PlaceId = Annotated[UUID, QueryParameter(name="placeId")]
Day = Annotated[date | None, QueryParameter(name="date")]
AnyBoard = Board | SiteBoard | KitchenBoard

TICK_SECONDS: Final = 5.0


class VenueNotFound(NotFound):
    """There is no such venue, or it is outside the scope of whoever asks."""

    zh = "没有找到这个地点。"
    en = "No such venue."


Shown = tuple[AnyBoard, set[UUID]]
"""A board, and everybody whose name is on it."""


class Desk(msgspec.Struct, frozen=True):
    """How a room reads a venue's day, and under which topic it says that something there changed."""

    read: Callable[[AsyncSession, Staff, UUID, date, datetime], Awaitable[Shown]]
    topic: str


async def _clinic(session: AsyncSession, staff: Staff, place_id: UUID, day: date, now: datetime) -> Shown:
    view = await desk.board_of(session, staff, place_id=place_id, day=day, now=now)
    return Board.of(view, now), view.people


async def _charging(session: AsyncSession, staff: Staff, place_id: UUID, day: date, now: datetime) -> Shown:
    view = await site.board_of(session, staff, place_id=place_id, day=day, now=now)
    return SiteBoard.of(view), view.people


async def _breakfast(session: AsyncSession, staff: Staff, place_id: UUID, day: date, now: datetime) -> Shown:
    view = await kitchen.board_of(session, staff, place_id=place_id, day=day, now=now)
    return KitchenBoard.of(view, now), view.people


DESKS: Final[dict[str, Desk]] = {
    "clinic": Desk(_clinic, "place"),
    "charging": Desk(_charging, "station"),
    "breakfast": Desk(_breakfast, "place"),
}


def _desk_of(directory: PlaceDirectory, staff: Staff, place_id: UUID) -> Desk:
    """Choose the room that answers for a venue (VenueNotFound outside the scope)."""
    place = directory.get(place_id)
    if place is None or place.scene not in DESKS or not staff.may_work_at(place_id):
        raise VenueNotFound
    return DESKS[place.scene]


@get("/staff/board", operation_id="getBoard", tags=["staff"])
async def get_board(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    directory: NamedDependency[PlaceDirectory],
    clock: NamedDependency[Clock],
    *,
    place_id: PlaceId,
    day: Day = None,
) -> AnyBoard:
    """Show a venue's day, names masked; who has seen whom is written down."""
    room, now = _desk_of(directory, staff, place_id), clock()
    board, people = await room.read(session, staff, place_id, day or local_day(now), now)
    await audit_board(session, staff.staff_id, people, now=now)
    return board


@get("/staff/board/events", operation_id="followBoard", tags=["staff"])
async def follow_board(
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    directory: NamedDependency[PlaceDirectory],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    *,
    place_id: PlaceId,
    day: Day = None,
) -> ServerSentEvent:
    """Follow a venue's day live: an event `board` with the whole board whenever it changed.

    Written down in the audit log once for everyone shown, and again for who comes in later.
    """
    room = _desk_of(directory, staff, place_id)
    shown: set[UUID] = set()

    async def read() -> AnyBoard:
        now = clock()
        async with database.transaction() as session:
            board, people = await room.read(session, staff, place_id, day or local_day(now), now)
            if not people <= shown:
                await audit_board(session, staff.staff_id, people, now=now)
                shown.update(people)
        return board

    async def events() -> AsyncGenerator[ServerSentEventMessage]:
        async with fanout.listen(f"{room.topic}:{place_id}", tick_seconds=TICK_SECONDS) as changes:
            last = await read()
            yield _shown(last)
            async for _ in changes:
                present = await read()
                if msgspec.structs.replace(present, as_of=last.as_of) != last:
                    yield _shown(present)
                last = present

    return ServerSentEvent(events())


def _shown(board: AnyBoard) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=encode(board).decode(), event="board")


@post("/staff/redeem", operation_id="redeem", tags=["staff"], status_code=200)
async def redeem(
    data: JSONBody[RedeemRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    cipher: NamedDependency[FieldCipher],
    vouchers: NamedDependency[VoucherSigner],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Redeemed:
    """Take the number for somebody, or hand their breakfast out: by code, or by name and a number.

    The district's staff work in both rooms; for them the clinic is asked first, a signed code never.
    """
    checked = checked_key(key) if key is not None else None
    mark = fingerprint("/staff/redeem", data)
    known = Known(code=data.code, name=data.name, number=data.number)
    if staff.role != "breakfast" and not known.is_signed:
        try:
            return await clinic.redeemed(
                known, staff, database=database, ledger=ledger, cipher=cipher, now=clock(), key=checked,
                mark=mark,
            )  # fmt: skip
        except BookingNotFound:
            if staff.role != "district":
                raise
    counter = collect.Counter(database, ledger, cipher, vouchers, clock)
    record = await collect.redeem(counter, staff=staff, known=known, key=checked, fingerprint=mark)
    return Redeemed.of(record, None)


ROUTES: list[Any] = [get_board, follow_board, redeem]

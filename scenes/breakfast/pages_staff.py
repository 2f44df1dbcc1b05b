"""A point's counter and kitchen as pages that work by keyboard: the day, handing out, stock, the list."""

import re
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import StockChangeInvalid
from scenes.breakfast.pages_staff_view import BoardPage, Fetched, board_page, cook_page, fetched_of
from scenes.breakfast.rules.kitchen import StockChange
from scenes.breakfast.service import collect, kitchen
from scenes.common.booking import service as booking
from scenes.common.booking.errors import BookingNotFound
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.pages_desk import CONSOLE, RedeemForm, board_elsewhere, slip_href
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import once
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.kit.wire import fingerprint
from scenes.common.payments import service as payments
from scenes.common.people.service import audit_board
from scenes.common.places.directory import PlaceDirectory

WHOLE_NUMBER: Final = re.compile(r"[+-]?\d{1,5}")
OK: Final = 200
CONFLICT: Final = 409
NOT_FOUND: Final = 404
BOARD: Final = "breakfast/staff_board.html"
WALK_IN: Final = "/staff/breakfast/walk-in"

PlaceId = Annotated[UUID, QueryParameter(name="placeId")]
Day = Annotated[date | None, QueryParameter(name="date")]


class StockForm(PageForm, frozen=True, kw_only=True):
    """What is to happen with an item's stock: `act` is add, sold_out or on_sale."""

    place_id: UUID
    day: date
    act: str
    by: str = ""

    def change(self) -> StockChange:
        """Read the change; StockChangeInvalid when the number is none."""
        if self.act in {"sold_out", "on_sale"}:
            return StockChange(sold_out=self.act == "sold_out")
        said = self.by.strip().replace("−", "-")
        if not WHOLE_NUMBER.fullmatch(said):
            raise StockChangeInvalid("请写要加几份,减就写负数。")
        return StockChange(add=int(said))


@get("/staff/breakfast", include_in_schema=False)
async def show_board(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
    *,
    place_id: Annotated[UUID | None, QueryParameter(name="placeId")] = None,
    day: Day = None,
    done: Annotated[UUID | None, QueryParameter(name="done")] = None,
) -> Redirect | Response[str]:
    """Show a point's day; `done` shows what was handed out. Without a venue of this room, go on."""
    if place_id is None:
        return see_other(CONSOLE)
    elsewhere = board_elsewhere(directory, "breakfast", place_id, day)
    if elsewhere is not None:
        return see_other(elsewhere)
    result = await _fetched(session, place_id, done) if done is not None else None
    page = await _board(
        session, staff, place_id=place_id, day=day, clock=clock, place_names=place_names, result=result
    )
    return render(BOARD, page, title=f"今日 · {page.frame.place}")


async def _board(
    session: AsyncSession,
    staff: Staff,
    *,
    place_id: UUID,
    day: date | None,
    clock: Clock,
    place_names: PlaceNames,
    result: Fetched | None = None,
    problem: str = "",
    pay_href: str = "",
    typed: str = "",
) -> BoardPage:
    now = clock()
    board = await kitchen.board_of(session, staff, place_id=place_id, day=day or local_day(now), now=now)
    await audit_board(session, staff.staff_id, board.people, now=now)
    place = place_names(place_id).name
    refunds = await payments.count_to_hand_back(session, place_id)
    return board_page(
        board, place=place, now=now, refunds=refunds, result=result, problem=problem, pay_href=pay_href,
        typed=typed,
    )  # fmt: skip


async def _fetched(session: AsyncSession, place_id: UUID, booking_id: UUID) -> Fetched | None:
    """Show an order of this point that was handed out."""
    record = await booking.any_booking(session, booking_id)
    return fetched_of(record) if record.place_id == place_id else None


@post("/staff/breakfast/redeem", include_in_schema=False)
async def redeem(
    data: URLEncodedBody[RedeemForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    cipher: NamedDependency[FieldCipher],
    vouchers: NamedDependency[VoucherSigner],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Hand an order out by code, or by name and number; or say why not."""
    counter = collect.Counter(database, ledger, cipher, vouchers, clock)
    mark = fingerprint("/staff/breakfast/redeem", data.known)
    try:
        record = await collect.redeem(
            counter, staff=staff, known=data.read(), key=data.idempotency_key, fingerprint=mark
        )
    except (Conflict, Invalid, BookingNotFound) as refused:
        async with database.transaction() as session:
            page = await _board(
                session, staff, place_id=data.place_id, day=data.day, clock=clock,
                place_names=place_names, problem=refused.detail, pay_href=slip_href(refused, WALK_IN),
                typed=data.known,
            )  # fmt: skip
        status = NOT_FOUND if isinstance(refused, BookingNotFound) else CONFLICT
        return render(BOARD, page, title="没有取成", status=status)
    return see_other(f"/staff/breakfast?placeId={data.place_id}&date={data.day}&done={record.id}")


@post("/staff/breakfast/stock/{stock_id:uuid}", include_in_schema=False)
async def change_stock(
    stock_id: FromPath[UUID],
    data: URLEncodedBody[StockForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Change an item's stock; a double click changes it once."""
    now = clock()

    async def act() -> tuple[int, bytes]:
        await kitchen.change_stock(session, staff, stock_id, data.change(), now=now)
        return OK, b""

    mark = fingerprint(f"/staff/breakfast/stock/{stock_id}", [data.act, data.by])
    try:
        async with database.transaction() as session:
            await once(session, staff.staff_id, key=data.idempotency_key, fingerprint=mark, now=now, act=act)
    except (Conflict, Invalid) as refused:
        async with database.transaction() as session:
            page = await _board(
                session, staff, place_id=data.place_id, day=data.day, clock=clock,
                place_names=place_names, problem=refused.detail,
            )  # fmt: skip
        return render(BOARD, page, title="没有改成", status=CONFLICT)
    await kitchen.tell_stock(database, fanout, data.place_id, data.day)
    return see_other(f"/staff/breakfast?placeId={data.place_id}&date={data.day}#stock")


@get("/staff/breakfast/kitchen", include_in_schema=False)
async def show_kitchen(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: PlaceId,
    day: Day = None,
) -> Response[str]:
    """Show the list to cook by, to be printed."""
    now = clock()
    board = await kitchen.board_of(session, staff, place_id=place_id, day=day or local_day(now), now=now)
    await audit_board(session, staff.staff_id, board.people, now=now)
    page = cook_page(board, place=place_names(place_id).name, now=now)
    return render("breakfast/staff_kitchen.html", page, title=f"备餐单 · {page.place}")


PAGES: list[Any] = [show_board, redeem, change_stock, show_kitchen]

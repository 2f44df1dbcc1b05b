"""The page that puts a cart out of order: why, then who goes where or is paid back, then done."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.pages_staff_view import Tab, tabs_of
from scenes.breakfast.service import carts
from scenes.breakfast.service.carts import OutDone, OutPreview
from scenes.common.booking.errors import PreviewStale
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day, shanghai
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.masking import mask_name
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.speech import spoken_when

OK: Final = 200
CONFLICT: Final = 409
TEMPLATE: Final = "breakfast/staff_cart.html"
LONGEST_REASON: Final = 200


class CartForm(PageForm, frozen=True, kw_only=True):
    """A cart to be looked at, and why it stops."""

    place_id: UUID
    reason: str = ""

    @property
    def why(self) -> str:
        """Return the reason as it is kept."""
        return self.reason.strip()[:LONGEST_REASON] or "餐车故障"


class CartTokenForm(CartForm, frozen=True, kw_only=True):
    """The preview to be carried out."""

    token: str


class StrandedRow(msgspec.Struct, frozen=True, kw_only=True):
    """An order of the cart, name masked, and where it would go."""

    name: str
    title: str
    when: str
    goes: str


class CartPage(msgspec.Struct, frozen=True, kw_only=True):
    """A cart: working, about to be stopped (with a token), or out of order (with what was done).

    One that is out of order since an earlier day can be stopped for today as well.
    """

    place_id: str
    place: str
    tabs: list[Tab]
    back: str
    out: bool = False
    since: str = ""
    may_stop: bool = True
    reason: str = ""
    token: str = ""
    moves: int = 0
    refunds: int = 0
    refund: str = ""
    rows: list[StrandedRow] = []
    done: OutDone | None = None
    problem: str = ""


def _cart_page(place_id: UUID, *, place: str, now: datetime, **more: Any) -> CartPage:
    tabs = tabs_of(place_id, local_day(now), kind="cart", here="/cart")
    back = f"/staff/breakfast?placeId={place_id}"
    return CartPage(place_id=str(place_id), place=place, tabs=tabs, back=back, **more)


def preview_page(
    preview: OutPreview, *, place: str, reason: str, now: datetime, problem: str = ""
) -> CartPage:
    """Show whom stopping the cart would touch."""
    refunded = [record for record in preview.orders if preview.planned.get(record.id) is None]
    paid = sum(record.amount_fen for record in refunded if record.state == "confirmed")
    return _cart_page(
        preview.place_id,
        place=place,
        now=now,
        reason=reason,
        token=preview.token,
        moves=len(preview.orders) - len(refunded),
        refunds=len(refunded),
        refund=yuan_text(paid),
        rows=[_row(preview, record) for record in preview.orders],
        problem=problem,
    )


def _row(preview: OutPreview, record: BookingRecord) -> StrandedRow:
    choice = preview.planned.get(record.id)
    goes = "退款" if record.state == "confirmed" else "取消"
    if choice is not None:
        place = preview.names.get(choice.place_id, "")
        goes = f"改到{place} {shanghai(choice.starts_at):%-H:%M}取,直线{round(choice.metres)}米"
    return StrandedRow(
        name=mask_name(record.person_name),
        title=record.title,
        when=f"{shanghai(record.starts_at):%-H:%M}",
        goes=goes,
    )


@get("/staff/breakfast/cart", include_in_schema=False)
async def show_cart(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
) -> Response[str]:
    """Ask why a cart is to be stopped; one that is stopped can be put back."""
    now = clock()
    await carts.own_cart(reading, staff, place_id)
    since = await carts.out_since(reading, place_id)
    page = _cart_page(
        place_id, place=place_names(place_id).name, now=now, out=since is not None,
        since=spoken_when(since, now) if since else "",
        may_stop=since is None or local_day(since) < local_day(now),
    )  # fmt: skip
    return render(TEMPLATE, page, title=f"餐车停用 · {page.place}")


@post("/staff/breakfast/cart/preview", include_in_schema=False)
async def preview_cart(
    data: URLEncodedBody[CartForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show which orders would go where; nothing is stopped yet."""
    now = clock()
    preview = await carts.preview_out_of_order(session, staff, data.place_id, now=now)
    page = preview_page(preview, place=place_names(data.place_id).name, reason=data.why, now=now)
    return render(TEMPLATE, page, title="餐车停用:先看会影响谁", status=OK)


@post("/staff/breakfast/cart", include_in_schema=False)
async def stop_cart(
    data: URLEncodedBody[CartTokenForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Stop the cart and move or refund what was shown; where that has changed, show it again."""
    now, place = clock(), place_names(data.place_id).name
    try:
        async with database.transaction() as session:
            await carts.begin_out_of_order(
                session, staff, data.place_id, token=data.token, reason=data.why, now=now
            )
    except PreviewStale as stale:
        async with database.transaction() as session:
            preview = await carts.preview_out_of_order(session, staff, data.place_id, now=now)
        page = preview_page(preview, place=place, reason=data.why, now=now, problem=stale.detail)
        return render(TEMPLATE, page, title="情况有变化", status=CONFLICT)
    done = await carts.finish_out_of_order(database, ledger, data.place_id, now=now)
    await fanout.publish_all((f"place:{data.place_id}", "carts"), b"out of order")
    page = _cart_page(data.place_id, place=place, now=now, out=True, done=done)
    return render(TEMPLATE, page, title="餐车已停用", status=OK)


@post("/staff/breakfast/cart/mended", include_in_schema=False)
async def mend_cart(
    data: URLEncodedBody[CartForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Let a mended cart sell again what is left of its day."""
    async with database.transaction() as session:
        await carts.back_in_order(session, staff, data.place_id, now=clock())
    await fanout.publish_all((f"place:{data.place_id}", "carts"), b"in order")
    return see_other(f"/staff/breakfast?placeId={data.place_id}")


PAGES: list[Any] = [show_cart, preview_cart, stop_cart, mend_cart]

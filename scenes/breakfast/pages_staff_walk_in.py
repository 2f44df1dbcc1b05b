"""Ordering at the counter or by phone, as one form; what was typed stays on a refusal."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect

from scenes.breakfast.errors import OrderInvalid, SlotNotFound
from scenes.breakfast.pages_staff_view import Tab, tabs_of
from scenes.breakfast.service import walk_in
from scenes.breakfast.service.collect import check_scope
from scenes.breakfast.service.days import SCENE
from scenes.breakfast.service.menu import Menu, MenuItem, MenuSlot, shared_menu
from scenes.breakfast.service.orders import OrderWish, Wish
from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.pages_desk import CallerForm, DayFrame, day_frame
from scenes.common.booking.service_desk import DeskTools
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day, shanghai
from scenes.common.kit.database import Database
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import PageRender, Several, see_other, several
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.payments.pages_counter import Desk, slip_handler

PATH: Final = "/staff/breakfast/walk-in"
FORM: Final = "breakfast/staff_walk_in.html"
CONFLICT: Final = 409
LONGEST_NOTE: Final = 200
DESK: Final = Desk(
    board="/staff/breakfast", walk_in=PATH, redeem="/staff/breakfast/redeem", redeem_label="人在现场,交给顾客"
)


class OrderForForm(CallerForm, frozen=True, kw_only=True):
    """Who comes or calls, when they fetch what; `item` and `units` are of the same length."""

    slot: str = ""
    item: Several = ""
    units: Several = ""
    note: str = ""

    def written(self) -> list[tuple[str, str]]:
        """Pair each item with what was typed for it."""
        return list(zip(several(self.item), several(self.units), strict=False))

    def wish(self) -> OrderWish:
        """Read what is wanted (SlotNotFound, OrderInvalid)."""
        try:
            slot = UUID(self.slot)
        except ValueError:
            raise SlotNotFound("请选什么时候来取。", detail_en="Choose a pick-up time.") from None
        wishes = tuple(
            Wish(item_id=_item_id(item), quantity=_units(text))
            for item, text in self.written()
            if text.strip() not in {"", "0"}
        )
        if not wishes:
            raise OrderInvalid("请写要什么、要几份。")
        note = self.note.replace("\x00", "").strip()[:LONGEST_NOTE]
        return OrderWish(place_id=self.place_id, window_id=slot, items=wishes, note=note or None)


class SlotChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A pick-up time that takes orders."""

    id: str
    words: str
    left: str
    chosen: bool


class ItemLine(msgspec.Struct, frozen=True, kw_only=True):
    """An item that can be ordered, with what was typed."""

    id: str
    name: str
    about: str
    most: int
    units: str


class OrderForPage(msgspec.Struct, frozen=True, kw_only=True):
    """The form with the day's menu."""

    frame: DayFrame
    tabs: list[Tab]
    slots: list[SlotChoice]
    items: list[ItemLine]
    typed: OrderForForm
    problem: str


def _item_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise OrderInvalid from None


def _units(text: str) -> int:
    said = text.strip()
    if not (said.isascii() and said.isdigit() and len(said) <= 3):  # noqa: PLR2004 - more than anybody carries
        raise OrderInvalid("份数请写数字。")
    return int(said)


def _page(menu: Menu, typed: OrderForForm, *, place: str, now: datetime, problem: str = "") -> OrderForPage:
    written = dict(typed.written())
    return OrderForPage(
        frame=day_frame(PATH, typed.place_id, place=place, day=typed.day, now=now),
        tabs=tabs_of(typed.place_id, typed.day, kind=menu.kind, here="/walk-in"),
        slots=[_slot(slot, typed.slot) for slot in menu.slots if slot.open],
        items=[
            _item(item, written.get(str(item.item_id), ""), menu.rule.most_of_an_item)
            for item in menu.items
            if item.left
        ],
        typed=typed,
        problem=problem,
    )


def _slot(slot: MenuSlot, chosen: str) -> SlotChoice:
    return SlotChoice(
        id=str(slot.window_id),
        words=f"{shanghai(slot.starts_at):%-H:%M}–{shanghai(slot.ends_at):%-H:%M}",
        left=f"还能订 {slot.free} 单",
        chosen=str(slot.window_id) == chosen,
    )


def _item(item: MenuItem, units: str, most: int) -> ItemLine:
    return ItemLine(
        id=str(item.item_id), name=item.name, about=f"{yuan_text(item.price_fen)} · 剩 {item.left}",
        most=min(item.left, most), units=units,
    )  # fmt: skip


@get(PATH, include_in_schema=False)
async def show_form(
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
    day: Annotated[date | None, QueryParameter(name="date")] = None,
) -> Response[str]:
    """Ask who it is, and show what can be ordered for the day."""
    check_scope(staff, place_id)
    now = clock()
    typed = OrderForForm(place_id=place_id, day=day or local_day(now))
    menu = await shared_menu(database, clock, place_id, day=typed.day)
    page = _page(menu, typed, place=place_names(place_id).name, now=now)
    return render(FORM, page, title="现场和电话订餐")


@post(PATH, include_in_schema=False)
async def order(
    data: URLEncodedBody[OrderForForm],
    staff: NamedDependency[Staff],
    desk_tools: NamedDependency[DeskTools],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Order, then show the slip with the person's own price; or say why not, with all that was typed."""
    check_scope(staff, data.place_id)
    try:
        call = data.call(staff, PATH, [data.slot, data.written(), data.note])
        record = await walk_in.order_for(desk_tools, call, data.wish())
    except (Conflict, Invalid, SlotNotFound) as refused:
        menu = await shared_menu(desk_tools.database, desk_tools.clock, data.place_id, day=data.day)
        place = place_names(data.place_id).name
        page = _page(menu, data, place=place, now=desk_tools.clock(), problem=refused.detail)
        return render(FORM, page, title="还没有订上", status=CONFLICT)
    return see_other(f"{PATH}/{record.id}")


def _ordered(record: BookingRecord) -> list[str]:
    """Say what was ordered and what was taken off; the pick-up time and the subsidy's guard cost nothing."""
    lines = [
        f"{line.label} {line.units}份 {yuan_text(line.units * line.unit_fen)}"
        for line in record.lines
        if line.unit_fen > 0
    ]
    return lines + [f"{each.label} 减{yuan_text(-each.fen)}" for each in record.adjustments]


PAGES: list[Any] = [
    show_form,
    order,
    slip_handler(DESK, SCENE, title="订餐单", items=_ordered),
]

"""Money over the counter as pages: the slip of who was booked at the desk, taking money, handing it back."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.counter import call_off
from scenes.common.booking.errors import TooEarly, TooLate
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.booking.rules import check_check_in_time
from scenes.common.booking.service_desk import slip_of
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.masking import mask_name
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import PageForm, PageRender, own_path, see_other
from scenes.common.kit.speech import heard_when, spoken_when
from scenes.common.kit.wire import fingerprint
from scenes.common.payments import service
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.service import HandBack
from scenes.common.payments.wire import rendered

STATES: Final = {
    "held": "还没付款",
    "confirmed": "已约好",
    "checked_in": "已报到",
    "fulfilled": "已办完",
    "cancelled": "已取消",
    "expired": "没有付款,已经取消",
    "no_show": "没有来",
}
Items = Callable[[BookingRecord], list[str]]
"""Says what of a booking is listed on its slip."""

SLIP: Final = "payments/staff_slip.html"


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """A room's desk: its board, its form for who comes or calls, and what takes a code, with its button."""

    board: str
    walk_in: str
    redeem: str = ""
    redeem_label: str = ""


class PaidForm(PageForm, frozen=True, kw_only=True):
    """What was counted, in fen, and the slip to go back to."""

    amount_fen: int
    back: str = ""


class BackForm(PageForm, frozen=True, kw_only=True):
    """The page to go back to."""

    back: str = ""


class SlipPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed for who was booked, and what the desk can still do with it.

    `due_fen` is what is to be paid over the counter, nothing when paid or free of charge.
    """

    here: str
    back: str
    again: str
    code: str
    number: str
    title: str
    when: str
    place: str
    place_id: str
    day: str
    person: str
    state: str
    fee: str
    items: list[str]
    due_fen: int
    due_until: str
    pay_action: str
    call_off_action: str
    redeem: str
    redeem_label: str
    refunds: str


class RefundLine(msgspec.Struct, frozen=True, kw_only=True):
    """Money that waits at the counter."""

    name: str
    title: str
    amount: str
    since: str
    action: str


class RefundsPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a venue's counter has to hand back."""

    place: str
    here: str
    lines: list[RefundLine]


def slip_page(
    record: BookingRecord,
    desk: Desk,
    *,
    place_names: PlaceNames,
    now: datetime,
    items: list[str],
) -> SlipPage:
    """Show a desk's booking; the name is masked, since the paper lies about."""
    lapsed = record.hold_expires_at is not None and record.hold_expires_at <= now
    state = "expired" if lapsed else record.state
    waits = state == "held" and record.payment_state != "success"
    until = record.hold_expires_at
    return SlipPage(
        here=f"{desk.walk_in}/{record.id}",
        back=f"{desk.board}?placeId={record.place_id}&date={local_day(record.starts_at)}",
        again=f"{desk.walk_in}?placeId={record.place_id}",
        code=record.code if state in {"held", "confirmed", "checked_in"} else "",
        number=f"{record.queue_no} 号" if record.queue_no is not None else "",
        title=record.title,
        when=spoken_when(record.starts_at, now),
        place=place_names(record.place_id).name,
        place_id=str(record.place_id),
        day=str(local_day(record.starts_at)),
        person=mask_name(record.person_name),
        state=STATES[state],
        fee=yuan_text(record.amount_fen) if record.amount_fen else "不收费",
        items=items,
        due_fen=record.amount_fen if waits else 0,
        due_until=spoken_when(until, now) if waits and until is not None else "",
        pay_action=f"/staff/bookings/{record.id}/paid" if waits else "",
        call_off_action=f"/staff/bookings/{record.id}/call-off" if state in {"held", "confirmed"} else "",
        redeem=desk.redeem if state == "confirmed" and _may_come(record, now) else "",
        redeem_label=desk.redeem_label,
        refunds=f"/staff/refunds?placeId={record.place_id}" if state == "cancelled" else "",
    )


def nothing_more(_: BookingRecord) -> list[str]:
    """List nothing of a booking beside its title."""
    return []


def slip_handler(
    desk: Desk,
    scene: str,
    *,
    title: str = "预约单",
    items: Items = nothing_more,
) -> HTTPRouteHandler:
    """Make the page of a room's slip; `items` are what of a booking is listed on it."""

    @get(f"{desk.walk_in}/{{booking_id:uuid}}", include_in_schema=False)
    async def show_slip(
        booking_id: FromPath[UUID],
        staff: NamedDependency[Staff],
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        place_names: NamedDependency[PlaceNames],
        render: NamedDependency[PageRender],
    ) -> Response[str]:
        """Show the slip, and the buttons for what the desk can still do with the booking."""
        now = clock()
        record = await slip_of(session, staff, booking_id, scene=scene, now=now)
        page = slip_page(record, desk, place_names=place_names, now=now, items=items(record))
        return render(SLIP, page, title=title)

    return show_slip


def _may_come(record: BookingRecord, now: datetime) -> bool:
    """Tell whether what was booked can be used now, so that no button only refuses."""
    try:
        check_check_in_time(record.terms, now)
    except (TooEarly, TooLate):
        return False
    return True


@post("/staff/bookings/{booking_id:uuid}/paid", include_in_schema=False)
async def take_money(
    booking_id: FromPath[UUID],
    data: URLEncodedBody[PaidForm],
    staff: NamedDependency[Staff],
    cashier: NamedDependency[Cashier],
) -> Redirect:
    """Say that the money was counted; a double click takes it once, and the booking stands."""
    path = f"/staff/bookings/{booking_id}/paid"
    await cashier.take_at_counter(
        booking_id, staff=staff, amount_fen=data.amount_fen, key=data.idempotency_key,
        fingerprint=fingerprint(path, data.amount_fen), render=rendered,
    )  # fmt: skip
    return see_other(own_path(data.back, "/staff"))


@post("/staff/bookings/{booking_id:uuid}/call-off", include_in_schema=False)
async def call_off_booking(
    booking_id: FromPath[UUID],
    data: URLEncodedBody[BackForm],
    staff: NamedDependency[Staff],
    ledger: NamedDependency[Ledger],
) -> Redirect:
    """Cancel what somebody at the desk does not want after all; what was paid waits to be handed back."""
    mark = fingerprint(f"/staff/bookings/{booking_id}/call-off", None)
    await ledger.move(call_off(booking_id, staff, key=data.idempotency_key, fingerprint=mark))
    return see_other(own_path(data.back, "/staff"))


@get("/staff/refunds", include_in_schema=False)
async def show_refunds(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: Annotated[UUID | None, QueryParameter(name="placeId")] = None,
) -> Redirect | Response[str]:
    """Show what a venue's counter has to hand back; without a venue, go where one is chosen."""
    if place_id is None:
        return see_other("/staff")
    now = clock()
    lines = [_line(each, now) for each in await service.to_hand_back(reading, staff, place_id)]
    here = f"/staff/refunds?placeId={place_id}"
    page = RefundsPage(place=place_names(place_id).name, here=here, lines=lines)
    return render("payments/staff_refunds.html", page, title=f"要退的钱 · {page.place}")


def _line(each: HandBack, now: datetime) -> RefundLine:
    return RefundLine(
        name=mask_name(each.name), title=each.title, amount=yuan_text(each.amount_fen),
        since=heard_when(each.since, now), action=f"/staff/refunds/{each.refund_id}/handed-back",
    )  # fmt: skip


@post("/staff/refunds/{refund_id:uuid}/handed-back", include_in_schema=False)
async def hand_back(
    refund_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Say that the money was handed back; the person is told, so that it cannot go elsewhere in silence."""
    del data
    place_id = await service.handed_back(session, refund_id, staff=staff, now=clock())
    return see_other(f"/staff/refunds?placeId={place_id}")


STAFF_PAGES: list[Any] = [take_money, call_off_booking, show_refunds, hand_back]

"""Money that no provider could give back, as a page of the district's staff."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.masking import mask_name
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.speech import heard_when
from scenes.common.payments import service
from scenes.common.payments.service import StuckRefund

STUCK: Final = "/staff/stuck-refunds"
LISTED: Final = 50

REASONS: Final = {
    "cancelled": "取消了,要全退",
    "missed": "没有来,退一部分",
    "late": "钱到晚了,没有约成",
    "rest": "充完电,退剩下的",
    "mismatch": "付的数目和订单不一样",
}
Contact = tuple[str, str | None]
"""A name, and a number where there is one."""

METHODS: Final = {"wechat": "微信支付", "sandbox": "演示付款(sandbox)"}


class ReturnedForm(PageForm, frozen=True, kw_only=True):
    """How the money went back, in the words of who gave it."""

    way: str = ""


class StuckCard(msgspec.Struct, frozen=True, kw_only=True):
    """Money that is owed to somebody: what staff need to find it at the provider and to reach the person."""

    here: str
    anchor: str
    name: str
    phone: str
    no_phone: bool
    title: str
    place: str
    amount: str
    reason: str
    since: str
    method: str
    order_no: str
    refund_no: str
    provider_ref: str
    may_retry: bool


class StuckView(msgspec.Struct, frozen=True, kw_only=True):
    """The list, the longest waiting first."""

    cards: list[StuckCard]
    as_of: str
    more: bool


def stuck_card(each: StuckRefund, place: str, *, contact: Contact | None, now: datetime) -> StuckCard:
    """Show what is stuck; name and number are whole only where `contact` was opened."""
    name, phone = contact or (mask_name(each.name), None)
    return StuckCard(
        here=f"{STUCK}/{each.refund_id}", anchor=f"r-{each.refund_id}", name=name or "已注销",
        phone=phone or "", no_phone=contact is not None and phone is None,
        title=each.title, place=place, amount=yuan_text(each.amount_fen),
        reason=REASONS.get(each.reason, each.reason),
        since=heard_when(each.since, now), method=METHODS.get(each.method, each.method),
        order_no=each.payment_id.hex, refund_no=each.out_refund_no, provider_ref=each.provider_ref or "",
        may_retry=each.may_retry,
    )  # fmt: skip


@get(STUCK, include_in_schema=False)
async def show_stuck(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the money that only the district's staff can bring back to people, the longest waiting first."""
    found = await service.stuck_refunds(session, staff, limit=LISTED + 1)
    return _shown(found, {}, render=render, place_names=place_names, now=clock())


@post(STUCK + "/{refund_id:uuid}/contact", status_code=200, include_in_schema=False)
async def show_contact(
    refund_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the list with one person's name and number open, which is written down."""
    del data
    now = clock()
    contact = await service.open_contact(session, refund_id, staff=staff, cipher=cipher, now=now)
    found = await service.stuck_refunds(session, staff, limit=LISTED + 1)
    return _shown(found, {refund_id: contact}, render=render, place_names=place_names, now=now)


def _shown(
    found: list[StuckRefund],
    opened: dict[UUID, Contact],
    *,
    render: PageRender,
    place_names: PlaceNames,
    now: datetime,
) -> Response[str]:
    cards = [
        stuck_card(each, place_names(each.place_id).name, contact=opened.get(each.refund_id), now=now)
        for each in found[:LISTED]
    ]
    view = StuckView(cards=cards, as_of=heard_when(now, now), more=len(found) > LISTED)
    return render("payments/staff_stuck.html", view, title="退款异常")


@post(STUCK + "/{refund_id:uuid}/retry", include_in_schema=False)
async def retry(
    refund_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Have the provider asked again; should it refuse again, the money is back on this list."""
    del data
    await service.retry(session, refund_id, staff=staff, now=clock())
    return see_other(STUCK)


@post(STUCK + "/{refund_id:uuid}/returned", include_in_schema=False)
async def returned(
    refund_id: FromPath[UUID],
    data: URLEncodedBody[ReturnedForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Say how the district gave the money back; the person is told."""
    await service.returned(session, refund_id, way=data.way, staff=staff, now=clock())
    return see_other(STUCK)


STUCK_PAGES: list[Any] = [show_stuck, show_contact, retry, returned]

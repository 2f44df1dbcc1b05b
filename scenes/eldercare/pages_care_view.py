"""What the pages of care show: each page one struct, in plain words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import spoken_when
from scenes.eldercare.pages_escort_view import EscortView
from scenes.eldercare.pages_later_view import (
    LaterView,
    time_facts,
    when_words,
)
from scenes.eldercare.pages_photos import PhotoLine, photo_lines
from scenes.eldercare.service.catalogue import Offer
from scenes.eldercare.service.photos import VisitPhoto
from scenes.eldercare.service.requests import RequestView
from scenes.eldercare.states import EDGES
from scenes.eldercare.wire_care import said_of

MARKS: Final = {
    "unpaid": Mark("few", "等付款"), "requested": Mark("few", "在找人"), "assigned": Mark("few", "等答应"),
    "accepted": Mark("ok", "有人来"), "arrived": Mark("ok", "已到"), "done": Mark("ok", "做完了"),
    "rated": Mark("off", "做完了"), "cancelled": Mark("off", "取消了"), "declined": Mark("off", "办不了"),
    "calling": Mark("full", "没人应答"), "answered": Mark("few", "有人处理"),
    "attended": Mark("ok", "有人在场"),
    "pending": Mark("few", "刚按下"),
}  # fmt: skip
STARS: Final = ((5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意"))


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One of several; the first is chosen."""

    id: str
    label: str
    chosen: bool


class ServiceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A service in the list."""

    href: str
    name: str
    summary: str
    price: str


class RequestLine(msgspec.Struct, frozen=True, kw_only=True):
    """One of one's own requests."""

    href: str
    name: str
    when: str
    mark: Mark


class CareHome(msgspec.Struct, frozen=True, kw_only=True):
    """The catalogue, and what one has asked for."""

    services: list[ServiceLine]
    mine: list[RequestLine]


class AskView(msgspec.Struct, frozen=True, kw_only=True):
    """One service with the form that asks for it."""

    name: str
    summary: str
    facts: list[tuple[str, str]]
    at_once: str
    later: LaterView
    action: str
    by_window: bool
    windows: list[Choice]
    people: list[Choice]
    add_patient: str
    agreement: str
    address: str
    before: list[str]
    note: str
    sexes: list[Choice]
    agreed: bool
    pays: bool
    problem: str


class StatusView(msgspec.Struct, frozen=True, kw_only=True):
    """How a request stands: who comes, when, and the code to tell at the door."""

    name: str
    mark: Mark
    words: str
    facts: list[tuple[str, str]]
    code: str
    prepare: str
    pay_href: str
    cancel: str
    rate: str
    stars: tuple[tuple[int, str], ...]
    moving: bool
    photos: list[PhotoLine]
    escort: EscortView | None
    problem: str


def care_home(offers: Sequence[Offer], mine: Sequence[RequestView], now: datetime) -> CareHome:
    """Make the first page."""
    return CareHome(
        services=[
            ServiceLine(
                href=f"/eldercare/services/{each.row.id}", name=each.row.name, summary=each.row.summary,
                price=price_words(each),
            )
            for each in offers
        ],
        mine=[
            RequestLine(
                href=f"/eldercare/requests/{view.row.id}", name=view.service_name,
                when=when_words(view.row, now), mark=MARKS[view.row.state],
            )
            for view in mine
        ],
    )  # fmt: skip


def price_words(offer: Offer) -> str:
    """Say what a visit costs."""
    return f"每次 {yuan_text(offer.terms.price_fen)}" if offer.terms.price_fen else "不要钱"


def service_facts(offer: Offer) -> list[tuple[str, str]]:
    """Say for whom a service is, what it costs and what to prepare."""
    terms = offer.terms
    facts = [("给谁", f"{terms.min_age}岁以上" if terms.min_age else "都可以"), ("价钱", price_words(offer))]
    if terms.subsidy_fen:
        facts.append(("补贴", f"{terms.subsidy_from_age}岁以上少付 {yuan_text(terms.subsidy_fen)}"))
    if not offer.row.by_window:
        facts.append(("多久来", f"{span_words(terms.promise_minutes)}内"))
    return [*facts, ("请准备", offer.row.prepare)]


def span_words(minutes: int) -> str:
    """Say a wait as people do."""
    return f"{minutes}分钟" if minutes <= 90 else f"{-(-minutes // 60)}小时"  # noqa: PLR2004 - as people say it


def window_choices(offer: Offer, chosen: str, now: datetime) -> list[Choice]:
    """List the free times."""
    return [
        Choice(id=str(row.id), label=spoken_when(row.starts_at, now), chosen=chosen == str(row.id))
        for row in offer.windows
    ]


def status_page(
    view: RequestView,
    *,
    now: datetime,
    escort: EscortView | None = None,
    photos: Sequence[VisitPhoto] = (),
    problem: str = "",
) -> StatusView:
    """Make the page of a request."""
    row, here = view.row, f"/eldercare/requests/{view.row.id}"
    facts = [("给谁", view.person_name), *time_facts(row, now)]
    if view.carer_name:
        facts.append(("谁来", view.carer_name))
    if view.brief.spot.address:
        facts.append(("地方", view.brief.spot.address))
    if view.brief.note:
        facts.append(("您说的", view.brief.note))
    open_ = row.state in {"unpaid", "requested", "assigned", "accepted", "arrived"}
    return StatusView(
        name=view.service_name, mark=MARKS[row.state], words=said_of(row), facts=facts,
        code=row.code if row.state in {"assigned", "accepted"} else "",
        prepare=view.prepare if open_ else "",
        pay_href=f"/bookings/{row.id}" if row.state == "unpaid" else "",
        cancel=f"{here}/cancel" if (row.state, "cancel") in EDGES else "",
        rate=f"{here}/rate" if row.state == "done" else "", stars=STARS, moving=open_,
        escort=escort, photos=photo_lines(photos, f"/api/v1/eldercare/requests/{row.id}/photos", now=now),
        problem=problem,
    )  # fmt: skip

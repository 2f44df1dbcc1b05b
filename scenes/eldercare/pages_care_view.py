"""What the pages of care show: each page one struct, in plain words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from scenes.common.kit.clock import local_day
from scenes.common.kit.masking import mask_phone
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import desk_when, spoken_when
from scenes.eldercare.pages_escort_view import EscortView, escort_facts
from scenes.eldercare.pages_photos import PhotoLine, photo_lines
from scenes.eldercare.service.catalogue import Offer
from scenes.eldercare.service.desk import DeskItem, RequestDetail
from scenes.eldercare.service.photos import VisitPhoto
from scenes.eldercare.service.requests import RequestView
from scenes.eldercare.service.shift_change import Note
from scenes.eldercare.states import EDGES
from scenes.eldercare.wire_care import SAID

MARKS: Final = {
    "unpaid": Mark("few", "等付款"), "requested": Mark("few", "在找人"), "assigned": Mark("few", "等答应"),
    "accepted": Mark("ok", "有人来"), "arrived": Mark("ok", "已到"), "done": Mark("ok", "做完了"),
    "rated": Mark("off", "做完了"), "cancelled": Mark("off", "取消了"), "declined": Mark("off", "办不了"),
    "calling": Mark("full", "没人应答"), "answered": Mark("few", "有人处理"),
    "attended": Mark("ok", "有人在场"),
    "pending": Mark("few", "刚按下"),
}  # fmt: skip
STARS: Final = ((5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意"))
SEXES: Final = {"f": "女", "m": "男"}


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
    action: str
    by_window: bool
    windows: list[Choice]
    people: list[Choice]
    add_patient: str
    agreement: str
    address: str
    note: str
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


class QueueLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the desk's queue."""

    href: str
    person: str
    what: str
    mark: Mark
    since: str
    due: str
    late: bool


class NoteLine(msgspec.Struct, frozen=True, kw_only=True):
    """A note from an earlier shift."""

    words: str
    about: str


class QueueView(msgspec.Struct, frozen=True, kw_only=True):
    """The desk's queue."""

    lines: list[QueueLine]
    late: int
    as_of: str
    venues: list[Choice]
    notes: list[NoteLine]
    csv_href: str
    video_href: str


class ProposalLine(msgspec.Struct, frozen=True, kw_only=True):
    """A carer who could go."""

    id: str
    label: str


class DeskDetailView(msgspec.Struct, frozen=True, kw_only=True):
    """A request at the desk, with the steps that are possible."""

    title: str
    mark: Mark
    facts: list[tuple[str, str]]
    phone: str
    ringing: bool
    here: str
    photos_href: str
    proposals: list[ProposalLine]
    steps: frozenset[str]
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
                when=spoken_when(view.row.promised_at, now), mark=MARKS[view.row.state],
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
        facts.append(("多久来", f"{_span(terms.promise_minutes)}内"))
    return [*facts, ("请准备", offer.row.prepare)]


def _span(minutes: int) -> str:
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
    facts = [("给谁", view.person_name), ("时间", spoken_when(row.promised_at, now))]
    if view.carer_name:
        facts.append(("谁来", view.carer_name))
    if view.brief.spot.address:
        facts.append(("地方", view.brief.spot.address))
    if view.brief.note:
        facts.append(("您说的", view.brief.note))
    open_ = row.state in {"unpaid", "requested", "assigned", "accepted", "arrived"}
    return StatusView(
        name=view.service_name, mark=MARKS[row.state], words=SAID[row.state], facts=facts,
        code=row.code if row.state in {"assigned", "accepted"} else "",
        prepare=view.prepare if open_ else "",
        pay_href=f"/bookings/{row.id}" if row.state == "unpaid" else "",
        cancel=f"{here}/cancel" if (row.state, "cancel") in EDGES else "",
        rate=f"{here}/rate" if row.state == "done" else "", stars=STARS, moving=open_,
        escort=escort, photos=photo_lines(photos, f"/api/v1/eldercare/requests/{row.id}/photos", now=now),
        problem=problem,
    )  # fmt: skip


def queue_page(
    items: Sequence[DeskItem],
    notes: Sequence[Note],
    *,
    venues: list[Choice],
    now: datetime,
    video_href: str = "",
) -> QueueView:
    """Make the desk's page; without venues it is a carer's own, who has no shift to hand over."""
    lines = [
        QueueLine(
            href=item.href, person=item.person, what=item.what, mark=MARKS[item.state],
            since=desk_when(item.since, now), due=desk_when(item.due, now) if item.due else "",
            late=item.due is not None and item.due <= now,
        )
        for item in items
    ]  # fmt: skip
    return QueueView(
        lines=lines, late=sum(line.late for line in lines), as_of=desk_when(now, now), venues=venues,
        notes=[NoteLine(words=n.words, about=f"{n.by} {desk_when(n.at, now)}") for n in notes],
        csv_href=f"/api/v1/staff/requests/report.csv?date={local_day(now)}", video_href=video_href,
    )  # fmt: skip


def desk_page(
    detail: RequestDetail, *, now: datetime, problem: str = "", ringing: bool = False
) -> DeskDetailView:
    """Make the desk's page of one request; the number is whole only for whoever rings."""
    view, row = detail.view, detail.view.row
    facts = [
        ("服务", view.service_name), ("答应的时间", spoken_when(row.promised_at, now)),
        ("地方", view.brief.spot.address or "家里"), ("说了", view.brief.note or "没有写"),
        ("希望谁来", SEXES.get(row.sex_wish or "", "都可以")), ("派给", view.carer_name or "还没有"),
        *escort_facts(view, now),
    ]  # fmt: skip
    proposals = [
        ProposalLine(
            id=str(each.carer_id),
            label=f"{each.name} 约{each.distance_m}米 手上{each.load}件{' 没答应过' if each.tried else ''}",
        )
        for each in detail.proposals
    ]
    return DeskDetailView(
        title=view.person_name, mark=MARKS[row.state], facts=facts,
        phone=_number(detail, ringing=ringing), ringing=ringing,
        here=f"/staff/eldercare/{row.id}",
        photos_href=f"/staff/eldercare/{row.id}/photos" if row.arrived_at else "", proposals=proposals,
        steps=frozenset(event for state, event in EDGES if state == row.state), problem=problem,
    )  # fmt: skip


def _number(detail: RequestDetail, *, ringing: bool) -> str:
    if not detail.phone:
        return ""
    return detail.phone if ringing else mask_phone(detail.phone)

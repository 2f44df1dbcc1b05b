"""What the pages of the care desk show: the queue, and one request with its next steps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from scenes.common.kit.clock import local_day
from scenes.common.kit.masking import mask_phone
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import desk_when
from scenes.eldercare.pages_care_view import MARKS, Choice
from scenes.eldercare.pages_escort_view import escort_facts
from scenes.eldercare.pages_later_view import AgreeView, agree_view, desk_time_facts, wish_words
from scenes.eldercare.service.desk import DeskItem, RequestDetail
from scenes.eldercare.service.shift_change import Note
from scenes.eldercare.states import EDGES

SEXES: Final = {"f": "女", "m": "男"}


class QueueLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the desk's queue."""

    href: str
    person: str
    what: str
    wish: str
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
    agree: AgreeView | None
    problem: str


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
            href=item.href, person=item.person, what=item.what, wish=wish_words(item, now),
            mark=MARKS[item.state], since=desk_when(item.since, now),
            due=desk_when(item.due, now) if item.due else "", late=item.due is not None and item.due <= now,
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
        ("服务", view.service_name), *desk_time_facts(row, now),
        ("地方", _where(detail)), ("说了", view.brief.note or "没有写"),
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
        steps=frozenset(event for state, event in EDGES if state == row.state),
        agree=agree_view(row, now), problem=problem,
    )  # fmt: skip


def _where(detail: RequestDetail) -> str:
    """Say where to go: what was written for this visit, else home, as far as it is known."""
    return detail.view.brief.spot.address or (f"家里:{detail.home}" if detail.home else "家里")


def _number(detail: RequestDetail, *, ringing: bool) -> str:
    if not detail.phone:
        return ""
    return detail.phone if ringing else mask_phone(detail.phone)

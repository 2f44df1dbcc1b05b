"""What the pages of the daily sign show: each page one struct, in plain words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name, mask_phone
from scenes.common.kit.pages import Mark
from scenes.eldercare.rules.wellbeing import is_paused
from scenes.eldercare.service.wellbeing import Day, WellbeingView, plan_of
from scenes.eldercare.service.wellbeing_desk import Unseen, VisitDetail
from scenes.eldercare.wire_wellbeing import SAID

DAY_MARKS: Final = {
    "seen": Mark("ok", "平安"), "waiting": Mark("few", "还没报"), "missed": Mark("full", "没报"),
    "paused": Mark("off", "暂停"), "off": Mark("off", "不用报"),
}  # fmt: skip
STEPS: Final = {0: "马上提醒本人", 1: "提醒了本人", 2: "告诉了家人", 3: "要上门看看"}
RESULTS: Final = (("fine", "人好好的"), ("helped", "帮了忙"), ("hospital", "送医院了"), ("away", "不在家"))
DONE: Final = dict(RESULTS) | {"signed": "本人报了平安"}


class DayLine(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the history."""

    day: str
    at: str
    mark: Mark


class SignView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of a person's sign; kin see no button."""

    name: str
    person: str
    own: bool
    seen: bool
    words: str
    days: list[DayLine]
    planned: bool
    active: bool
    hour: str
    kin: bool
    community: bool
    device: bool
    paused: str


class DeskLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the desk's list."""

    name: str
    area: str
    since: str
    step: str
    due: str
    late: bool
    taken: bool
    href: str


class DeskView(msgspec.Struct, frozen=True, kw_only=True):
    """The desk's list."""

    as_of: str
    visits: int
    lines: list[DeskLine]


class VisitView(msgspec.Struct, frozen=True, kw_only=True):
    """One visit at the desk."""

    here: str
    name: str
    phone: str
    ringing: bool
    facts: list[tuple[str, str]]
    can_take: bool
    can_close: bool
    results: tuple[tuple[str, str], ...]


def sign_page(view: WellbeingView, *, now: datetime) -> SignView:
    """Make the page of a person's sign."""
    del now
    plan, today = view.plan, view.days[0]
    return SignView(
        name=view.name, person=str(view.person_id), own=view.own, seen=today.standing == "seen",
        words=SAID[today.standing], days=[_day(each) for each in view.days], planned=plan is not None,
        active=plan.active if plan else True, hour=f"{plan.by_hour:%H:%M}" if plan else "09:00",
        kin=plan.tell_kin if plan else True, community=plan.tell_community if plan else True,
        device=plan.by_device if plan else False,
        paused=_paused(view),
    )  # fmt: skip


def desk_page(found: Sequence[Unseen], *, now: datetime) -> DeskView:
    """Make the desk's list."""
    return DeskView(
        as_of=f"{shanghai(now):%H:%M}", visits=sum(each.visit_id is not None for each in found),
        lines=[_line(each, now) for each in found],
    )  # fmt: skip


def visit_page(detail: VisitDetail, *, mine: bool, now: datetime) -> VisitView:
    """Make the page of a visit; the number is whole only for whoever goes."""
    row = detail.row
    opened = row.closed_at is None
    due = row.visit_due or row.reminded_at
    late = " (过了)" if opened and now > due else ""
    facts = [
        ("住在", detail.area or "没有登记"), ("哪一天", f"{row.day.month}月{row.day.day}日"),
        ("该到什么时候", f"{_at(due)}{late}"), ("谁去", detail.taken_name or "还没有人"),
        ("结果", DONE.get(row.result or "", "还没有")),
    ]  # fmt: skip
    ringing = mine and opened
    return VisitView(
        here=f"/staff/wellbeing/{row.id}", name=detail.name,
        phone=(detail.phone if ringing else mask_phone(detail.phone)) if detail.phone else "",
        ringing=ringing, facts=facts, can_take=opened and row.taken_by is None, can_close=ringing,
        results=RESULTS,
    )  # fmt: skip


def _day(each: Day) -> DayLine:
    return DayLine(
        day=f"{each.day.month}月{each.day.day}日", at=_at(each.at) if each.at else "",
        mark=DAY_MARKS[each.standing],
    )  # fmt: skip


def _paused(view: WellbeingView) -> str:
    plan = plan_of(view.plan)
    if plan is None or plan.paused_until is None or not is_paused(plan, view.days[0].day):
        return ""
    return f"{plan.paused_until.month}月{plan.paused_until.day}日起再报平安。"


def _line(each: Unseen, now: datetime) -> DeskLine:
    return DeskLine(
        name=mask_name(each.name), area=each.area, since=_at(each.since), step=STEPS[each.step],
        due=_at(each.visit_due) if each.visit_due else "", taken=each.taken_by is not None,
        late=each.visit_due is not None and now > each.visit_due,
        href=f"/staff/wellbeing/{each.visit_id}" if each.visit_id else "",
    )  # fmt: skip


def _at(instant: datetime) -> str:
    return f"{shanghai(instant):%H:%M}"

"""The daily sign as the wire shows it: to the person, to kin with consent, to the desk with names masked."""

import re
from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name, mask_phone
from scenes.common.kit.wire import Wire, WireRequest
from scenes.eldercare.service.wellbeing import PauseReason, WellbeingView, Wish
from scenes.eldercare.service.wellbeing_desk import Result, Unseen, VisitDetail

HourText = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
SAID = {
    "seen": "今天报过平安了。", "waiting": "今天还没有报平安。", "missed": "时间过了,请现在报平安。",
    "paused": "这几天暂停,不用报平安。", "off": "今天不用报平安。",
}  # fmt: skip


class WellbeingSignRequest(WireRequest, frozen=True, kw_only=True):
    """How the sign came: by the button, or by opening the app."""

    how: Literal["tap", "open"] = "tap"


class WellbeingPlanRequest(WireRequest, frozen=True, kw_only=True):
    """The hour (Shanghai's clock, from 05:00 to 21:00) and whom to tell when it passes without a sign."""

    by_hour: HourText
    tell_kin: bool = True
    tell_community: bool = True
    by_device: bool = False
    active: bool = True

    def wish(self) -> Wish:
        """Read it as the service does."""
        return Wish(
            by_hour=hour_of(self.by_hour), tell_kin=self.tell_kin, tell_community=self.tell_community,
            by_device=self.by_device, active=self.active,
        )  # fmt: skip


class WellbeingPauseRequest(WireRequest, frozen=True, kw_only=True):
    """From which day, until before which day, no sign is expected."""

    begins: date
    ends: date
    reason: PauseReason = "away"


class WellbeingVisitRequest(WireRequest, frozen=True, kw_only=True):
    """What came of a visit."""

    result: Result


class WellbeingPlan(Wire, frozen=True, kw_only=True):
    """The plan in force; a pause ends before `pausedUntil`."""

    by_hour: str
    since: date
    tell_kin: bool
    tell_community: bool
    by_device: bool
    active: bool
    paused_from: date | None
    paused_until: date | None
    pause_reason: str | None


class WellbeingDay(Wire, frozen=True, kw_only=True):
    """A day: seen, waiting, missed, paused or off."""

    day: date
    standing: str
    at: datetime | None


class Wellbeing(Wire, frozen=True, kw_only=True):
    """Today and the days before, newest first."""

    person_id: UUID
    today: str
    words: str
    speak: str
    plan: WellbeingPlan | None
    days: list[WellbeingDay]

    @classmethod
    def of(cls, view: WellbeingView) -> "Wellbeing":
        """Show the days."""
        words = SAID[view.days[0].standing]
        return cls(
            person_id=view.person_id, today=view.days[0].standing, words=words, speak=words,
            plan=_plan(view),
            days=[
                WellbeingDay(day=each.day, standing=each.standing, at=shanghai(each.at) if each.at else None)
                for each in view.days
            ],
        )  # fmt: skip


class WellbeingUnseen(Wire, frozen=True, kw_only=True):
    """Somebody whose hour is over without a sign; steps: 1 reminded, 2 kin told, 3 a visit is due."""

    person_id: UUID
    name: str
    area: str
    since: datetime
    step: int
    visit_id: UUID | None
    visit_due: datetime | None
    taken: bool

    @classmethod
    def of(cls, each: Unseen) -> "WellbeingUnseen":
        """Show a line, the name masked."""
        return cls(
            person_id=each.person_id, name=mask_name(each.name), area=each.area, since=shanghai(each.since),
            step=each.step, visit_id=each.visit_id,
            visit_due=shanghai(each.visit_due) if each.visit_due else None, taken=each.taken_by is not None,
        )  # fmt: skip


class WellbeingVisit(Wire, frozen=True, kw_only=True):
    """A visit, with the number masked."""

    id: UUID
    person_id: UUID
    day: date
    name: str
    area: str
    phone: str | None
    due: datetime
    taken_by: str
    result: str | None

    @classmethod
    def of(cls, detail: VisitDetail) -> "WellbeingVisit":
        """Show a visit."""
        row = detail.row
        return cls(
            id=row.id, person_id=row.person_id, day=row.day, name=detail.name, area=detail.area,
            phone=mask_phone(detail.phone) if detail.phone else None,
            due=shanghai(row.visit_due or row.reminded_at), taken_by=detail.taken_name, result=row.result,
        )  # fmt: skip


def hour_of(words: str) -> time:
    """Read an hour such as 09:00; nonsense is midnight, which no plan may have."""
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", words)
    return time(int(found[1]), int(found[2])) if found else time(0)


def _plan(view: WellbeingView) -> WellbeingPlan | None:
    row = view.plan
    if row is None:
        return None
    return WellbeingPlan(
        by_hour=f"{row.by_hour:%H:%M}", since=row.since, tell_kin=row.tell_kin,
        tell_community=row.tell_community, by_device=row.by_device, active=row.active,
        paused_from=row.paused_from,
        paused_until=row.paused_until, pause_reason=row.pause_reason,
    )  # fmt: skip

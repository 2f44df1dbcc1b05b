"""The daily sign (平安签到): when a day counts as missed, and who hears of it when; pure.

The steps of a missed day: 1 the elder is reminded, 2 kin are told, 3 the community pays a visit. Each
happens once a day, in this order, at the chosen hour plus the rule's minutes. A sign stops them all.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from scenes.common.kit.clock import instant
from scenes.common.kit.dated_rules import DatedRule, values_on
from scenes.eldercare.errors_wellbeing import HourInvalid, PauseInvalid

Standing = Literal["off", "paused", "seen", "waiting", "missed"]
REMIND, KIN, VISIT = 1, 2, 3
EARLIEST: Final = time(5)
LATEST: Final = time(21)
LONGEST_PAUSE: Final = timedelta(days=90)
_DISTRICT: Final = UUID(int=0)


class WellbeingRule(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The district's patience, in minutes after the chosen hour; `visit_within` is the visit's own clock."""

    kin_after: int = 30
    visit_after: int = 90
    visit_within: int = 60


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """By which hour of Shanghai's clock a person says that they are well, and whom to tell if not."""

    by_hour: time
    since: date
    tell_kin: bool = True
    tell_community: bool = True
    active: bool = True
    paused_from: date | None = None
    paused_until: date | None = None


def rule_on(day: date, rows: Sequence[DatedRule]) -> WellbeingRule:
    """Return the rule in force on a day."""
    return msgspec.convert(values_on(_DISTRICT, day, rows), WellbeingRule)


def check_hour(hour: time) -> None:
    """Refuse an hour at which nobody could follow up on the same day (HourInvalid)."""
    if not EARLIEST <= hour <= LATEST:
        raise HourInvalid


def check_pause(begins: date, ends: date) -> None:
    """Refuse a pause that is none, or one that would be forgotten (PauseInvalid)."""
    if not timedelta() < ends - begins <= LONGEST_PAUSE:
        raise PauseInvalid


def is_paused(plan: Plan, day: date) -> bool:
    """Tell whether a day lies in the pause, whose end is the first day that counts again."""
    if plan.paused_from is None or plan.paused_until is None:
        return False
    return plan.paused_from <= day < plan.paused_until


def counts(plan: Plan, day: date) -> bool:
    """Tell whether a sign is expected on a day."""
    return plan.active and plan.since <= day and not is_paused(plan, day)


def standing(plan: Plan | None, day: date, *, seen: bool, now: datetime) -> Standing:
    """Say how a day stands."""
    if seen:
        return "seen"
    if plan is None or not plan.active or day < plan.since:
        return "off"
    if is_paused(plan, day):
        return "paused"
    return "missed" if now >= instant(day, plan.by_hour) else "waiting"


def steps_of(plan: Plan) -> list[int]:
    """Name the steps that a missed day takes: whom nobody is to tell is left out."""
    wanted = ((REMIND, True), (KIN, plan.tell_kin), (VISIT, plan.tell_community))
    return [step for step, want in wanted if want]


def step_at(plan: Plan, day: date, step: int, *, rule: WellbeingRule) -> datetime:
    """Return when a step of a day is due."""
    minutes = {REMIND: 0, KIN: rule.kin_after, VISIT: rule.visit_after}[step]
    return instant(day, plan.by_hour) + timedelta(minutes=minutes)


def next_step(plan: Plan, done: int) -> int | None:
    """Return the step after the one that was taken last (0 for none), if there is one."""
    return next((step for step in steps_of(plan) if step > done), None)


def due_step(plan: Plan, day: date, done: int, *, rule: WellbeingRule, now: datetime) -> int | None:
    """Return the step that has to be taken now, if any; a sign of the day has to be asked for before."""
    step = next_step(plan, done)
    if step is None or not counts(plan, day) or now < step_at(plan, day, step, rule=rule):
        return None
    return step

"""The clinic rule: every number, hour and percentage a district or a venue sets, valid from day to day."""

from collections.abc import Sequence
from datetime import date, time
from typing import Final
from uuid import UUID

import msgspec

from scenes.clinic.errors import RuleInvalid, RuleMissing
from scenes.common.kit.dated_rules import DatedRule, values_on

HALF: Final = 50
WHOLE: Final = 100


class PeriodRule(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The usual hours of a half-day and when numbers are taken (取号); Shanghai wall-clock."""

    starts: time
    ends: time
    check_in_from: time
    check_in_until: time


class ClinicRule(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How numbers are given out and kept; times are Shanghai wall-clock.

    `advance_until`, `cancel_until` and `waitlist_until` are times of the day before the session;
    `advance_until` none lets advance numbers be booked until they begin, `fall_through_hours` none
    keeps shares for good. `check_in_days_before` lets numbers be taken days ahead. A cancel within
    `second_thoughts_minutes` of the booking is never late: hardly anybody missed the number meanwhile.
    """

    days_ahead: int
    release_at: time
    signed_earlier_days: int
    signed_percent: int
    elders_percent: int
    same_day_percent: int
    fall_through_hours: int | None
    advance_until: time | None
    slot_minutes: int
    minutes_per_number: int
    hold_minutes: int
    am: PeriodRule
    pm: PeriodRule
    check_in_days_before: int
    cancel_until: time
    same_day_cancel_minutes: int
    no_show_limit: int
    no_show_days: int
    no_show_ban_days: int
    late_cancel_hours: int
    late_cancel_limit: int
    late_cancel_days: int
    late_cancel_ban_days: int
    resale_delay_minutes: tuple[int, int]
    offer_minutes: int
    waitlist_until: time
    second_thoughts_minutes: int = 10


def rule_for(place_id: UUID, day: date, rows: Sequence[DatedRule]) -> ClinicRule:
    """Return the rule of a venue on a day: the district's values, overridden by the venue's own.

    The latest row in force counts. Refuses with RuleMissing where nothing complete is in force.
    """
    values = values_on(place_id, day, rows)
    try:
        return msgspec.convert(values, ClinicRule, strict=False)
    except msgspec.ValidationError as wrong:
        raise RuleMissing from wrong


def check_rule(rule: ClinicRule) -> None:
    """Refuse a rule that contradicts itself (RuleInvalid).

    At least half of the numbers are the public's at once or in the end (Shanghai, since 2024-04).
    """
    kept = rule.signed_percent + rule.elders_percent
    wrong = {
        "daysAhead": rule.days_ahead < 1 or rule.signed_earlier_days < 0,
        "signedPercent": min(rule.signed_percent, rule.elders_percent, rule.same_day_percent) < 0,
        "sameDayPercent": kept + rule.same_day_percent > WHOLE,
        "advanceUntil": rule.days_ahead == 1
        and rule.advance_until is not None
        and rule.advance_until <= rule.release_at,
        "fallThroughHours": rule.fall_through_hours is None and kept > HALF,
        "minutesPerNumber": not 0 < rule.minutes_per_number <= rule.slot_minutes,
        "holdMinutes": rule.hold_minutes < 1,
        "resaleDelayMinutes": not 0 <= rule.resale_delay_minutes[0] <= rule.resale_delay_minutes[1],
        "secondThoughtsMinutes": rule.second_thoughts_minutes < 0,
        "noShowLimit": min(rule.no_show_limit, rule.late_cancel_limit) < 1,
        "am": rule.am.starts >= rule.am.ends,
        "pm": rule.pm.starts >= rule.pm.ends,
    }
    errors = tuple((field, "不合理 / out of range") for field, is_wrong in wrong.items() if is_wrong)
    if errors:
        raise RuleInvalid(errors=errors)

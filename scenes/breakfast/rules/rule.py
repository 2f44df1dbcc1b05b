"""The breakfast rule: every price, hour and limit a district or a point sets, valid from day to day."""

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from scenes.breakfast.errors import RuleInvalid, RuleMissing
from scenes.common.kit.dated_rules import DatedRule, values_on

WHOLE = 100


class Discount(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """So many percent off for residents from one age on; the highest age reached counts."""

    from_age: int
    percent_off: int


class Subsidy(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A deduction once per person and day for a class of elders; spending `threshold_fen` earns it.

    `standing` names what must be on record of the person (low income), none asks for nothing.
    """

    name: str
    from_age: int
    until_age: int | None = None
    standing: str | None = None
    threshold_fen: int
    amount_fen: int


class BreakfastRule(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How breakfast is priced, ordered, collected and let go of.

    `threshold_reading` says whether a subsidy's threshold is met by the price before or after the
    discount: the notice (shpt.gov.cn, 2025-12-22) leaves it open. Minutes count to a slot's start where
    nothing else is said; a cart not heard of for `silent_cart_minutes` is somewhere unknown. Of what was
    paid for food that nobody fetched, `uncollected_refund_percent` goes back.
    """

    discounts: tuple[Discount, ...]
    subsidies: tuple[Subsidy, ...]
    threshold_reading: Literal["before", "after"]
    days_ahead: int
    cut_off_minutes: int
    cancel_minutes: int
    hold_minutes: int
    grace_minutes: int
    early_minutes: int
    most_of_an_item: int
    clearance_minutes: int
    clearance_percent: int
    repeat_ahead_hours: int
    silent_cart_minutes: int = 10
    uncollected_refund_percent: int = 0


def rule_for(place_id: UUID, day: date, rows: Sequence[DatedRule]) -> BreakfastRule:
    """Return the rule of a point on a day: the district's values, overridden by the point's own.

    The latest row in force counts. Refuses with RuleMissing where nothing complete is in force.
    """
    values = values_on(place_id, day, rows)
    try:
        return msgspec.convert(values, BreakfastRule, strict=False)
    except msgspec.ValidationError as wrong:
        raise RuleMissing from wrong


def check_rule(rule: BreakfastRule) -> None:
    """Refuse a rule that contradicts itself (RuleInvalid)."""
    wrong = {
        "discounts": any(not 0 < d.percent_off <= WHOLE or d.from_age < 0 for d in rule.discounts),
        "subsidies": any(s.amount_fen <= 0 or s.threshold_fen < s.amount_fen for s in rule.subsidies),
        "daysAhead": not 0 <= rule.days_ahead <= 14,  # noqa: PLR2004 - a fortnight
        "cancelMinutes": rule.cancel_minutes < 0 or rule.cut_off_minutes < 0,
        "holdMinutes": rule.hold_minutes < 1,
        "mostOfAnItem": rule.most_of_an_item < 1,
        "clearancePercent": not 0 < rule.clearance_percent <= WHOLE,
        "uncollectedRefundPercent": not 0 <= rule.uncollected_refund_percent <= WHOLE,
    }
    errors = tuple((field, "不合理 / out of range") for field, is_wrong in wrong.items() if is_wrong)
    if errors:
        raise RuleInvalid(errors=errors)

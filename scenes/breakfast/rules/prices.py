"""What a breakfast costs and why: every price rule is a line that says whether it counts and for what reason.

The elder price and the subsidies follow the district's notice on 助老餐 (shpt.gov.cn, 2025-12-22), as
effective-dated rules. A subsidy is deducted once per person and day, never paid out, and never below nothing.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from scenes.breakfast.rules.rule import BreakfastRule, Discount, Subsidy
from scenes.common.kit.money import percent_of, yuan_text

READINGS: Final = {"before": "打折前", "after": "打折后"}


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """What prices depend on: age in years, Shanghai hukou, what is on record, today's subsidy."""

    age: int
    hukou: bool
    standings: frozenset[str] = frozenset()
    subsidy_used: bool = False


class Portion(msgspec.Struct, frozen=True, kw_only=True):
    """So many of one thing at one price, in fen."""

    item_id: UUID
    name: str
    units: int
    unit_fen: int


class PriceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One price rule: what it is, whether it counts here, what it changes (fen, negative is off), and why."""

    rule: str
    label: str
    applies: bool
    fen: int
    why: str


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A price with every rule explained; `total_fen` is `gross_fen` and what the lines change.

    `subsidy` names the subsidy that is used up by this order, none where there is none.
    """

    gross_fen: int
    lines: tuple[PriceLine, ...]
    total_fen: int
    subsidy: str | None

    @property
    def deductions(self) -> tuple[PriceLine, ...]:
        """The lines that change the price."""
        return tuple(line for line in self.lines if line.applies and line.fen)


def quote(portions: Sequence[Portion], buyer: Buyer, rule: BreakfastRule) -> Quote:
    """Price portions for a buyer under a rule, explaining each part."""
    gross = sum(portion.units * portion.unit_fen for portion in portions)
    discount = discount_line(gross, buyer, rule.discounts)
    after = gross + discount.fen
    spent = gross if rule.threshold_reading == "before" else after
    subsidies = [_subsidy_line(each, spent, after, buyer, rule.threshold_reading) for each in rule.subsidies]
    best = max((line for line in subsidies if line.applies), key=lambda line: -line.fen, default=None)
    shown = tuple(_unless_best(line, best) for line in subsidies if _concerns(line, buyer, rule))
    return Quote(
        gross_fen=gross,
        lines=(discount, *shown),
        total_fen=after + (best.fen if best else 0),
        subsidy=best.rule if best else None,
    )


def discount_line(gross_fen: int, buyer: Buyer, discounts: Sequence[Discount]) -> PriceLine:
    """Say what age takes off; the discount of the highest age reached counts."""
    reached = [each for each in discounts if buyer.age >= each.from_age]
    if not reached:
        youngest = min((each.from_age for each in discounts), default=None)
        why = f"{youngest}岁起有优惠。" if youngest is not None else "现在没有优惠。"
        return PriceLine(rule="elderPrice", label="敬老优惠", applies=False, fen=0, why=why)
    best = max(reached, key=lambda each: each.from_age)
    off = percent_of(gross_fen, best.percent_off)
    return PriceLine(
        rule="elderPrice",
        label=f"敬老优惠({best.from_age}岁以上减{best.percent_off}%)",
        applies=True,
        fen=-off,
        why=f"您{buyer.age}岁,便宜{yuan_text(off)}。",
    )


def _subsidy_line(
    subsidy: Subsidy, spent_fen: int, payable_fen: int, buyer: Buyer, reading: str
) -> PriceLine:
    reason = _why_not(subsidy, spent_fen, buyer, reading)
    amount = min(subsidy.amount_fen, payable_fen)
    threshold = yuan_text(subsidy.threshold_fen)
    return PriceLine(
        rule=f"subsidy:{subsidy.name}",
        label=f"助餐补贴{subsidy.name}类",
        applies=not reason,
        fen=0 if reason else -amount,
        why=reason or f"{READINGS[reading]}满{threshold},补{yuan_text(amount)}。每天一次。",
    )


def _why_not(subsidy: Subsidy, spent_fen: int, buyer: Buyer, reading: str) -> str:
    """Say why a subsidy does not count; empty when it does."""
    if not is_of_class(subsidy, buyer):
        return "这一类您不在内。"
    if buyer.subsidy_used:
        return "今天的补贴已经用过了。"
    if spent_fen < subsidy.threshold_fen:
        return f"{READINGS[reading]}满{yuan_text(subsidy.threshold_fen)}才有。"
    return ""


def is_of_class(subsidy: Subsidy, buyer: Buyer) -> bool:
    """Tell whether a person belongs to a subsidy's class: Shanghai hukou, age, and what is on record."""
    old_enough = buyer.age >= subsidy.from_age
    young_enough = subsidy.until_age is None or buyer.age <= subsidy.until_age
    on_record = subsidy.standing is None or subsidy.standing in buyer.standings
    return buyer.hukou and old_enough and young_enough and on_record


def _concerns(line: PriceLine, buyer: Buyer, rule: BreakfastRule) -> bool:
    """Leave out the classes a person is not in: they would only be noise."""
    return any(line.rule == f"subsidy:{each.name}" and is_of_class(each, buyer) for each in rule.subsidies)


def _unless_best(line: PriceLine, best: PriceLine | None) -> PriceLine:
    if not line.applies or line is best:
        return line
    return msgspec.structs.replace(line, applies=False, fen=0, why="有更多的一类,只算一类。")

"""The rule of the district's notice, and people to price for."""

from typing import Any

from scenes.breakfast.rules.prices import Buyer, Portion
from scenes.breakfast.rules.rule import BreakfastRule, Discount, Subsidy
from scenes.common.kit.ids import new_id

RULE = BreakfastRule(
    discounts=(Discount(from_age=60, percent_off=10), Discount(from_age=80, percent_off=15)),
    subsidies=(
        Subsidy(name="A", from_age=60, standing="low_income", threshold_fen=800, amount_fen=500),
        Subsidy(name="B", from_age=60, until_age=79, threshold_fen=1500, amount_fen=200),
        Subsidy(name="C", from_age=80, threshold_fen=1500, amount_fen=300),
    ),
    threshold_reading="before",
    days_ahead=3,
    cut_off_minutes=10,
    cancel_minutes=30,
    hold_minutes=10,
    grace_minutes=30,
    early_minutes=15,
    most_of_an_item=20,
    clearance_minutes=30,
    clearance_percent=50,
    repeat_ahead_hours=14,
)


def spend(fen: int) -> list[Portion]:
    """Buy one thing at a price."""
    return [Portion(item_id=new_id(), name="套餐", units=1, unit_fen=fen)]


def buyer(age: int, **facts: Any) -> Buyer:
    """Be so old, with Shanghai hukou unless told otherwise."""
    return Buyer(age=age, **({"hukou": True} | facts))

"""A point's day: its pick-up slots, and the names under which the ledger keeps them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

import msgspec

from scenes.breakfast.rules.rule import WHOLE, BreakfastRule
from scenes.common.booking.rules import Terms
from scenes.common.kit.clock import instant, shanghai

SPACE: Final = UUID("6b1f3a52-6c0e-5a51-9f43-3c1d8f0a7b21")
"""What the names below are derived from (RFC 9562, version 5), so that a day is published once."""

HALF: Final = 50
SUBSIDY_LABEL: Final = "今天的助餐补贴"


def slots_group(place_id: UUID, day: date) -> UUID:
    """Name the pick-up slots of a point's day."""
    return uuid5(SPACE, f"slots:{place_id}:{day}")


def stock_group(place_id: UUID, day: date) -> UUID:
    """Name the stock of a point's day."""
    return uuid5(SPACE, f"stock:{place_id}:{day}")


def slot_window(place_id: UUID, starts_at: datetime) -> UUID:
    """Name one pick-up slot."""
    return uuid5(SPACE, f"slot:{place_id}:{shanghai(starts_at):%Y-%m-%d %H:%M}")


def stock_id(place_id: UUID, day: date, item_id: UUID) -> UUID:
    """Name an item's stock of a day."""
    return uuid5(SPACE, f"item:{place_id}:{day}:{item_id}")


def stock_window(place_id: UUID, day: date, item_id: UUID) -> UUID:
    """Name the window that an item's stock of a day is."""
    return uuid5(SPACE, f"portions:{place_id}:{day}:{item_id}")


def subsidy_window(person_id: UUID, day: date) -> UUID:
    """Name the one subsidy a person has on a day: a window of one unit."""
    return uuid5(SPACE, f"subsidy:{person_id}:{day}")


class Slot(msgspec.Struct, frozen=True):
    """A pick-up time, in UTC."""

    starts_at: datetime
    ends_at: datetime


def slots_of(day: date, *, opens: time, closes: time, minutes: int) -> Sequence[Slot]:
    """Cut a morning into pick-up slots; a rest too short for a whole slot is left out."""
    begins, ends, step = instant(day, opens), instant(day, closes), timedelta(minutes=minutes)
    count = max(0, (ends - begins) // step)
    return [Slot(begins + n * step, begins + (n + 1) * step) for n in range(count)]


def slot_terms(slot: Slot, rule: BreakfastRule) -> Terms:
    """Say what is promised of an order for a slot."""
    return Terms(
        cancel_until=slot.starts_at - timedelta(minutes=rule.cancel_minutes),
        grace_minutes=rule.grace_minutes,
        no_show_rule=_if_nobody_comes(rule),
        check_in_from=slot.starts_at - timedelta(minutes=rule.early_minutes),
        check_in_until=slot.ends_at + timedelta(minutes=rule.grace_minutes),
        no_show_refund_percent=rule.uncollected_refund_percent,
        extend_until=cut_off(slot, rule),
    )


def _if_nobody_comes(rule: BreakfastRule) -> str:
    share = rule.uncollected_refund_percent
    back = {0: "不退钱", HALF: "退一半的钱", WHOLE: "钱全退"}.get(share, f"退{share}%的钱")
    return f"过了取餐时间{rule.grace_minutes}分钟没来取,会让给别人,{back}。"


def cut_off(slot: Slot, rule: BreakfastRule) -> datetime:
    """Return the last instant to order for a slot."""
    return slot.starts_at - timedelta(minutes=rule.cut_off_minutes)

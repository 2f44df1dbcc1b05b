"""The charging rule: every minute, limit and weight the district or a station sets, valid from day to day."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from scenes.charging.errors import ChargingRuleInvalid, ChargingRuleMissing
from scenes.common.kit.dated_rules import DatedRule, values_on

QUARTER_MINUTES: Final = 15
"""The length of a window of the ledger; reservations begin and end on its multiples."""

MOST_QUARTERS: Final = 39
"""A claim names at most forty windows, and a session needs one for its deposit."""


class GuidanceWeights(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a minute on foot, a minute of waiting and a fen a kilowatt-hour count in the ranking."""

    walk: float = 1.0
    wait: float = 1.5
    price: float = 0.2


class IdleFee(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What standing at a connector after the charge costs: free minutes, fen a minute, the most in fen.

    The full-site rate counts for minutes in which no other connector of the station was free. The fields
    follow municipal code (FreeTime, IdleFee, FullIdleFee, MaxFee).
    """

    free_minutes: int = 0
    fee_fen_per_minute: int = 0
    full_fee_fen_per_minute: int = 0
    max_fee_fen: int = 0

    @property
    def charged(self) -> bool:
        """Tell whether standing there ever costs anything."""
        return self.max_fee_fen > 0 and max(self.fee_fen_per_minute, self.full_fee_fen_per_minute) > 0


class ChargingRule(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How connectors are reserved, charged at and waited for; minutes, seconds and fen.

    `live_horizon_minutes` is how near a start must be for the live status to count against it;
    `early_minutes` how long before it one may begin; `settle_place_minutes` how long before the start a
    reservation whose connector is occupied by a stranger is moved. `stop_margin_fen` is left of the
    deposit when a session is asked to stop. `poll_seconds` is how often a running session is asked about,
    `start_timeout_seconds` how long a start may take.
    """

    days_ahead: int = 2
    max_quarters: int = 12
    grace_minutes: int = 15
    cancel_minutes: int = 0
    early_minutes: int = 10
    live_horizon_minutes: int = 30
    settle_place_minutes: int = 5
    no_show_limit: int = 3
    no_show_days: int = 30
    no_show_ban_days: int = 30
    deposit_fen: int = 5000
    stop_margin_fen: int = 50
    hold_seconds: int = 300
    walk_up_quarters: int = 16
    start_timeout_seconds: int = 120
    poll_seconds: int = 15
    stop_timeout_seconds: int = 120
    silence_seconds: int = 120
    stale_minutes: int = 10
    idle_fee: IdleFee = IdleFee()
    weights: GuidanceWeights = GuidanceWeights()
    queue_offer_minutes: int = 10
    queue_snooze_minutes: int = 15
    queue_most_snoozes: int = 2
    queue_longest_minutes: int = 240


def rule_for(place_id: UUID, day: date, rows: Sequence[DatedRule]) -> ChargingRule:
    """Return the rule of a station on a day: the district's values, overridden by the station's own.

    The latest row in force counts; refuses with ChargingRuleMissing where none is in force.
    """
    values = values_on(place_id, day, rows)
    if not values:
        raise ChargingRuleMissing
    try:
        return msgspec.convert(values, ChargingRule, strict=False)
    except msgspec.ValidationError as wrong:
        raise ChargingRuleMissing from wrong


def check_rule(rule: ChargingRule) -> None:
    """Refuse a rule that contradicts itself (ChargingRuleInvalid)."""
    fee = rule.idle_fee
    wrong = {
        "daysAhead": not 0 <= rule.days_ahead <= 14,  # noqa: PLR2004 - two weeks of quarter-hours
        "maxQuarters": not 1 <= rule.max_quarters <= MOST_QUARTERS,
        "walkUpQuarters": not 1 <= rule.walk_up_quarters <= MOST_QUARTERS,
        "graceMinutes": not 0 < rule.grace_minutes <= rule.max_quarters * QUARTER_MINUTES,
        "earlyMinutes": min(rule.cancel_minutes, rule.early_minutes, rule.live_horizon_minutes) < 0,
        "noShowLimit": min(rule.no_show_limit, rule.no_show_days) < 1 or rule.no_show_ban_days < 0,
        "depositFen": not 0 <= rule.stop_margin_fen < rule.deposit_fen,
        "holdSeconds": rule.hold_seconds < 1,
        "silenceSeconds": min(rule.start_timeout_seconds, rule.poll_seconds, rule.silence_seconds) < 1,
        "staleMinutes": rule.stale_minutes < 1,
        "idleFee": min(fee.free_minutes, fee.fee_fen_per_minute, fee.max_fee_fen) < 0,
        "weights": min(rule.weights.walk, rule.weights.wait, rule.weights.price) < 0,
    }
    errors = tuple((field, "不合理 / out of range") for field, is_wrong in wrong.items() if is_wrong)
    if errors:
        raise ChargingRuleInvalid(errors=errors)

"""When missed and late-cancelled appointments lead to a ban."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from scenes.clinic.rules.rule import ClinicRule

StrikeKind = Literal["no_show", "late_cancel"]


class StrikeLimit(msgspec.Struct, frozen=True):
    """So many strikes within so many days lead to a ban of so many days."""

    limit: int
    days: int
    ban_days: int


def limit_of(kind: StrikeKind, rule: ClinicRule) -> StrikeLimit:
    """Return the limit for a kind of strike."""
    if kind == "no_show":
        return StrikeLimit(rule.no_show_limit, rule.no_show_days, rule.no_show_ban_days)
    return StrikeLimit(rule.late_cancel_limit, rule.late_cancel_days, rule.late_cancel_ban_days)


def is_late(cancelled_at: datetime, starts_at: datetime, rule: ClinicRule) -> bool:
    """Tell whether a cancel came so late that hardly anybody can use the number."""
    return cancelled_at > starts_at - timedelta(hours=rule.late_cancel_hours)


def is_second_thought(cancelled_at: datetime, booked_at: datetime, rule: ClinicRule) -> bool:
    """Tell whether a cancel came so soon after the booking that it took nothing from anybody."""
    return cancelled_at < booked_at + timedelta(minutes=rule.second_thoughts_minutes)


def counted_from(at: datetime, limit: StrikeLimit) -> datetime:
    """Return the instant after which strikes still count at `at`."""
    return at - timedelta(days=limit.days)


def banned_until(strikes: Sequence[datetime], limit: StrikeLimit, at: datetime) -> datetime | None:
    """Return when the ban that the strikes lead to at `at` ends; none while they are below the limit."""
    counting = [strike for strike in strikes if counted_from(at, limit) < strike <= at]
    return at + timedelta(days=limit.ban_days) if len(counting) >= limit.limit else None

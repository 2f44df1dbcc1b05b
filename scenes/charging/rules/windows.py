"""Quarter-hours: their grid, what is promised with them, and how a stay is made of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from scenes.charging.errors import ReservationTimeInvalid
from scenes.charging.rules.rule import QUARTER_MINUTES, ChargingRule
from scenes.common.booking.rules import Terms
from scenes.common.kit.clock import instant

QUARTER: Final = timedelta(minutes=QUARTER_MINUTES)
DAY: Final = timedelta(days=1)
DEPOSIT_GRACE_MINUTES: Final = 3 * 24 * 60
"""A deposit is never missed by itself: its session ends it, long before this."""

DEPOSITS: Final = 1_000_000
"""Deposits a station may hold on a day: the connectors are what is limited."""


def quarter_of(at: datetime) -> datetime:
    """Return the start of the quarter-hour an instant lies in."""
    return at - timedelta(minutes=at.minute % QUARTER_MINUTES, seconds=at.second, microseconds=at.microsecond)


def day_span(day: date) -> tuple[datetime, datetime]:
    """Return the first instant of a Shanghai day and of the next."""
    return instant(day, time()), instant(day + DAY, time())


def quarters_wanted(
    starts_at: datetime, minutes: int, *, rule: ChargingRule, now: datetime
) -> tuple[datetime, ...]:
    """Return the quarter-hours a stay is made of; refuses with ReservationTimeInvalid.

    A stay begins on a quarter-hour that has not passed, within the days published ahead; a time without its
    zone is nobody's quarter-hour.
    """
    count, rest = divmod(minutes, QUARTER_MINUTES)
    wrong = {
        "startsAt": starts_at.tzinfo is None
        or quarter_of(starts_at) != starts_at
        or starts_at < quarter_of(now)
        or starts_at >= now + timedelta(days=rule.days_ahead),
        "minutes": bool(rest) or not 0 < count <= rule.max_quarters,
    }
    errors = tuple((field, "不在可以预约的范围") for field, is_wrong in wrong.items() if is_wrong)
    if errors:
        raise ReservationTimeInvalid(errors=errors)
    return tuple(starts_at + n * QUARTER for n in range(count))


def quarter_terms(starts_at: datetime, rule: ChargingRule) -> Terms:
    """Say what is promised with a reservation that starts then."""
    return Terms(
        cancel_until=starts_at - timedelta(minutes=rule.cancel_minutes),
        grace_minutes=rule.grace_minutes,
        no_show_rule=no_show_words(rule),
        check_in_from=starts_at - timedelta(minutes=rule.early_minutes),
        frees_unused=True,
    )


def deposit_terms(starts_at: datetime) -> Terms:
    """Say what holds for a deposit: once paid, stopping the charge is the way to end it."""
    return Terms(cancel_until=starts_at, grace_minutes=DEPOSIT_GRACE_MINUTES, frees_unused=True)


def no_show_words(rule: ChargingRule) -> str:
    """Say the no-show rule in a sentence."""
    if rule.no_show_ban_days == 0:
        return ""
    return f"{rule.no_show_days}天里{rule.no_show_limit}次没来,停约{rule.no_show_ban_days}天。"


def sets_for(
    free: Mapping[UUID, Mapping[datetime, UUID]], connectors: Sequence[UUID], wanted: Sequence[datetime]
) -> list[tuple[UUID, ...]]:
    """Return each connector's windows of a stay, in the connectors' order; incomplete ones are left out."""
    return [
        tuple(free[connector][start] for start in wanted)
        for connector in connectors
        if connector in free and all(start in free[connector] for start in wanted)
    ]


def run_from(free: Mapping[datetime, UUID], first: datetime, most: int) -> list[UUID]:
    """Return the windows of the unbroken run of free quarters from a first one, at most so many."""
    run: list[UUID] = []
    while len(run) < most and (window := free.get(first + len(run) * QUARTER)) is not None:
        run.append(window)
    return run


def by_fit(
    connectors: Sequence[UUID], taken: Mapping[UUID, Mapping[datetime, bool]], wanted: Sequence[datetime]
) -> list[UUID]:
    """Order connectors so that gaps stay large: first those whose neighbouring quarters are taken."""
    before, after = wanted[0] - QUARTER, wanted[-1] + QUARTER

    def fit(connector: UUID) -> int:
        quarters = taken.get(connector, {})
        return -int(quarters.get(before, False)) - int(quarters.get(after, False))

    return sorted(connectors, key=fit)

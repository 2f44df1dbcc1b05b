"""How a session is cut into windows: slots, shares of the numbers, and when each share can be booked."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from scenes.clinic.errors import ShiftInvalid
from scenes.clinic.rules.rule import WHOLE, ClinicRule
from scenes.common.booking.rules import Terms
from scenes.common.kit.clock import instant

PeriodName = Literal["am", "pm"]
Share = Literal["public", "signed", "elders", "same_day"]

SHARES: Final[tuple[Share, ...]] = ("public", "signed", "elders", "same_day")
LAST_PUBLIC: Final = timedelta(hours=1)
"""What falls through stays bookable for the public at least so long."""


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A doctor's half-day to be published; hours, numbers and shares left out are the usual ones of the rule.

    `numbers` is how many there are in all; `only` keeps them all for one share.
    """

    place_id: UUID
    doctor_id: UUID
    day: date
    period: PeriodName
    fee_fen: int
    starts: time | None = None
    ends: time | None = None
    numbers: int | None = None
    only: Share | None = None


class WindowPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A window to be published: part of the numbers of one slot, for one audience."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    audience: str
    opens_at: datetime
    closes_at: datetime
    falls_through_at: datetime | None
    hold_seconds: int
    terms: Terms


def day_before(day: date, at: time) -> datetime:
    """Return the instant of a wall-clock time on the day before."""
    return instant(day - timedelta(days=1), at)


def release_at(day: date, rule: ClinicRule) -> datetime:
    """Return when the public's numbers of a day are released."""
    return instant(day - timedelta(days=rule.days_ahead), rule.release_at)


def hours_of(shift: Shift, rule: ClinicRule) -> tuple[datetime, datetime]:
    """Return when a shift starts and ends (ShiftInvalid when no number fits in)."""
    usual = rule.am if shift.period == "am" else rule.pm
    start = instant(shift.day, shift.starts or usual.starts)
    end = instant(shift.day, shift.ends or usual.ends)
    if end - start < timedelta(minutes=rule.minutes_per_number):
        raise ShiftInvalid
    return start, end


def windows_for(shift: Shift, rule: ClinicRule) -> list[WindowPlan]:
    """Cut a shift into slots and every slot's numbers into shares, each with its own opening."""
    start, end = hours_of(shift, rule)
    slots = _fitted(list(_slots(start, end, rule)), shift.numbers)
    total = sum(capacity for *_, capacity in slots)
    shares: dict[Share, int] = {shift.only: total} if shift.only else shares_of(total, rule)
    numbers = iter(spread(shares))
    plans: list[WindowPlan] = []
    for starts_at, ends_at, capacity in slots:
        counts = Counter(next(numbers) for _ in range(capacity))
        plans += [
            _plan(shift, rule, share, slot=(starts_at, ends_at), capacity=counts[share])
            for share in SHARES
            if counts[share]
        ]
    return plans


Slot = tuple[datetime, datetime, int]
"""From when, until when, and how many numbers."""


def _fitted(slots: list[Slot], numbers: int | None) -> list[Slot]:
    """Lay the wished count of numbers evenly over the slots; without a wish the rule's counts stand."""
    if numbers is None:
        return slots
    each, more = divmod(numbers, len(slots))
    return [(start, until, each + (at < more)) for at, (start, until, _) in enumerate(slots)]


def _slots(start: datetime, end: datetime, rule: ClinicRule) -> Iterator[Slot]:
    while start < end:
        until = min(start + timedelta(minutes=rule.slot_minutes), end)
        capacity = (until - start) // timedelta(minutes=rule.minutes_per_number)
        if capacity:
            yield start, until, capacity
        start = until


def shares_of(total: int, rule: ClinicRule) -> dict[Share, int]:
    """Divide the numbers of a session; what does not divide is the public's."""
    kept: dict[Share, int] = {
        "signed": total * rule.signed_percent // WHOLE,
        "elders": total * rule.elders_percent // WHOLE,
        "same_day": total * rule.same_day_percent // WHOLE,
    }
    return {"public": total - sum(kept.values()), **kept}


def spread(shares: Mapping[Share, int]) -> list[Share]:
    """Lay shares out evenly over a session, so that none gets only the late hours."""
    total = sum(shares.values())
    given: Counter[Share] = Counter()
    order: list[Share] = []
    for position in range(1, total + 1):
        left: list[Share] = [share for share in SHARES if given[share] < shares.get(share, 0)]
        due = max(left, key=lambda share: shares[share] * position - given[share] * total)
        given[due] += 1
        order.append(due)
    return order


def _plan(
    shift: Shift, rule: ClinicRule, share: Share, *, slot: tuple[datetime, datetime], capacity: int
) -> WindowPlan:
    starts_at, ends_at = slot
    same_day = share == "same_day"
    opens_at, closes_at = _booking_hours(shift.day, rule, share, starts_at)
    return WindowPlan(
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=capacity,
        audience="public" if same_day else share,
        opens_at=opens_at,
        closes_at=closes_at,
        falls_through_at=_falls_through_at(rule, share, starts_at, opens=opens_at, closes=closes_at),
        hold_seconds=rule.hold_minutes * 60,
        terms=terms_of(shift, rule, slot=slot, same_day=same_day),
    )


def _booking_hours(
    day: date, rule: ClinicRule, share: Share, starts_at: datetime
) -> tuple[datetime, datetime]:
    if share == "same_day":
        return min(instant(day, rule.release_at), starts_at), starts_at
    earlier = timedelta(days=rule.signed_earlier_days if share == "signed" else 0)
    closes = day_before(day, rule.advance_until) if rule.advance_until else starts_at
    return release_at(day, rule) - earlier, closes


def _falls_through_at(
    rule: ClinicRule, share: Share, starts_at: datetime, *, opens: datetime, closes: datetime
) -> datetime | None:
    if share not in {"signed", "elders"} or rule.fall_through_hours is None:
        return None
    due = starts_at - timedelta(hours=rule.fall_through_hours)
    return max(opens, min(due, closes - LAST_PUBLIC))


def terms_of(shift: Shift, rule: ClinicRule, *, slot: tuple[datetime, datetime], same_day: bool) -> Terms:
    """Return what is promised with a number: until when to cancel, when to take the number."""
    starts_at, ends_at = slot
    period = rule.am if shift.period == "am" else rule.pm
    first_day = shift.day - timedelta(days=rule.check_in_days_before)
    until = max(instant(shift.day, period.check_in_until), starts_at)
    late = max(until - ends_at, timedelta())
    cancel_until = day_before(shift.day, rule.cancel_until)
    if same_day:
        cancel_until = starts_at - timedelta(minutes=rule.same_day_cancel_minutes)
    return Terms(
        cancel_until=cancel_until,
        grace_minutes=-(-late // timedelta(minutes=1)),
        no_show_rule=f"约了没来记一次爽约,{rule.no_show_days} 天内满 {rule.no_show_limit} 次,"
        f"{rule.no_show_ban_days} 天内不能网上预约。",
        check_in_from=min(instant(first_day, period.check_in_from), starts_at),
        check_in_until=until,
        resale_delay=None if same_day else rule.resale_delay_minutes,
        offer_minutes=rule.offer_minutes,
    )

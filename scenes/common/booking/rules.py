"""The booking desk's rules: values in, a refusal or a value out; no I/O, no clock."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from scenes.common.booking.errors import (
    BookingNotFound,
    HoldExpired,
    IllegalMove,
    PaymentDue,
    PriceChanged,
    Suspended,
    TooEarly,
    TooLate,
    WantInvalid,
    WindowFull,
    WindowNotFound,
    WindowNotOpen,
)
from scenes.common.kit.clock import local_day

ELDER_AGE: Final = 60
"""Years; 老年人权益保障法 §2: an elder is a citizen of 60 and over."""

MAX_UNITS: Final = 50
MAX_WINDOWS: Final = 40


class Terms(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What was promised about a window when it was booked; instants are UTC, delays in minutes.

    `frees_unused` gives back what nobody came for: all of it `grace_minutes` after the start, and at an
    early end the windows that had not begun. Without it, a missed booking keeps its units to the end.
    `no_show_refund_percent` is the share of the money that goes back when nobody came; `extend_until` the
    last instant that an unpaid hold may be extended to, the booking's end where none is said.
    """

    cancel_until: datetime | None = None
    grace_minutes: int = 0
    no_show_rule: str = ""
    check_in_from: datetime | None = None
    check_in_until: datetime | None = None
    resale_delay: tuple[int, int] | None = None
    offer_minutes: int = 30
    max_extensions: int = 12
    frees_unused: bool = False
    no_show_refund_percent: int = 0
    extend_until: datetime | None = None


class Window(msgspec.Struct):
    """A window's working copy inside one batch; only `taken` changes."""

    id: UUID
    scene: str
    place_id: UUID
    group_id: UUID
    title: str
    resource: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    opens_at: datetime
    closes_at: datetime
    audience: str
    falls_through_at: datetime | None
    state: str
    price_fen: int
    hold_seconds: int
    terms: Terms

    @property
    def free(self) -> int:
        """Units nobody has taken."""
        return self.capacity - self.taken


class Standing(msgspec.Struct, frozen=True):
    """One thing true of a person for a time, such as `signed:{placeId}`."""

    key: str
    valid_from: datetime
    valid_until: datetime | None = None


class Person(msgspec.Struct, frozen=True):
    """What the ledger needs to know of a person."""

    id: UUID
    name: str
    birth_date: date
    standings: tuple[Standing, ...] = ()

    def has(self, key: str, at: datetime) -> bool:
        """Tell whether a standing holds at an instant."""
        return bool(self.standings) and any(
            s.key == key and s.valid_from <= at and (s.valid_until is None or at < s.valid_until)
            for s in self.standings
        )


def age_on(birth_date: date, day: date) -> int:
    """Return whole years of age on a day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def check_wants(wants: Sequence[tuple[UUID, int]]) -> None:
    """Refuse a claim for nothing, for too much, or for one window twice (WantInvalid)."""
    if not 0 < len(wants) <= MAX_WINDOWS or len({window_id for window_id, _ in wants}) != len(wants):
        raise WantInvalid
    for _, units in wants:
        if not 0 < units <= MAX_UNITS:
            raise WantInvalid


def check_scene(window: Window | None, scene: str) -> Window:
    """Return the window if it exists in this scene (WindowNotFound)."""
    if window is None or window.scene != scene:
        raise WindowNotFound
    return window


def is_for(window: Window, person: Person, now: datetime) -> bool:
    """Tell whether a person belongs to the window's audience now, fall-through counted."""
    if window.audience == "public":
        return True
    if window.falls_through_at is not None and now >= window.falls_through_at:
        return True
    if window.audience == "elders":
        return age_on(person.birth_date, local_day(window.starts_at)) >= ELDER_AGE
    return person.has(f"{window.audience}:{window.place_id}", now)


def check_open(window: Window, person: Person, now: datetime) -> None:
    """Refuse a window that is stopped, not open yet, closed, or not for this person (WindowNotOpen)."""
    if window.state != "open" or not window.opens_at <= now < window.closes_at:
        raise WindowNotOpen
    if not is_for(window, person, now):
        raise WindowNotOpen(
            "这个号现在留给老人或签约居民,请选别的号。",
            detail_en="This number is kept for elders or signed residents for now.",
        )


def check_not_stopped(window: Window) -> None:
    """Refuse a window that staff took out of booking (WindowNotOpen)."""
    if window.state != "open":
        raise WindowNotOpen


def check_not_suspended(person: Person, scene: str, now: datetime) -> None:
    """Refuse a person under a booking ban of this scene (Suspended)."""
    if person.has(f"suspended:{scene}", now):
        raise Suspended


def check_room(window: Window, units: int) -> None:
    """Refuse when fewer units are free than asked for (WindowFull)."""
    if window.free < units:
        raise WindowFull


def hold_until(window: Window, now: datetime) -> datetime:
    """Return when a hold on this window runs out; never after the window ends."""
    return min(now + timedelta(seconds=window.hold_seconds), window.ends_at)


def no_show_time(starts_at: datetime, ends_at: datetime, terms: Terms) -> datetime:
    """Return from when a confirmed booking that nobody came for counts as missed."""
    grace = timedelta(minutes=terms.grace_minutes)
    return (starts_at if terms.frees_unused else ends_at) + grace


def lapse(
    state: str, hold_expires_at: datetime | None, *, no_show_at: datetime | None, terms: Terms, now: datetime
) -> str | None:
    """Return the event by which a booking's units are free already, though the sweeper has not come by.

    A hold expires; a booking that frees what is unused is missed. None while it stands.
    """
    if state == "held" and hold_expires_at is not None and hold_expires_at <= now:
        return "expire"
    if state == "confirmed" and terms.frees_unused and no_show_at is not None and no_show_at <= now:
        return "no_show"
    return None


def check_hold_alive(state: str, hold_expires_at: datetime | None, now: datetime) -> None:
    """Refuse to use a hold whose time is up, even before the sweeper has come by (HoldExpired)."""
    if state == "expired" or (state == "held" and hold_expires_at is not None and hold_expires_at <= now):
        raise HoldExpired


def check_price(amount_fen: int, expected_fen: int | None) -> None:
    """Refuse when the price is no longer what the person agreed to (PriceChanged)."""
    if expected_fen is not None and amount_fen != expected_fen:
        raise PriceChanged


def check_missed(no_show_at: datetime | None, now: datetime) -> None:
    """Refuse to call a booking missed before its time, whatever another clock said (IllegalMove)."""
    if no_show_at is not None and no_show_at > now:
        raise IllegalMove


def check_lapsed(hold_expires_at: datetime | None, now: datetime) -> None:
    """Refuse to expire a hold that is still alive, whatever another clock said (IllegalMove)."""
    if hold_expires_at is not None and hold_expires_at > now:
        raise IllegalMove


def extended_until(current: datetime, hold_seconds: int, *, ends_at: datetime, now: datetime) -> datetime:
    """Return when an extended hold runs out; an extension never makes it shorter."""
    return max(current, min(now + timedelta(seconds=hold_seconds), ends_at))


def check_paid(amount_fen: int, payment_state: str | None, by: str) -> None:
    """Refuse to confirm a priced booking that nobody paid for (PaymentDue)."""
    if amount_fen > 0 and by == "resident" and payment_state != "success":
        raise PaymentDue


def check_extensions(extensions: int, terms: Terms) -> None:
    """Refuse another extension past the limit (IllegalMove); WCAG 2.2.1 asks for at least ten."""
    if extensions >= terms.max_extensions:
        raise IllegalMove


def check_cancel_time(state: str, terms: Terms, by: str, now: datetime) -> None:
    """Refuse a resident's cancel of a confirmed booking after its last hour (TooLate)."""
    if by != "resident" or state == "held" or terms.cancel_until is None:
        return
    if now > terms.cancel_until:
        raise TooLate("已经过了可以取消的时间,请打电话给我们。")


def check_check_in_time(terms: Terms, now: datetime) -> None:
    """Refuse a check-in before it begins (TooEarly) or after it ends (TooLate)."""
    if terms.check_in_from is not None and now < terms.check_in_from:
        raise TooEarly("还没到报到时间,请当天再来。", detail_en="Check-in has not begun.")
    if terms.check_in_until is not None and now > terms.check_in_until:
        raise TooLate(
            "过了报到时间,请到服务台问一问。", detail_en="Check-in is over. Please ask at the desk."
        )


def check_owner(
    by: str, actor_id: UUID | None, owners: tuple[UUID, UUID], places: frozenset[UUID] | None, place_id: UUID
) -> None:
    """Refuse residents who are not party to the booking and staff of other venues (BookingNotFound)."""
    if by == "resident" and actor_id not in owners:
        raise BookingNotFound
    if by == "staff" and places is not None and place_id not in places:
        raise BookingNotFound


def return_due(
    window: Window, event: str, *, waiting: bool, now: datetime, chance: random.Random
) -> datetime | None:
    """Return when given-back units are free again; None is at once.

    Waiting people come first (due now, through the waitlist). A cancelled unit otherwise returns after a
    random delay, so that a number cannot be handed over by cancelling and booking in the same second.
    """
    if waiting:
        return now
    if event != "cancel" or window.terms.resale_delay is None:
        return None
    low, high = window.terms.resale_delay
    due = now + timedelta(minutes=chance.uniform(low, high))
    return due if due < window.closes_at else None

"""Holds what the clients were told against what the database says: pure, and every disagreement is named."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from loadtests.record import BOOK, CANCEL, JOIN, LOOK, Call

TAKING: Final = frozenset({"held", "confirmed", "checked_in", "fulfilled", "no_show"})
ACTIVE: Final = frozenset({"held", "confirmed", "checked_in"})
MADE: Final = 201
OK: Final = 200
CONFLICT: Final = 409
BUSY: Final = 503

CLOCKS: Final = 1.0
"""Seconds of grace around the opening of a window, for a request on its way."""


class WindowFact(msgspec.Struct, frozen=True, kw_only=True):
    """A window as stored; `returning` units are given back but not free yet. `opens` in POSIX seconds."""

    id: str
    session: str
    capacity: int
    taken: int
    returning: int
    opens: float


class BookingFact(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a booking as stored; `offered` ones were given by the waitlist, not claimed."""

    id: str
    person: str
    session: str
    window: str
    units: int
    state: str
    offered: bool


class KeyFact(msgspec.Struct, frozen=True, kw_only=True):
    """An idempotency key as stored, and the booking its answer shows (empty for other answers)."""

    person: str
    key: str
    booking: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the database says about the released sessions after the run."""

    windows: tuple[WindowFact, ...]
    bookings: tuple[BookingFact, ...]
    keys: tuple[KeyFact, ...]


def violations(calls: Sequence[Call], facts: Facts) -> list[str]:
    """Return every way in which the record and the database disagree; none is the only good number."""
    checks: tuple[Callable[[Sequence[Call], Facts], Iterable[str]], ...] = (
        oversold, miscounted, lost, undone, kept_under_another_key, unasked, doubled, answered_differently,
        broken, refused_without_reason, before_opening,
    )  # fmt: skip
    return [found for check in checks for found in check(calls, facts)]


def oversold(_calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find windows with more units booked than there are."""
    units = _units(facts)
    for window in facts.windows:
        if units[window.id] > window.capacity:
            yield f"oversold: window {window.id} has {units[window.id]} booked of {window.capacity}"


def miscounted(_calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find windows whose `taken` is not what their bookings and returns add up to."""
    units = _units(facts)
    for window in facts.windows:
        due = units[window.id] + window.returning
        if window.taken != due:
            yield f"miscounted: window {window.id} says {window.taken} taken, its bookings say {due}"


def lost(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find acknowledged bookings that are not there as acknowledged."""
    stored = {booking.id: booking for booking in facts.bookings}
    cancelled = {call.cancelled for call in calls if call.call == CANCEL}
    for call in _granted(calls):
        booking = stored.get(call.booking)
        if booking is None:
            yield f"lost: booking {call.booking} was acknowledged to {call.person}"
        elif (booking.person, booking.window) != (call.person, call.window):
            yield f"changed: booking {call.booking} is not {call.person}'s of window {call.window}"
        elif booking.state not in ACTIVE and booking.id not in cancelled:
            yield f"lost: booking {call.booking} is {booking.state}, and nobody cancelled it"


def undone(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find acknowledged cancels and confirmations that did not stay."""
    state = {booking.id: booking.state for booking in facts.bookings}
    for call in calls:
        if (
            call.call == CANCEL
            and call.status == OK
            and state.get(call.cancelled, "cancelled") != "cancelled"
        ):
            yield f"undone: the cancel of {call.cancelled}, which is {state[call.cancelled]}"
        if call.call == LOOK and call.state == "confirmed" and state.get(call.booking) in {"held", "expired"}:
            yield f"undone: booking {call.booking} was shown as confirmed and is {state[call.booking]}"


def kept_under_another_key(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find acknowledged bookings that are not the one stored answer of the key they were asked under."""
    stored = {(key.person, key.key): key.booking for key in facts.keys}
    for call in _granted(calls):
        kept = stored.get((call.person, call.key))
        if kept != call.booking:
            yield f"key: {call.key} was answered with booking {call.booking}, and {kept or 'nothing'} is kept"


def unasked(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find bookings that nobody asked for, answered or not."""
    asked = {(call.person, call.window) for call in calls if call.call == BOOK}
    lined_up = {(call.person, call.session) for call in calls if call.call == JOIN}
    for booking in facts.bookings:
        wanted = lined_up if booking.offered else asked
        about = booking.session if booking.offered else booking.window
        if (booking.person, about) not in wanted:
            yield f"unasked: booking {booking.id} of {booking.person}"


def doubled(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find people with two active bookings of a session, or acknowledged twice without a cancel between."""
    active = Counter((b.person, b.session) for b in facts.bookings if b.state in ACTIVE)
    for (person, session), number in active.items():
        if number > 1:
            yield f"doubled: {person} has {number} active bookings of session {session}"
    cancelled = {call.cancelled for call in calls if call.call == CANCEL}
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for call in _granted(calls):
        told[call.person, call.session].add(call.booking)
    for (person, session), bookings in told.items():
        if len(bookings - cancelled) > 1:
            yield f"doubled: {person} was granted {len(bookings)} bookings of session {session}"


def answered_differently(calls: Sequence[Call], _facts: Facts) -> Iterable[str]:
    """Find keys under which two different bookings were acknowledged."""
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for call in _granted(calls):
        told[call.person, call.key].add(call.booking)
    for (_, key), bookings in told.items():
        if len(bookings) > 1:
            yield f"key: {key} was answered with {len(bookings)} bookings"


def broken(calls: Sequence[Call], _facts: Facts) -> Iterable[str]:
    """Find answers no client should ever get: faults, a 503 without Retry-After, refused good requests."""
    for (call, status, code), number in sorted(Counter(_fault(call) for call in calls).items()):
        if call:
            yield f"broken: {number} × {call} answered {status} {code}".rstrip()


def _fault(call: Call) -> tuple[str, int, str]:
    good = {0, OK, MADE, CONFLICT}
    if call.status in good or (call.status == BUSY and call.retry_after is not None):
        return "", 0, ""
    return call.call, call.status, call.code


def refused_without_reason(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find refusals that cannot have been true: full windows that never were, doubles of nothing."""
    units = _units(facts)
    given_back = {booking.window for booking in facts.bookings if booking.state not in TAKING}
    with_room = {w.id for w in facts.windows if units[w.id] + w.returning < w.capacity} - given_back
    asked = Counter((call.person, call.session) for call in calls if call.call == BOOK)
    for call in calls:
        if call.call == BOOK and call.code == "window_full" and call.window in with_room:
            yield f"refusal: {call.person} was told that window {call.window} is full, and it never was"
        if call.code == "already_booked" and asked[call.person, call.session] < 1 + (call.call == BOOK):
            yield f"refusal: {call.person} was told of a booking they never asked for"


def before_opening(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find numbers given out before the release, and people told "not open" after it."""
    opens = {window.id: window.opens for window in facts.windows}
    for call in calls:
        opening = opens.get(call.window)
        if opening is None:
            continue
        answered = call.at + call.ms / 1000
        if call.status == MADE and answered < opening - CLOCKS:
            yield f"early: window {call.window} gave a number {opening - answered:.1f} s before its release"
        if call.code == "window_not_open" and call.at > opening + CLOCKS:
            yield f"refusal: window {call.window} was not open {call.at - opening:.1f} s after its release"


def _granted(calls: Sequence[Call]) -> Iterable[Call]:
    return (call for call in calls if call.call == BOOK and call.status == MADE)


def _units(facts: Facts) -> Counter[str]:
    """Add up the units that count as taken, by window."""
    units: Counter[str] = Counter()
    for booking in facts.bookings:
        if booking.state in TAKING:
            units[booking.window] += booking.units
    return units

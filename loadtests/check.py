"""Holds what the clients were told against what the database says: pure, and every disagreement is named.

The questions about windows and bookings are those of every recorded history (api/history.py); here are the
ones that only a crowd over HTTP can ask: its answers, its refusals, its waitlist and its keys.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from api import history_file as file
from api.history import examine
from loadtests.record import BOOK, CANCEL, JOIN, LOOK, Call

TAKING: Final = frozenset({"held", "confirmed", "checked_in", "fulfilled", "no_show"})
MADE: Final = 201
OK: Final = 200
CONFLICT: Final = 409
BUSY: Final = 503
CLIENT_FAULT: Final = 400
SERVER_FAULT: Final = 500

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
        of_its_history, undone, kept_under_another_key, unasked, broken, refused_without_reason,
        before_opening,
    )  # fmt: skip
    return [found for check in checks for found in check(calls, facts)]


def of_its_history(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find what no history may hold: oversold, miscounted, lost, changed and doubled bookings."""
    return examine(history_of(calls, facts)).violations


def history_of(calls: Sequence[Call], facts: Facts) -> file.History:
    """Tell a run as a history. Who joins a waitlist asks for whichever window of the session comes free."""
    windows = {booking.id: booking.window for booking in facts.bookings}
    sessions: dict[str, list[str]] = defaultdict(list)
    for window in facts.windows:
        sessions[window.session].append(window.id)
    told: list[file.Call] = []
    for call in calls:
        if call.call == BOOK:
            told.append(_told(call, "book", call.window))
        elif call.call == CANCEL and call.cancelled in windows:
            told.append(_told(call, "cancel", windows[call.cancelled]))
        elif call.call == JOIN:
            told += [
                _told(msgspec.structs.replace(call, status=0), "book", w) for w in sessions[call.session]
            ]
    return file.History(tuple(told), _truth(facts))


def _told(call: Call, op: Literal["book", "cancel"], window: str) -> file.Call:
    booking = call.cancelled if op == "cancel" else call.booking
    return file.Call(
        client=0, op=op, key=call.key, window_id=UUID(window), person_id=UUID(call.person),
        invoked_at=datetime.fromtimestamp(call.at, UTC),
        returned_at=datetime.fromtimestamp(call.at + call.ms / 1000, UTC) if call.status else None,
        outcome=_outcome(call.status), status=call.status or None, code=call.code or None,
        booking_id=UUID(booking) if booking else None, replayed=call.replayed,
    )  # fmt: skip


def _outcome(status: int) -> Literal["ok", "refused", "unknown"]:
    if status == 0 or status >= SERVER_FAULT:
        return "unknown"
    return "refused" if status >= CLIENT_FAULT else "ok"


def _truth(facts: Facts) -> file.Truth:
    return file.Truth(
        tuple(
            file.TrueWindow(UUID(w.id), UUID(w.session), w.capacity, w.taken, w.returning)
            for w in facts.windows
        ),
        tuple(
            file.TrueBooking(
                UUID(b.id), UUID(b.person), UUID(b.session), b.state, exclusive=True,
                lines=(file.TrueLine(UUID(b.window), b.units),),
            )
            for b in facts.bookings
        ),
    )  # fmt: skip


def undone(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find bookings shown as confirmed that are not, and holds that ended within the run."""
    state = {booking.id: booking.state for booking in facts.bookings}
    for call in calls:
        if call.call == LOOK and call.state == "confirmed" and state.get(call.booking) in {"held", "expired"}:
            yield f"undone: booking {call.booking} was shown as confirmed and is {state[call.booking]}"
    for call in _granted(calls):
        if state.get(call.booking) == "expired":
            yield f"undone: booking {call.booking} is expired, though a hold outlives the run"


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

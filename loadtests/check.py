"""Holds what the clients were told against what the database says: pure, and every disagreement is named.

The questions about windows and bookings are those of every recorded history (api/history.py); here are the
ones that only a crowd over HTTP can ask: its answers, its refusals, its waitlist and its keys.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from api import history_file as file
from api.history import examine
from loadtests.record import CANCEL, CLAIMS, JOIN, LOOK, Call

ACTIVE: Final = frozenset({"held", "confirmed", "checked_in"})
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
    """A window as stored; `returning` units are given back but not free yet. POSIX seconds."""

    id: str
    session: str
    capacity: int
    taken: int
    returning: int
    opens: float
    starts: float = 0.0


class BookingFact(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a booking as stored; `offered` ones were given by the waitlist, not claimed.

    `takes` tells whether its units count as taken: those that nobody came for may be free again.
    `exclusive` means that a person has one active booking of the session.
    """

    id: str
    person: str
    session: str
    window: str
    units: int
    state: str
    offered: bool
    takes: bool = True
    exclusive: bool = True


class KeyFact(msgspec.Struct, frozen=True, kw_only=True):
    """An idempotency key as stored, and the booking its answer shows (empty for other answers)."""

    person: str
    key: str
    booking: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the database says after the run about all that was to be had in it."""

    windows: tuple[WindowFact, ...]
    bookings: tuple[BookingFact, ...]
    keys: tuple[KeyFact, ...]


Check = Callable[[Sequence[Call], Facts], Iterable[str]]


def violations(calls: Sequence[Call], facts: Facts) -> list[str]:
    """Return every way in which the record and the database disagree; none is the only good number."""
    return found_by(CHECKS, calls, facts)


def found_by(checks: Iterable[Check], calls: Sequence[Call], facts: Facts) -> list[str]:
    """Ask some of the questions."""
    return [found for check in checks for found in check(calls, facts)]


def of_its_history(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find what no history may hold: oversold, miscounted, lost, changed and doubled bookings."""
    return examine(history_of(calls, facts)).violations


def history_of(calls: Sequence[Call], facts: Facts) -> file.History:
    """Tell a run as a history. Who joins a waitlist asks for whichever window of the session comes free."""
    windows = {lines[0].id: [line.window for line in lines] for lines in by_booking(facts).values()}
    sessions: dict[str, list[str]] = defaultdict(list)
    for window in facts.windows:
        sessions[window.session].append(window.id)
    told: list[file.Call] = []
    for call in calls:
        if call.call in CLAIMS:
            told += [_told(call, "book", window) for window in call.wanted]
        elif call.call == CANCEL and call.cancelled in windows:
            told += [_told(call, "cancel", window) for window in windows[call.cancelled]]
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
    return file.Truth(true_windows(facts), true_bookings(facts))


def true_windows(facts: Facts) -> tuple[file.TrueWindow, ...]:
    """Tell the windows as a history does."""
    return tuple(
        file.TrueWindow(UUID(w.id), UUID(w.session), w.capacity, w.taken, w.returning) for w in facts.windows
    )


def true_bookings(facts: Facts) -> tuple[file.TrueBooking, ...]:
    """Tell the bookings as a history does, without lines whose units are free again."""
    return tuple(_true_booking(lines) for lines in by_booking(facts).values())


def _true_booking(lines: Sequence[BookingFact]) -> file.TrueBooking:
    first = lines[0]
    return file.TrueBooking(
        UUID(first.id), UUID(first.person), UUID(first.session), first.state, exclusive=first.exclusive,
        lines=tuple(
            file.TrueLine(UUID(line.window), line.units) for line in lines if line.takes or not _takes(line)
        ),
    )  # fmt: skip


def _takes(line: BookingFact) -> bool:
    """Tell whether a line takes units by its booking's state alone."""
    return line.state in TAKING


def by_booking(facts: Facts) -> dict[str, list[BookingFact]]:
    """Gather the lines of each booking."""
    lines: dict[str, list[BookingFact]] = defaultdict(list)
    for line in facts.bookings:
        lines[line.id].append(line)
    return lines


def half(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find bookings that hold something else than all that was asked for, each unit of it."""
    lines = by_booking(facts)
    for call in granted(calls):
        held = {line.window: line.units for line in lines.get(call.booking, ())}
        if call.wanted and held and held != call.wanted:
            yield f"half: booking {call.booking} holds {len(held)} of {len(call.wanted)} things as asked"


def undone(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find bookings shown as confirmed that are not, and holds that ended within the run."""
    state = {booking.id: booking.state for booking in facts.bookings}
    for call in calls:
        if call.call == LOOK and call.state == "confirmed" and state.get(call.booking) in {"held", "expired"}:
            yield f"undone: booking {call.booking} was shown as confirmed and is {state[call.booking]}"
    for call in granted(calls):
        if state.get(call.booking) == "expired":
            yield f"undone: booking {call.booking} is expired, though a hold outlives the run"


def kept_under_another_key(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find acknowledged bookings that are not the one stored answer of the key they were asked under."""
    stored = {(key.person, key.key): key.booking for key in facts.keys}
    for call in granted(calls):
        kept = stored.get((call.person, call.key))
        if kept != call.booking:
            yield f"key: {call.key} was answered with booking {call.booking}, and {kept or 'nothing'} is kept"


def unasked(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find bookings that nobody asked for, answered or not."""
    asked = {(call.person, window) for call in calls if call.call in CLAIMS for window in call.wanted}
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
    given_back = {line.window for line in facts.bookings if line.state not in TAKING or not line.takes}
    least_free = {
        w.id: w.capacity - units[w.id] - w.returning for w in facts.windows if w.id not in given_back
    }
    asked = Counter((call.person, call.session) for call in calls if call.call in CLAIMS)
    for call in calls:
        is_claim = call.call in CLAIMS
        if is_claim and call.code == "window_full" and _had_room(call, least_free):
            yield f"refusal: {call.person} was told that {_named(call)} is full, and it never was"
        if call.code == "already_booked" and asked[call.person, call.session] < 1 + is_claim:
            yield f"refusal: {call.person} was told of a booking they never asked for"


def _had_room(call: Call, least_free: Mapping[str, int]) -> bool:
    """Tell whether all that a claim asked for was to be had at every moment of the run."""
    return bool(call.wanted) and all(
        least_free.get(window, 0) >= units for window, units in call.wanted.items()
    )


def _named(call: Call) -> str:
    return f"window {call.window}" if len(call.wanted) == 1 else f"one of {len(call.wanted)} windows"


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


def granted(calls: Sequence[Call]) -> Iterable[Call]:
    """Choose the claims that were granted."""
    return (call for call in calls if call.call in CLAIMS and call.status == MADE)


def _units(facts: Facts) -> Counter[str]:
    """Add up the units that count as taken, by window."""
    units: Counter[str] = Counter()
    for booking in facts.bookings:
        if booking.state in TAKING and booking.takes:
            units[booking.window] += booking.units
    return units


CHECKS: Final[tuple[Check, ...]] = (
    of_its_history, half, undone, kept_under_another_key, unasked, broken, refused_without_reason,
    before_opening,
)  # fmt: skip

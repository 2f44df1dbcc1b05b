"""Checks a recorded history of clients against the database's truth: `lifecircle history check FILE`.

What no client was told (an unknown outcome) may have happened or not; everything else is certain.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from api.history_file import Call, History, HistoryUnreadableError, TrueBooking, Truth, read

TAKING: Final = frozenset({"held", "confirmed", "checked_in", "fulfilled", "no_show"})
ACTIVE: Final = frozenset({"held", "confirmed", "checked_in"})


class Report(msgspec.Struct, frozen=True):
    """What a check found; `early_refusals` said "full" while room was certain, which is no violation."""

    calls: int
    acknowledged: int
    unknown: int
    early_refusals: int
    violations: tuple[str, ...]


def check(path: Path) -> Report:
    """Read a history file and check it; raises HistoryUnreadableError."""
    return examine(read(path.read_bytes().splitlines()))


def examine(history: History) -> Report:
    """Ask every question of a history."""
    violations = tuple(sentence for question in QUESTIONS for sentence in question(history))
    return Report(
        calls=len(history.calls),
        acknowledged=sum(call.outcome == "ok" for call in history.calls),
        unknown=sum(call.outcome == "unknown" for call in history.calls),
        early_refusals=sum(1 for _ in _early_refusals(history)),
        violations=violations,
    )


# -- questions, each yielding a sentence for every violation ------------------------------------------


def oversold_in_the_end(history: History) -> Iterator[str]:
    """Ask whether bookings hold more units than a window has."""
    held = _held(history.truth)
    for window in history.truth.windows:
        if held[window.id] > window.capacity:
            yield f"oversold: window {window.id} has {window.capacity} units, {held[window.id]} are booked"


def oversold_on_the_way(history: History) -> Iterator[str]:
    """Ask whether clients held more acknowledged units at one time than a window has."""
    capacities = {window.id: window.capacity for window in history.truth.windows}
    for window_id, changes in _certain_changes(history).items():
        held = most = 0
        for _, units in sorted(changes):  # what ends at an instant comes before what begins at it
            held += units
            most = max(most, held)
        capacity = capacities.get(window_id, 0)
        if most > capacity:
            yield f"oversold: window {window_id} has {capacity} units, {most} were held at one time"


def miscounted(history: History) -> Iterator[str]:
    """Ask whether a window's count is what its bookings and pending returns hold."""
    held = _held(history.truth)
    for window in history.truth.windows:
        expected = held[window.id] + window.returning
        if window.taken != expected:
            yield f"miscounted: window {window.id} says {window.taken} taken, its bookings hold {expected}"


def lost(history: History) -> Iterator[str]:
    """Ask whether an acknowledged booking is missing, or is someone else's or of another window."""
    bookings = {booking.id: booking for booking in history.truth.bookings}
    for call in _acknowledged(history, "book"):
        booking = bookings.get(_booking_of(call))
        if booking is None:
            yield f"lost: booking {call.booking_id} was acknowledged to client {call.client}"
        elif booking.person_id != call.person_id or call.window_id not in _windows_of(booking):
            yield f"changed: booking {booking.id} is not what client {call.client} was told"


def in_an_impossible_state(history: History) -> Iterator[str]:
    """Ask whether a booking was cancelled that nobody cancelled, or lives on after its cancel."""
    tried = {call.booking_id for call in history.calls if call.op == "cancel"}
    cancelled = {call.booking_id for call in _acknowledged(history, "cancel")}
    booked = {call.booking_id for call in _acknowledged(history, "book")}
    for booking in history.truth.bookings:
        if booking.id in cancelled and booking.state != "cancelled":
            yield f"impossible: booking {booking.id} is {booking.state} after an acknowledged cancel"
        if booking.id in booked - tried and booking.state not in TAKING | {"expired"}:
            yield f"impossible: booking {booking.id} is {booking.state} and nobody asked for that"


def one_key_twice(history: History) -> Iterator[str]:
    """Ask whether a key led to two bookings, or was refused after it had been granted."""
    granted: dict[tuple[UUID, str], Call] = {}
    for call in sorted(_acknowledged(history, "book"), key=_returned):
        first = granted.setdefault((call.person_id, call.key), call)
        if first.booking_id != call.booking_id:
            yield f"doubled: key {call.key} led to bookings {first.booking_id} and {call.booking_id}"
    for call in history.calls:
        first = granted.get((call.person_id, call.key))
        if call.op != "book" or call.outcome != "refused" or first is None:
            continue
        if _returned(first) < call.invoked_at:
            yield f"unstable: key {call.key} was granted and then refused as {call.code}"


def more_than_was_asked(history: History) -> Iterator[str]:
    """Ask whether a client's person has more bookings of a window than keys it used for it."""
    keys: dict[tuple[UUID, UUID], set[str]] = defaultdict(set)
    for call in history.calls:
        if call.op == "book":
            keys[call.person_id, call.window_id].add(call.key)
    known = {person_id for person_id, _ in keys}
    made = Counter(
        (booking.person_id, line.window_id)
        for booking in history.truth.bookings
        if booking.person_id in known
        for line in booking.lines
    )
    for (person_id, window_id), count in made.items():
        if count > (asked := len(keys.get((person_id, window_id), ()))):
            yield f"doubled: person {person_id} asked {asked} times for {window_id}, has {count} bookings"


def two_active_of_one_group(history: History) -> Iterator[str]:
    """Ask whether a person has two active bookings where one is the rule."""
    active = Counter(
        (booking.person_id, booking.group_id)
        for booking in history.truth.bookings
        if booking.exclusive and booking.state in ACTIVE
    )
    for (person_id, group_id), count in active.items():
        if count > 1:
            yield f"doubled: person {person_id} has {count} active bookings of group {group_id}"


QUESTIONS: Final[tuple[Callable[[History], Iterator[str]], ...]] = (
    oversold_in_the_end,
    oversold_on_the_way,
    miscounted,
    lost,
    in_an_impossible_state,
    one_key_twice,
    more_than_was_asked,
    two_active_of_one_group,
)


# -- what the questions share ------------------------------------------------------------------------


def _acknowledged(history: History, op: str) -> list[Call]:
    return [call for call in history.calls if call.op == op and call.outcome == "ok"]


def _booking_of(call: Call) -> UUID:
    if call.booking_id is None:
        raise HistoryUnreadableError(f"client {call.client}: an acknowledged {call.op} without its booking")
    return call.booking_id


def _returned(call: Call) -> datetime:
    if call.returned_at is None:
        raise HistoryUnreadableError(f"client {call.client}: an acknowledged {call.op} without its time")
    return call.returned_at


def _windows_of(booking: TrueBooking) -> set[UUID]:
    return {line.window_id for line in booking.lines}


def _held(truth: Truth) -> Counter[UUID]:
    held = Counter[UUID]()
    for booking in truth.bookings:
        if booking.state in TAKING:
            for line in booking.lines:
                held[line.window_id] += line.units
    return held


def _certain_changes(history: History) -> dict[UUID, list[tuple[datetime, int]]]:
    """List when units were certainly held: from the first answer to the first wish to cancel.

    A booking that ended by itself (expired) is left out, since nobody recorded when.
    """
    ends: dict[UUID | None, datetime] = {}
    for call in history.calls:
        if call.op == "cancel":
            ends[call.booking_id] = min(call.invoked_at, ends.get(call.booking_id, call.invoked_at))
    began: dict[UUID, datetime] = {}
    for call in _acknowledged(history, "book"):
        booking_id = _booking_of(call)
        began[booking_id] = min(_returned(call), began.get(booking_id, _returned(call)))
    changes: dict[UUID, list[tuple[datetime, int]]] = defaultdict(list)
    for booking in history.truth.bookings:
        start, end = began.get(booking.id), ends.get(booking.id)
        if start is None or booking.state == "expired" or (end is not None and end <= start):
            continue
        for line in booking.lines:
            changes[line.window_id].append((start, line.units))
            if end is not None:
                changes[line.window_id].append((end, -line.units))
    return changes


def _early_refusals(history: History) -> Iterator[Call]:
    """Find refusals as full although, counting every call that may have booked by then, room was left."""
    capacities = {window.id: window.capacity for window in history.truth.windows}
    asked: dict[UUID, list[datetime]] = defaultdict(list)
    for call in history.calls:
        if call.op == "book" and call.outcome != "refused":
            asked[call.window_id].append(call.invoked_at)
    for call in history.calls:
        if call.code == "window_full" and call.returned_at is not None:
            possible = sum(at <= call.returned_at for at in asked[call.window_id])
            if possible < capacities.get(call.window_id, 0):
                yield call

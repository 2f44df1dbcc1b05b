"""What only an evening at the chargers can get wrong: a connector given twice, a charge billed wrongly."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from api import history_file as file
from api.history import examine
from loadtests.check import (
    ACTIVE,
    TAKING,
    BookingFact,
    Check,
    Facts,
    broken,
    by_booking,
    found_by,
    granted,
    kept_under_another_key,
    true_bookings,
    true_windows,
)
from loadtests.record import RESERVE, Call

QUARTER: Final = 900.0


class SessionFact(msgspec.Struct, frozen=True, kw_only=True):
    """A charge as stored: POSIX seconds, watt-hours, fen; `paid` and `back` are what its payment says.

    `ended` is 0 while it lasts, `total` is -1 before its bill.
    """

    id: str
    connector: str
    person: str
    state: str
    began: float
    ended: float
    energy_wh: int
    authorised: int
    total: int
    paid: int
    back: int


def of_the_evening(calls: Sequence[Call], facts: Facts, sessions: Sequence[SessionFact]) -> list[str]:
    """Return every way in which the record and the database disagree."""
    return [*found_by(CHECKS, calls, facts), *charged_twice(sessions), *billed_wrongly(sessions)]


def oversold(_calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find quarters with two bookings, and counts that are not what bookings hold."""
    return examine(file.History((), file.Truth(true_windows(facts), true_bookings(facts)))).violations


def lost(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find acknowledged reservations that are missing or somebody else's."""
    owners = {line.id: line.person for line in facts.bookings}
    for call in granted(calls):
        owner = owners.get(call.booking, "missing")
        if owner != call.person:
            yield f"lost: reservation {call.booking} of {call.person} is {owner}"


def half(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find reservations that are not all the quarters asked for, one after another, at one connector."""
    windows = {window.id: window for window in facts.windows}
    lines = by_booking(facts)
    for call in granted(calls):
        if call.call != RESERVE or not (held := lines.get(call.booking)):
            continue
        quarters = sorted((windows[line.window].starts, windows[line.window].session) for line in held)
        wanted = [call.starts + QUARTER * n for n in range(call.minutes * 60 // int(QUARTER))]
        if [at for at, _ in quarters] != wanted or len({connector for _, connector in quarters}) != 1:
            yield f"half: reservation {call.booking} holds {len(quarters)} of {len(wanted)} quarters as asked"


def reserved_twice(_calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find people with two active reservations."""
    active = {line.id: line.person for line in facts.bookings if line.state in ACTIVE and line.exclusive}
    for person, count in Counter(active.values()).items():
        if count > 1:
            yield f"doubled: person {person} has {count} active reservations"


def double_booked(_calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find quarters of a connector that two bookings hold."""
    holders: dict[str, list[BookingFact]] = defaultdict(list)
    for line in facts.bookings:
        if line.state in TAKING and line.takes:
            holders[line.window].append(line)
    for window, lines in holders.items():
        if len(lines) > 1:
            yield f"doubled: quarter {window} is held by {len(lines)} bookings"


def charged_twice(sessions: Sequence[SessionFact]) -> Iterable[str]:
    """Find connectors at which two charges overlap in time."""
    by_connector: dict[str, list[SessionFact]] = defaultdict(list)
    for session in sessions:
        if session.began:
            by_connector[session.connector].append(session)
    for connector, several in by_connector.items():
        for one, other in pairwise(sorted(several, key=lambda each: each.began)):
            if not one.ended or one.ended > other.began:
                yield f"doubled: charges {one.id} and {other.id} overlap at connector {connector}"


def billed_wrongly(sessions: Sequence[SessionFact]) -> Iterable[str]:
    """Find bills beyond what was authorised, and money that neither was charged nor came back."""
    for each in sessions:
        if each.total > each.authorised:
            yield f"bill: charge {each.id} costs {each.total} fen of {each.authorised} authorised"
        if each.paid and each.total >= 0 and each.back and each.paid - each.back != each.total:
            yield f"bill: charge {each.id} costs {each.total} fen; {each.paid} paid, {each.back} came back"
        if each.state == "failed" and each.total > 0:
            yield f"bill: charge {each.id} failed and costs {each.total} fen"


CHECKS: Final[tuple[Check, ...]] = (
    oversold, lost, half, reserved_twice, double_booked, kept_under_another_key, broken,
)  # fmt: skip

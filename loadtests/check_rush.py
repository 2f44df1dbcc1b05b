"""What only a breakfast morning can get wrong: food handed out twice, or of an order that nobody paid for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from loadtests.check import Check, Facts, found_by
from loadtests.record import REDEEM, Call

OK: Final = 200
HANDED: Final = frozenset({"checked_in", "fulfilled"})


def of_the_rush(calls: Sequence[Call], facts: Facts) -> list[str]:
    """Return every way in which handing out went wrong."""
    return found_by(CHECKS, calls, facts)


def handed_out_in_vain(calls: Sequence[Call], facts: Facts) -> Iterable[str]:
    """Find orders that were handed out and are not kept as such."""
    state = {line.id: line.state for line in facts.bookings}
    for call in calls:
        if call.call == REDEEM and call.status == OK and state.get(call.handed) not in HANDED:
            yield f"handed: booking {call.handed} was handed out and is {state.get(call.handed)}"


def handed_out_twice(calls: Sequence[Call], _facts: Facts) -> Iterable[str]:
    """Find orders that were handed out under two keys."""
    granted = {(call.handed, call.key) for call in calls if call.call == REDEEM and call.status == OK}
    for booking, times in Counter(booking for booking, _ in granted).items():
        if times > 1:
            yield f"handed: booking {booking} was handed out {times} times"


CHECKS: Final[tuple[Check, ...]] = (handed_out_in_vain, handed_out_twice)

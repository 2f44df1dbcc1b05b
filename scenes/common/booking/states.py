"""The life of a booking: every legal move is one edge; nothing else is possible."""

from typing import Final, Literal

from scenes.common.booking.errors import IllegalMove

State = Literal["held", "confirmed", "checked_in", "fulfilled", "cancelled", "expired", "no_show"]
MoveEvent = Literal["confirm", "extend", "check_in", "fulfil", "cancel", "expire", "no_show"]

EDGES: Final[dict[tuple[str, str], State]] = {
    ("held", "confirm"): "confirmed",
    ("held", "extend"): "held",
    ("held", "cancel"): "cancelled",
    ("held", "expire"): "expired",
    ("confirmed", "check_in"): "checked_in",
    ("confirmed", "cancel"): "cancelled",
    ("confirmed", "no_show"): "no_show",
    ("checked_in", "fulfil"): "fulfilled",
    ("checked_in", "cancel"): "cancelled",
}

ACTIVE: Final = frozenset({"held", "confirmed", "checked_in"})
"""States that keep the exclusivity key: one active booking for this person and this group."""

TAKING: Final = frozenset({"held", "confirmed", "checked_in", "fulfilled", "no_show"})
"""States whose units count as taken: pending takes capacity, and what was used stays used."""


def after(state: str, event: str) -> State:
    """Return the state an event leads to; refuse with IllegalMove where there is no such edge."""
    try:
        return EDGES[state, event]
    except KeyError:
        raise IllegalMove from None


def releases(before: str, now: str, *, frees_unused: bool = False) -> bool:
    """Tell whether a move gives all units back; a missed booking does where what is unused goes back."""
    if now == "no_show" and frees_unused:
        return before in TAKING
    return before in TAKING and now not in TAKING

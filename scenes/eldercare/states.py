"""The life of a request for care: every legal move is one edge here, and nothing else is possible."""

from typing import Final, Literal

from scenes.eldercare.errors import RequestMoveIllegal

State = Literal[
    "unpaid", "requested", "assigned", "accepted", "arrived", "done", "rated", "cancelled", "declined"
]
Event = Literal[
    "pay", "assign", "accept", "release", "agree", "arrive", "complete", "rate", "cancel", "refuse"
]

EDGES: Final[dict[tuple[str, str], State]] = {
    ("unpaid", "pay"): "requested",
    ("unpaid", "cancel"): "cancelled",
    ("requested", "assign"): "assigned",
    ("requested", "agree"): "requested",
    ("requested", "cancel"): "cancelled",
    ("requested", "refuse"): "declined",
    ("assigned", "assign"): "assigned",
    ("assigned", "accept"): "accepted",
    ("assigned", "agree"): "assigned",
    ("assigned", "release"): "requested",
    ("assigned", "cancel"): "cancelled",
    ("assigned", "refuse"): "declined",
    ("accepted", "assign"): "assigned",
    ("accepted", "release"): "requested",
    ("accepted", "arrive"): "arrived",
    ("accepted", "cancel"): "cancelled",
    ("arrived", "complete"): "done",
    ("done", "rate"): "rated",
}

OPEN: Final = frozenset({"requested", "assigned", "accepted", "arrived"})
"""What the desk works on."""

WITH_CARER: Final = frozenset({"assigned", "accepted", "arrived", "done", "rated"})
"""A carer is named in these, and in no others."""


def after(state: str, event: str) -> State:
    """Return the state an event leads to (RequestMoveIllegal where there is no such edge)."""
    try:
        return EDGES[state, event]
    except KeyError:
        raise RequestMoveIllegal from None

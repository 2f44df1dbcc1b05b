"""The life of a charging session as a graph: every edge is one named event.

Operators' messages come twice, late and out of order. What a message tells is an event; an event that has
happened, or that something later has overtaken, changes nothing; no event ever leads back.
"""

from typing import Final, Literal

from scenes.charging.errors import IllegalChargeMove

SessionState = Literal["requested", "charging", "stopping", "ended", "failed"]
SessionEvent = Literal["begin", "ask_stop", "end", "fail"]

LIVE: Final = frozenset({"requested", "charging", "stopping"})
"""States in which the connector is this session's."""

OVER: Final = frozenset({"ended", "failed"})

EDGES: Final[dict[tuple[str, str], SessionState]] = {
    ("requested", "begin"): "charging",
    ("requested", "ask_stop"): "stopping",
    ("requested", "end"): "ended",
    ("requested", "fail"): "failed",
    ("charging", "ask_stop"): "stopping",
    ("charging", "end"): "ended",
    ("stopping", "end"): "ended",
    ("stopping", "fail"): "failed",
}
"""`requested` ends where the news of the start was lost, and `stopping` fails where it never began."""

OVERTAKEN: Final = frozenset({
    ("charging", "begin"),
    ("stopping", "begin"),
    ("ended", "begin"),
    ("stopping", "ask_stop"),
    ("ended", "ask_stop"),
    ("failed", "ask_stop"),
    ("ended", "end"),
    ("failed", "fail"),
})  # fmt: skip
"""What has happened already, or what something later has overtaken: these change nothing."""


def after(state: str, event: str) -> SessionState:
    """Return the state an event leads to; an overtaken one changes nothing, IllegalChargeMove otherwise."""
    if (state, event) in OVERTAKEN:
        return state  # pyright: ignore[reportReturnType] - a state of the graph
    try:
        return EDGES[state, event]
    except KeyError:
        raise IllegalChargeMove from None

"""The life of a run: questions, then one card to agree to, then the act, then perhaps its undoing."""

from typing import Final, Literal

from accessibility.flows.errors import RunElsewhere

RunState = Literal["asking", "acting", "done", "undone"]
RunEvent = Literal["answer", "agree", "turn", "finish", "undo"]

EDGES: Final[dict[tuple[str, str], RunState]] = {
    ("asking", "answer"): "asking",
    ("asking", "agree"): "acting",
    ("acting", "turn"): "asking",
    ("acting", "finish"): "done",
    ("done", "undo"): "undone",
}
"""`acting` is written down before a room is asked: whoever finds it there asks again under the same key."""


def after(state: str, event: RunEvent) -> RunState:
    """Return the state an event leads to; refuse with RunElsewhere where there is no such edge."""
    try:
        return EDGES[state, event]
    except KeyError:
        raise RunElsewhere from None

"""The life of a run: questions, then one card to agree to, then the act, then perhaps its undoing."""

from typing import Final, Literal

from accessibility.flows.errors import RunElsewhere

RunState = Literal["asking", "acting", "done", "undone"]
RunEvent = Literal["answer", "agree", "turn", "finish", "take_back", "stand", "undo"]

EDGES: Final[dict[tuple[str, str], RunState]] = {
    ("asking", "answer"): "asking",
    ("asking", "agree"): "acting",
    ("acting", "turn"): "asking",
    ("acting", "finish"): "done",
    ("done", "take_back"): "acting",
    ("acting", "stand"): "done",
    ("acting", "undo"): "undone",
}
"""`acting` is written down before a room is asked: whoever finds it there asks again under the same key.
So it is before something is taken back (`Draft.undoing`); what the room refuses to take back stands."""


def after(state: str, event: RunEvent) -> RunState:
    """Return the state an event leads to; refuse with RunElsewhere where there is no such edge."""
    try:
        return EDGES[state, event]
    except KeyError:
        raise RunElsewhere from None

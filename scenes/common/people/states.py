"""A delegation as a state graph: asked for, in force, and four ways to end; anything else is refused."""

from typing import Final, Literal

from scenes.common.people.errors import DelegationMoved

State = Literal["requested", "active", "declined", "revoked", "expired"]
Event = Literal["approve", "decline", "revoke"]

EDGES: Final[dict[tuple[str, str], State]] = {
    ("requested", "approve"): "active",
    ("requested", "decline"): "declined",
    ("requested", "revoke"): "revoked",
    ("active", "revoke"): "revoked",
}


def after(state: State, event: Event) -> State:
    """Say where an event leads; refuses with DelegationMoved what the graph does not have."""
    if (following := EDGES.get((state, event))) is None:
        raise DelegationMoved
    return following

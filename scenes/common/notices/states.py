"""The life of a notice on one channel as a graph: every edge is one named event.

Receipts may come twice, late or before our own note that a message was sent: a repeat changes nothing, and
what was delivered stays delivered.
"""

from typing import Final

from scenes.common.notices.errors import IllegalNoticeMove

WAITING, SENDING, SENT, DELIVERED, FAILED = "waiting", "sending", "sent", "delivered", "failed"
LISTED, DONE = "listed", "done"
STATES: Final = frozenset({WAITING, SENDING, SENT, DELIVERED, FAILED, LISTED, DONE})
OPEN: Final = frozenset({WAITING, SENDING, SENT})

TAKE, ACCEPT, PUT_OFF, CONFIRM, GIVE_UP, FINISH = "take", "accept", "put_off", "confirm", "give_up", "finish"
TARGETS: Final = {
    TAKE: SENDING, ACCEPT: SENT, PUT_OFF: WAITING, CONFIRM: DELIVERED, GIVE_UP: FAILED, FINISH: DONE,
}  # fmt: skip
EDGES: Final = {
    (WAITING, TAKE): SENDING,
    (WAITING, GIVE_UP): FAILED,
    (WAITING, CONFIRM): DELIVERED,
    (SENDING, ACCEPT): SENT,
    (SENDING, PUT_OFF): WAITING,
    (SENDING, GIVE_UP): FAILED,
    (SENDING, CONFIRM): DELIVERED,
    (SENT, CONFIRM): DELIVERED,
    (SENT, GIVE_UP): FAILED,
    (FAILED, CONFIRM): DELIVERED,
    (LISTED, FINISH): DONE,
    (LISTED, GIVE_UP): FAILED,
}
OVERTAKEN: Final = frozenset({
    (DELIVERED, ACCEPT), (DELIVERED, PUT_OFF), (DELIVERED, GIVE_UP),
    (FAILED, ACCEPT), (FAILED, PUT_OFF), (SENT, PUT_OFF), (WAITING, PUT_OFF),
})  # fmt: skip
"""Our own note of a try that a receipt, or another worker after a lapsed lease, was quicker than."""


def state_after(state: str, event: str) -> str:
    """Return the state after an event; a repeat or an overtaken note changes nothing.

    Refuses with IllegalNoticeMove otherwise.
    """
    if TARGETS[event] == state or (state, event) in OVERTAKEN:
        return state
    try:
        return EDGES[state, event]
    except KeyError:
        raise IllegalNoticeMove from None

"""The life of a payment and of its refund as graphs: every edge is one named event.

After GOV.UK Pay's idea. A payment that is finished stays as it is, so notices that come twice, late or
out of order cannot do harm: a repeat is a no-op, anything else is refused.
"""

from collections.abc import Mapping

from scenes.common.payments.errors import IllegalPaymentMove

CREATED, SUBMITTED = "created", "submitted"
SUCCESS, FAILED, CANCELLED, ERROR = "success", "failed", "cancelled", "error"
OPEN = frozenset({CREATED, SUBMITTED})
FINISHED = frozenset({SUCCESS, FAILED, CANCELLED, ERROR})
STATES = OPEN | FINISHED

SUBMIT, SUCCEED, DECLINE, CANCEL, GIVE_UP = "submit", "succeed", "decline", "cancel", "give_up"
TARGETS = {SUBMIT: SUBMITTED, SUCCEED: SUCCESS, DECLINE: FAILED, CANCEL: CANCELLED, GIVE_UP: ERROR}
EDGES = {
    (CREATED, SUBMIT): SUBMITTED,
    (CREATED, CANCEL): CANCELLED,
    (CREATED, GIVE_UP): ERROR,
    (SUBMITTED, SUCCEED): SUCCESS,
    (SUBMITTED, DECLINE): FAILED,
    (SUBMITTED, CANCEL): CANCELLED,
    (SUBMITTED, GIVE_UP): ERROR,
}

NONE, REQUESTED, REFUNDED, ABNORMAL = "none", "requested", "refunded", "abnormal"
REFUND_STATES = frozenset({NONE, REQUESTED, REFUNDED, ABNORMAL})

REQUEST, COMPLETE, STICK = "request", "complete", "stick"
RESOLVE, RETRY = "resolve", "retry"
REFUND_TARGETS = {
    REQUEST: REQUESTED, COMPLETE: REFUNDED, STICK: ABNORMAL, RESOLVE: REFUNDED, RETRY: REQUESTED,
}  # fmt: skip
REFUND_EDGES = {
    (NONE, REQUEST): REQUESTED,
    (REQUESTED, COMPLETE): REFUNDED,
    (REQUESTED, STICK): ABNORMAL,
    (ABNORMAL, RESOLVE): REFUNDED,
    (ABNORMAL, RETRY): REQUESTED,
}

OVERTAKEN = {(REFUNDED, REQUEST), (ABNORMAL, REQUEST)}
"""A request for what was already done or is with staff: the refund goes out once."""


def payment_after(state: str, event: str) -> str:
    """Return a payment's state after an event; a repeat changes nothing, IllegalPaymentMove otherwise.

    `submit` repeats harmlessly in any later state: our own note may come after the provider's notice.
    """
    if event == SUBMIT and state in STATES - {CREATED}:
        return state
    return _after(EDGES, TARGETS, state=state, event=event)


def told_after(state: str, event: str) -> str:
    """Return the state after a provider's word, which proves that the payment was submitted."""
    if state == CREATED and event in {SUCCEED, DECLINE}:
        return payment_after(payment_after(state, SUBMIT), event)
    return payment_after(state, event)


def refund_after(state: str, event: str) -> str:
    """Return a refund's state after an event; a repeat changes nothing, IllegalPaymentMove otherwise."""
    if (state, event) in OVERTAKEN:
        return state
    return _after(REFUND_EDGES, REFUND_TARGETS, state=state, event=event)


def _after(
    edges: Mapping[tuple[str, str], str], targets: Mapping[str, str], *, state: str, event: str
) -> str:
    """Follow an edge, or stand still when the event already led here."""
    if targets.get(event) == state:
        return state
    try:
        return edges[state, event]
    except KeyError:
        raise IllegalPaymentMove from None

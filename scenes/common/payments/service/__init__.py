"""The payments desk's verbs; each runs in the caller's transaction."""

from scenes.common.payments.service.books import note_state
from scenes.common.payments.service.counter import HandBack, handed_back, take, to_hand_back
from scenes.common.payments.service.paying import (
    is_kept,
    open_payment,
    own_payment,
    receive,
    settle,
    still_open,
    submitted,
    unknown_to_provider,
)
from scenes.common.payments.service.refunding import (
    abnormal_refunds,
    booking_ended,
    booking_missed,
    refund_moved,
    refund_put_off,
    request_refund,
)

__all__ = [
    "HandBack",
    "abnormal_refunds",
    "booking_ended",
    "booking_missed",
    "handed_back",
    "is_kept",
    "note_state",
    "open_payment",
    "own_payment",
    "receive",
    "refund_moved",
    "refund_put_off",
    "request_refund",
    "settle",
    "still_open",
    "submitted",
    "take",
    "to_hand_back",
    "unknown_to_provider",
]

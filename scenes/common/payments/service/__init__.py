"""The payments desk's verbs; each runs in the caller's transaction."""

from scenes.common.payments.service.books import note_state
from scenes.common.payments.service.counter import (
    HandBack,
    count_to_hand_back,
    handed_back,
    take,
    to_hand_back,
)
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
    booking_ended,
    booking_missed,
    refund_moved,
    refund_put_off,
    request_refund,
)
from scenes.common.payments.service.stuck import (
    StuckRefund,
    count_stuck_refunds,
    open_contact,
    retry,
    returned,
    stuck_refunds,
)

__all__ = [
    "HandBack",
    "StuckRefund",
    "booking_ended",
    "booking_missed",
    "count_stuck_refunds",
    "count_to_hand_back",
    "handed_back",
    "is_kept",
    "note_state",
    "open_contact",
    "open_payment",
    "own_payment",
    "receive",
    "refund_moved",
    "refund_put_off",
    "request_refund",
    "retry",
    "returned",
    "settle",
    "still_open",
    "stuck_refunds",
    "submitted",
    "take",
    "to_hand_back",
    "unknown_to_provider",
]

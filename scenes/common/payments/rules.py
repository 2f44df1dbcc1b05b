"""The pure questions of the desk: is a notice genuine, does the money match, when to ask again."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from scenes.common.booking.rules import check_hold_alive
from scenes.common.kit.caller import Resident
from scenes.common.payments.errors import (
    AlreadyPaid,
    FinalChargeInvalid,
    NothingToPay,
    PaymentOpen,
    RefundWayInvalid,
)
from scenes.common.payments.states import (
    ABNORMAL,
    COMPLETE,
    NONE,
    REFUNDED,
    REQUESTED,
    RESOLVE,
    STICK,
    SUCCESS,
)

CURRENCY = "CNY"
COUNTER = "counter"
"""The method of money that passes over a venue's own counter; it has no provider to ask."""

MISMATCH = "mismatch"
"""Why money is to go back that a provider knows otherwise than we do; staff alone return it."""

WAY_LENGTH = 200
"""Characters of what staff write about how money went back."""

REPLAY_WINDOW = timedelta(seconds=300)
"""How far a notice's time may be from ours, either way (WeChat Pay API v3)."""

FIRST_ASK = timedelta(seconds=30)
"""When a provider that has said nothing is asked for the first time."""

EACH_MINUTE = timedelta(minutes=1)
POLLS = 10
SLOWEST = timedelta(hours=1)
ShownState = Literal[
    "created", "submitted", "success", "failed", "cancelled", "error", "refunding", "refunded"
]
SHOWN = {NONE: None, REQUESTED: "refunding", ABNORMAL: "refunding", REFUNDED: "refunded"}
STANDING = frozenset({"confirmed", "checked_in", "fulfilled", "no_show"})
"""Booking states that keep what was paid for."""


def signature(secret: bytes, *, timestamp: str, nonce: str, body: bytes) -> str:
    """Sign `timestamp LF nonce LF body LF` with HMAC-SHA256, in hexadecimal."""
    text = timestamp.encode() + b"\n" + nonce.encode() + b"\n" + body + b"\n"
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def is_genuine(secret: bytes, given: str, *, timestamp: str, nonce: str, body: bytes) -> bool:
    """Tell whether a signature is ours to trust, in time that does not depend on where it differs."""
    expected = signature(secret, timestamp=timestamp, nonce=nonce, body=body)
    return hmac.compare_digest(expected.encode(), given.encode())


def is_fresh(timestamp: str, *, now: datetime) -> bool:
    """Tell whether a notice's Unix seconds lie within the replay window around `now`."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("9999999999")):
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= REPLAY_WINDOW


def money_matches(expected_fen: int, amount_fen: int, *, currency: str) -> bool:
    """Tell whether what was paid is exactly what was asked, in the same currency."""
    return amount_fen == expected_fen and currency == CURRENCY


def next_ask(asks: int) -> timedelta:
    """Say how long to wait after the `asks`-th question: 30 s, then each minute, then ever longer."""
    if asks == 0:
        return FIRST_ASK
    if asks <= POLLS:
        return EACH_MINUTE
    return min(EACH_MINUTE * 2 ** min(asks - POLLS, 6), SLOWEST)


def shown_state(state: str, refund_state: str, *, kept_fen: int = 0) -> ShownState:
    """Name the state a resident sees: the payment's own, or that its money is on the way back.

    A payment of which a part is kept stays a success, whatever becomes of the rest.
    """
    return cast("ShownState", state if kept_fen else SHOWN[refund_state] or state)


def whole_refund_no(payment_hex: str) -> str:
    """Name the refund of the whole amount; the number is fixed, so asking again refunds once."""
    return f"{payment_hex}R1"


def rest_refund_no(payment_hex: str) -> str:
    """Name the refund of what a final charge left over; the number is fixed, so it goes back once."""
    return f"{payment_hex}P1"


def check_final(final_fen: int, paid_fen: int, *, captured_fen: int | None) -> None:
    """Refuse a final charge below nothing, above what was paid, or other than the one before."""
    if not 0 <= final_fen <= paid_fen or captured_fen not in {None, final_fen}:
        raise FinalChargeInvalid


def is_whole(state: str, refund_state: str, captured_fen: int | None) -> bool:
    """Tell whether a payment is with us as it was paid: nothing charged of it, nothing on its way back."""
    return state == SUCCESS and refund_state == NONE and captured_fen is None


def odd_refund_no(payment_hex: str) -> str:
    """Name the return of money that does not match its payment; staff do it by hand."""
    return f"{payment_hex}M1"


def is_party(resident: Resident, person_id: UUID, payer_id: UUID) -> bool:
    """Tell whether a resident may see and pay: whom it is for, or who arranged it."""
    return resident.subject_id == person_id or resident.person_id == payer_id


def check_payable(state: str, hold_expires_at: datetime | None, *, amount_fen: int, now: datetime) -> None:
    """Refuse to pay a hold that ran out (HoldExpired) or that wants no money (NothingToPay)."""
    check_hold_alive(state, hold_expires_at, now)
    if state != "held" or amount_fen <= 0:
        raise NothingToPay


def check_same_payment(state: str, open_method: str, *, method: str, closing: bool) -> None:
    """Refuse to pay twice (AlreadyPaid) or by two methods at a time (PaymentOpen)."""
    if state == SUCCESS:
        raise AlreadyPaid
    if closing or open_method != method:
        raise PaymentOpen


def is_beside(reason: str, state: str) -> bool:
    """Tell whether money that goes back is beside a payment that succeeded, which then stays as it is."""
    return reason == MISMATCH and state == SUCCESS


def may_retry(reason: str) -> bool:
    """Tell whether a provider may be asked again: not for money that it knows otherwise than we do."""
    return reason != MISMATCH


def refund_news(event: str, method: str) -> str | None:
    """Name the topic that tells the person of a refund's event; asking again is no news."""
    if event == COMPLETE and method == COUNTER:
        return "payment.handed_back"
    return {
        COMPLETE: "payment.refunded",
        RESOLVE: "payment.refund_returned",
        STICK: "payment.refund_abnormal",
    }.get(event)


def checked_way(text: str) -> str:
    """Return what staff wrote about how money went back, without blanks around it (RefundWayInvalid)."""
    way = text.strip()
    if not 0 < len(way) <= WAY_LENGTH:
        raise RefundWayInvalid
    return way


def stands(booking_state: str) -> bool:
    """Tell whether a booking in this state keeps what was paid for it."""
    return booking_state in STANDING

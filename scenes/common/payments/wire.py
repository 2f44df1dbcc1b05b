"""Payments as they go over the wire."""

from typing import Literal
from uuid import UUID

from scenes.common.kit.wire import Wire, WireRequest, encode
from scenes.common.payments import rules, states
from scenes.common.payments.tables import PaymentRow


class PaymentRequest(WireRequest, frozen=True, kw_only=True):
    """Pay a held booking with a method; `wechat` is refused until the district connects it."""

    booking_id: UUID
    method: Literal["sandbox", "wechat"]


class Payment(Wire, frozen=True, kw_only=True):
    """A payment in fen; `state` also tells that money is on the way back: refunding, then refunded.

    `pay_url` is there while it can still be paid. `refunded_fen` is what has come back; of an amount paid in
    advance that is the rest, and the state stays success.
    """

    id: UUID
    booking_id: UUID
    method: str
    state: rules.ShownState
    amount_fen: int
    refunded_fen: int = 0
    pay_url: str | None = None
    mini_program: dict[str, str] | None = None


def shown(row: PaymentRow) -> Payment:
    """Show a payment to its people."""
    return Payment(
        id=row.id,
        booking_id=row.booking_id,
        method=row.method,
        state=rules.shown_state(row.state, row.refund_state, kept_fen=row.captured_fen or 0),
        amount_fen=row.amount_fen,
        refunded_fen=row.refunded_fen,
        pay_url=row.pay_url if row.state in states.OPEN else None,
    )


def rendered(row: PaymentRow) -> bytes:
    """Encode a payment, as it is kept under an idempotency key."""
    return encode(shown(row))

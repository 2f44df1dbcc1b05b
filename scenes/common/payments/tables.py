"""What the payments desk keeps: payments, what providers told of them, and refunds.

Rows name bookings and people by id only; trade records outlive an erased person (3 years, see docs).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row

LIVE = text("state IN ('created', 'submitted', 'success')")
OPEN = text("state IN ('created', 'submitted')")


class PaymentRow(Row, table=True):
    """One attempt to pay a booking, in fen; its id is the order number at the provider.

    At most one payment of a booking is open or successful at a time. `captured_fen` is what is kept of an
    amount paid in advance, once that is known; `refunded_fen` is what has come back.
    """

    __table_args__ = (
        CheckConstraint(
            "state IN ('created', 'submitted', 'success', 'failed', 'cancelled', 'error')", name="state"
        ),
        CheckConstraint("refund_state IN ('none', 'requested', 'refunded', 'abnormal')", name="refund_state"),
        CheckConstraint("amount_fen > 0", name="amount_fen"),
        CheckConstraint("captured_fen >= 0 AND captured_fen <= amount_fen", name="captured_fen"),
        CheckConstraint("refunded_fen >= 0 AND refunded_fen <= amount_fen", name="refunded_fen"),
        CheckConstraint("settled_at IS NULL OR state = 'success'", name="settled_at"),
        Index("uq_payment_live", "booking_id", unique=True, postgresql_where=LIVE),
        Index("ix_payment_booking_id", "booking_id"),
        Index(
            "ix_payment_unsettled",
            "succeeded_at",
            postgresql_where=text("state = 'success' AND settled_at IS NULL"),
        ),
        Index("ix_payment_ask", "next_ask_at", postgresql_where=OPEN),
    )

    id: UUID = Field(primary_key=True)
    booking_id: UUID
    person_id: UUID
    payer_id: UUID
    method: str
    state: str
    refund_state: str = "none"
    amount_fen: int
    provider_ref: str | None = None
    pay_url: str | None = None
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)
    succeeded_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    settled_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    captured_fen: int | None = None
    refunded_fen: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    closing: bool = False
    asks: int = 0
    next_ask_at: datetime = Field(sa_type=TIMESTAMPTZ)


class PaymentEventRow(Row, table=True):
    """What a provider told, word for word, and what became of it; the event's number makes it count once.

    `verdict` is applied, repeated, refused (the payment had another end) or mismatch (other money).
    """

    __table_args__ = (
        UniqueConstraint("method", "event_no", name="uq_payment_event_no"),
        CheckConstraint("verdict IN ('applied', 'repeated', 'refused', 'mismatch')", name="verdict"),
        Index("ix_payment_event_payment_id", "payment_id"),
    )

    id: UUID = Field(primary_key=True)
    method: str
    event_no: str
    payment_id: UUID = Field(foreign_key="payment.id")
    event: str
    facts: dict[str, Any] = Field(sa_type=JSONB)
    verdict: str
    at: datetime = Field(sa_type=TIMESTAMPTZ)


class RefundRow(Row, table=True):
    """Money on its way back; the same `out_refund_no` refunds once at the provider."""

    __table_args__ = (
        UniqueConstraint("out_refund_no", name="uq_refund_out_refund_no"),
        CheckConstraint("state IN ('requested', 'refunded', 'abnormal')", name="state"),
        CheckConstraint("amount_fen > 0", name="amount_fen"),
        Index("ix_refund_payment_id", "payment_id"),
        Index("ix_refund_due", "next_try_at", postgresql_where=text("state = 'requested'")),
        Index("ix_refund_abnormal", "requested_at", postgresql_where=text("state = 'abnormal'")),
    )

    id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id")
    out_refund_no: str
    amount_fen: int
    reason: str
    state: str
    tries: int = 0
    next_try_at: datetime = Field(sa_type=TIMESTAMPTZ)
    requested_at: datetime = Field(sa_type=TIMESTAMPTZ)
    refunded_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)

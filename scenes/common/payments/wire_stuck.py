"""Money that no provider could give back, as the wire shows it to the district's staff."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.wire import Wire, WireRequest
from scenes.common.payments.rules import WAY_LENGTH
from scenes.common.payments.service import StuckRefund


class ReturnedRequest(WireRequest, frozen=True, kw_only=True):
    """How the money went back: a transfer's number, or who signed for cash."""

    way: Annotated[str, msgspec.Meta(min_length=1, max_length=WAY_LENGTH)]


class StuckRefundView(Wire, frozen=True, kw_only=True):
    """Money that is owed, in fen, with the numbers under which the provider knows it; the name is masked."""

    id: UUID
    booking_id: UUID
    payment_id: UUID
    title: str
    name: str
    method: str
    out_refund_no: str
    provider_ref: str | None
    amount_fen: int
    reason: str
    since: datetime
    may_retry: bool

    @classmethod
    def of(cls, each: StuckRefund) -> "StuckRefundView":
        """Show what is stuck."""
        return cls(
            id=each.refund_id, booking_id=each.booking_id, payment_id=each.payment_id, title=each.title,
            name=mask_name(each.name), method=each.method, out_refund_no=each.out_refund_no,
            provider_ref=each.provider_ref, amount_fen=each.amount_fen, reason=each.reason,
            since=shanghai(each.since), may_retry=each.may_retry,
        )  # fmt: skip


class RefundContact(Wire, frozen=True, kw_only=True):
    """Whom to reach about money that is owed; no phone where none is left."""

    name: str
    phone: str | None

"""Money over the counter as the wire shows it to staff."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.wire import Wire, WireRequest
from scenes.common.payments.service import HandBack


class CounterPaymentRequest(WireRequest, frozen=True, kw_only=True):
    """What was counted, in fen: exactly the booking's amount."""

    amount_fen: Annotated[int, msgspec.Meta(gt=0)]


class CounterRefund(Wire, frozen=True, kw_only=True):
    """Money to be handed back, in fen, the name masked."""

    id: UUID
    booking_id: UUID
    title: str
    name: str
    amount_fen: int
    since: datetime

    @classmethod
    def of(cls, each: HandBack) -> "CounterRefund":
        """Show what waits."""
        return cls(
            id=each.refund_id, booking_id=each.booking_id, title=each.title, name=mask_name(each.name),
            amount_fen=each.amount_fen, since=shanghai(each.since),
        )  # fmt: skip

"""What a counter without network knows, as the wire shows it."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from scenes.breakfast.service.counter import ToHand
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire


class CounterOrder(Wire, frozen=True, kw_only=True):
    """An order by its code; `state` is waiting, unpaid, fetched or recalled. It names nobody."""

    booking_id: UUID
    code: str
    items: list[str]
    starts_at: datetime
    hand_from: datetime | None
    hand_until: datetime | None
    state: str

    @classmethod
    def of(cls, order: ToHand) -> "CounterOrder":
        """Show an order."""
        return cls(
            booking_id=order.booking_id, code=order.code, items=list(order.items), state=order.state,
            starts_at=shanghai(order.starts_at),
            hand_from=shanghai(order.hand_from) if order.hand_from else None,
            hand_until=shanghai(order.hand_until) if order.hand_until else None,
        )  # fmt: skip


class CounterDay(Wire, frozen=True, kw_only=True):
    """All that a counter needs to go on without network; `public_key` verifies signed codes (Ed25519)."""

    place_id: UUID
    day: date = msgspec.field(name="date")
    as_of: datetime
    public_key: str
    orders: list[CounterOrder]

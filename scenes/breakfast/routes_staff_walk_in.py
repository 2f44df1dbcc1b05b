"""Ordering for somebody at the counter or on the phone, over HTTP."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, JSONBody

from scenes.breakfast.service import walk_in
from scenes.breakfast.service.orders import OrderWish, Wish
from scenes.breakfast.wire import OrderItem
from scenes.common.booking.service_desk import DeskTools
from scenes.common.booking.wire_desk import DeskBooking, DeskCaller
from scenes.common.kit.caller import Staff

PATH = "/staff/breakfast/orders"


class DeskOrderRequest(DeskCaller, frozen=True, kw_only=True):
    """Who it is for, and what is wanted, where and when."""

    place_id: UUID
    window_id: UUID
    items: Annotated[list[OrderItem], msgspec.Meta(min_length=1, max_length=20)]
    note: Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")] | None = None

    def wish(self) -> OrderWish:
        """Put the request into the room's own words."""
        return OrderWish(
            place_id=self.place_id, window_id=self.window_id, note=self.note,
            items=tuple(Wish(item_id=item.item_id, quantity=item.quantity) for item in self.items),
        )  # fmt: skip


@post(PATH, operation_id="orderBreakfastForSomebody", tags=["staff"])
async def order_for(
    data: JSONBody[DeskOrderRequest],
    staff: NamedDependency[Staff],
    desk_tools: NamedDependency[DeskTools],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> DeskBooking:
    """Order for somebody; what costs something is held until the pick-up time ends."""
    record = await walk_in.order_for(desk_tools, data.call(staff, PATH, key=key), data.wish())
    return DeskBooking.of(record)


ROUTES: list[Any] = [order_for]

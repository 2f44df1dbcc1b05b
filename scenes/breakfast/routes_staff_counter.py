"""The counter that goes on without network: what it takes along, over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.service import counter
from scenes.breakfast.wire_counter import CounterDay, CounterOrder
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day, shanghai


@get("/staff/breakfast/counter", operation_id="getBreakfastCounter", tags=["staff"])
async def get_counter(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    vouchers: NamedDependency[VoucherSigner],
    clock: NamedDependency[Clock],
    *,
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
) -> CounterDay:
    """Give a point's counter the orders to hand out by code, and the key that verifies signed codes."""
    now = clock()
    orders = await counter.to_hand(reading, staff, place_id, now=now)
    return CounterDay(
        place_id=place_id, day=local_day(now), as_of=shanghai(now), public_key=vouchers.public_key,
        orders=[CounterOrder.of(order) for order in orders],
    )  # fmt: skip


ROUTES: list[Any] = [get_counter]

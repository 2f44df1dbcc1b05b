"""Ordering for somebody at the counter or on the phone: the same menu, the same ledger, the same refusals."""

from scenes.breakfast.service import orders
from scenes.breakfast.service.collect import check_scope
from scenes.breakfast.service.orders import OrderWish
from scenes.common.booking.errors import AlreadyBooked
from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.service_desk import DeskCall, DeskTools, book_for
from scenes.common.kit.caller import Resident
from scenes.common.kit.idempotency import Answer


async def order_for(tools: DeskTools, call: DeskCall, wish: OrderWish) -> BookingRecord:
    """Order for somebody, at that person's own price, and answer the booking.

    What costs something is held until the pick-up time ends and paid at the counter. Refuses with
    PointNotFound outside the scope, with what find_or_register and `orders.order` say.
    """
    check_scope(call.staff, wish.place_id)

    async def order(person: Resident) -> Answer:
        return await orders.order(
            tools.database, tools.ledger, tools.clock, resident=person, wish=wish, key=call.key,
            fingerprint=call.fingerprint, desk_staff_id=call.staff.staff_id,
        )  # fmt: skip

    try:
        return await book_for(tools, call, order)
    except AlreadyBooked:
        raise AlreadyBooked(
            "这个人这一天在这里已经有一单还没取。请先收钱交给他,或取消那一单。",
            detail_en="This person has an order here that is not fetched yet.",
        ) from None

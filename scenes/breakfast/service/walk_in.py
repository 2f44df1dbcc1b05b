"""Ordering for somebody at the counter or on the phone: the same menu, the same ledger, the same refusals."""

from uuid import UUID

import msgspec

from scenes.breakfast.service import orders
from scenes.breakfast.service.collect import check_scope
from scenes.breakfast.service.orders import OrderWish
from scenes.common.booking.errors import AlreadyBooked
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.booking.service_desk import note_booked, who_it_is
from scenes.common.booking.wire import Booking
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.people.service import Newcomer

_booking = msgspec.json.Decoder(Booking)


async def order_for(  # noqa: PLR0913 - each is one fact of the call
    database: Database,
    ledger: Ledger,
    clock: Clock,
    *,
    staff: Staff,
    newcomer: Newcomer,
    wish: OrderWish,
    cipher: FieldCipher,
    key: str,
    fingerprint: bytes,
) -> BookingRecord:
    """Order for somebody, at that person's own price, and answer the booking.

    What costs something is held until the pick-up time ends and paid at the counter. Refuses with
    PointNotFound outside the scope, with what find_or_register and `orders.order` say.
    """
    check_scope(staff, wish.place_id)
    person = await who_it_is(database, staff, newcomer, cipher=cipher, now=clock())
    try:
        answer = await orders.order(
            database, ledger, clock, resident=person, wish=wish, key=key, fingerprint=fingerprint,
            desk_staff_id=staff.staff_id,
        )  # fmt: skip
    except AlreadyBooked:
        raise AlreadyBooked(
            "这个人这一天在这里已经有一单还没取。请先收钱交给他,或取消那一单。",
            detail_en="This person has an order here that is not fetched yet.",
        ) from None
    booking_id: UUID = _booking.decode(answer.body).id
    return await note_booked(database, staff, booking_id, now=clock())

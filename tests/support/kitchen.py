"""More of the breakfast district: points near by, paid orders, and who stands at the counter."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec

from api.lifespan import House
from scenes.breakfast.rules import days as names
from scenes.breakfast.service import collect, days, orders
from scenes.breakfast.service.collect import Counter, Known
from scenes.common.booking.ledger import BookingRecord, Ledger, Move
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.booking.wire import Booking
from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.places.service import upsert_places
from tests.support.breakfast import TUESDAY, Breakfast
from tests.support.places import a_place
from tests.support.storefront import PASSWORD

METRE = 1 / 111_195
"""Degrees of latitude, about."""


async def open_point(  # noqa: PLR0913 - a point's facts
    breakfast: Breakfast,
    *,
    name: str,
    metres_north: float,
    kind: str = "shop",
    milk: int = 40,
    buns: int = 100,
    slot_orders: int = 20,
) -> UUID:
    """Open another point that sells the same, so many metres north of the first, and publish its days."""
    place_id = new_id()
    home = a_place()
    async with breakfast.database.transaction() as session:
        place = a_place(
            id=place_id, scene="breakfast", kind=f"breakfast_{kind}", name=name,
            lat=home.lat + metres_north * METRE,
        )  # fmt: skip
        await upsert_places(session, [place], now=breakfast.clock())
        session.add(breakfast.point(place_id, kind=kind, slot_orders=slot_orders))
        session.add(breakfast.item(f"milk@{name}", "豆浆", 350, milk, place_id))
        session.add(breakfast.item(f"bun@{name}", "菜包", 200, buns, place_id))
        await session.flush()
        await days.publish_days(session, now=breakfast.clock())
    return place_id


async def paid(
    breakfast: Breakfast,
    ledger: Ledger,
    resident: Resident,
    *,
    slot: UUID | None = None,
    note: str | None = None,
    **items: int,
) -> BookingRecord:
    """Order and pay, for Tuesday at half past seven unless told otherwise."""
    wish = msgspec.structs.replace(breakfast.wish(slot=slot, **items), note=note)
    answer = await orders.order(
        breakfast.database, ledger, breakfast.clock, resident=resident, wish=wish, key=str(uuid4()),
        fingerprint=b"f" * 16,
    )  # fmt: skip
    made = msgspec.json.decode(answer.body, type=Booking)
    outcome = await ledger.move(Move(booking_id=made.id, event="confirm", by="payment"))
    assert outcome.booking is not None
    return outcome.booking


async def held(breakfast: Breakfast, ledger: Ledger, resident: Resident, **items: int) -> Booking:
    """Order without paying."""
    answer = await orders.order(
        breakfast.database, ledger, breakfast.clock, resident=resident, wish=breakfast.wish(**items),
        key=str(uuid4()), fingerprint=b"f" * 16,
    )  # fmt: skip
    return msgspec.json.decode(answer.body, type=Booking)


async def hand_over(breakfast: Breakfast, ledger: Ledger, record: BookingRecord) -> BookingRecord:
    """Let somebody fetch an order by its code."""
    signer = VoucherSigner(b"a secret of a district in a test!")
    counter = Counter(breakfast.database, ledger, breakfast.cipher, signer, breakfast.clock)
    return await collect.redeem(
        counter, staff=breakfast.staff, known=Known(code=record.code), key=str(uuid4()),
        fingerprint=b"r" * 16,
    )  # fmt: skip


def stock_id(breakfast: Breakfast, key: str, day: date = TUESDAY) -> UUID:
    """Name an item's stock of a day at the first point."""
    return names.stock_id(breakfast.place, day, breakfast.items[key])


async def record_of(breakfast: Breakfast, booking_id: UUID) -> dict[str, Any]:
    """Read where a booking stands."""
    rows = await breakfast.rows(
        "SELECT state, place_id, starts_at, amount_fen, code, relocations FROM booking WHERE id = :id",
        id=booking_id,
    )
    keys = ("state", "place_id", "starts_at", "amount_fen", "code", "relocations")
    return dict(zip(keys, rows[0], strict=True))


async def hire(breakfast: Breakfast, house: House) -> str:
    """Hire `breakfast` for the first point with both factors; answer the authenticator's secret."""
    async with breakfast.database.transaction() as session:
        account = await create_staff(
            session,
            NewStaff(
                username="breakfast", password=PASSWORD, display_name="店员", role="breakfast",
                place_ids=frozenset({breakfast.place}),
            ),
            passwords=house.sign_in_tools.passwords,
            cipher=house.cipher,
            now=breakfast.clock(),
        )  # fmt: skip
    return account.totp_secret

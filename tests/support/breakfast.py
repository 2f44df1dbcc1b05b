"""A small breakfast district on a real database: a shop with milk and buns, residents, a rule, ledgers."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from scenes.breakfast.rules import days as names
from scenes.breakfast.service import days
from scenes.breakfast.service.orders import OrderWish, Wish
from scenes.breakfast.tables import BreakfastItemRow, BreakfastPointRow
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import instant, local_day, system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.people.tables import make_person_row
from scenes.common.places.service import upsert_places
from tests.scenes.breakfast.rules.samples import RULE
from tests.support.booking import World
from tests.support.clock import AdjustableClock
from tests.support.places import a_place

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
SIX = time(6)


class Breakfast(World):
    """One shop open 06:30–09:30 with `milk` (350 fen) and `bun` (200 fen), published for days ahead."""

    def __init__(self, database: Database, clock: AdjustableClock, cipher: FieldCipher) -> None:
        super().__init__(database, clock)
        self.cipher = cipher
        self.items: dict[str, UUID] = {}
        self.staff = Staff(new_id(), new_id(), "breakfast", frozenset({self.place}))

    async def furnish(
        self, *, kind: str = "shop", milk: int = 40, buns: int = 100, slot_orders: int = 20, rule: Any = RULE
    ) -> None:
        """Open the shop on Monday at six and publish its days."""
        self.clock.set(instant(MONDAY, SIX))
        async with self.database.transaction() as session:
            hours = {day: ["06:30-09:30"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
            place = a_place(
                id=self.place,
                scene="breakfast",
                kind=f"breakfast_{kind}",
                name="曹杨早餐店",
                weekly_hours=hours,
            )
            await upsert_places(session, [place], now=self.clock())
            session.add(self.point(self.place, kind=kind, slot_orders=slot_orders))
            session.add(self.item("milk", "豆浆", 350, milk))
            session.add(self.item("bun", "菜包", 200, buns))
            await session.flush()
            await days.set_rule(session, rule, since=date(2026, 1, 1))
            await days.publish_days(session, now=self.clock())

    async def open_now(self) -> None:
        """Furnish the shop as of this very minute: a provider's signatures are good for five.

        It sells from tomorrow on: whether today's breakfast can still be called off hangs on the hour.
        """
        await self.furnish()
        self.clock.set(system_clock())
        async with self.database.transaction() as session:
            await days.publish_days(session, now=self.clock())
            today = {"ends": instant(local_day(self.clock()) + timedelta(days=1), time(0))}
            await session.execute(
                text("UPDATE booking_window SET state = 'closed' WHERE starts_at < :ends"), today
            )

    def point(self, place_id: UUID, *, kind: str = "shop", slot_orders: int = 20) -> BreakfastPointRow:
        """Make a point with half-hour slots."""
        return BreakfastPointRow(
            place_id=place_id, kind=kind, opens=time(6, 30), closes=time(9, 30), slot_minutes=30,
            slot_orders=slot_orders,
        )  # fmt: skip

    def item(
        self, key: str, name: str, price_fen: int, stock: int, place_id: UUID | None = None
    ) -> BreakfastItemRow:
        """Make something to sell; `key` is how tests call it."""
        self.items[key] = new_id()
        return BreakfastItemRow(
            id=self.items[key], place_id=place_id or self.place, position=len(self.items), name=name,
            price_fen=price_fen, picture="milk", allergens=["soy"], suits=["soft"], daily_stock=stock,
        )  # fmt: skip

    async def resident(self, birth: date = date(1990, 5, 1), name: str = "王芳", **facts: Any) -> Resident:
        """Let a resident move in and sign in."""
        person = make_person_row(
            self.cipher, new_id(), name=name, birth_date=birth, sex="f", now=self.clock(), **facts
        )
        async with self.database.transaction() as session:
            session.add(person)
        return Resident(person.id, new_id())

    def slot(self, hour: int, minute: int, day: date = TUESDAY) -> UUID:
        """Name a pick-up slot."""
        return names.slot_window(self.place, instant(day, time(hour, minute)))

    def portions(self, key: str, day: date = TUESDAY) -> UUID:
        """Name the window of an item's portions."""
        return names.stock_window(self.place, day, self.items[key])

    def wish(self, *, slot: UUID | None = None, person: UUID | None = None, **items: int) -> OrderWish:
        """Want so many of each, tomorrow at half past seven unless told otherwise."""
        return OrderWish(
            place_id=self.place,
            window_id=slot or self.slot(7, 30),
            items=tuple(Wish(item_id=self.items[key], quantity=n) for key, n in items.items()),
            person_id=person,
        )

    async def window_taken(self, window_id: UUID) -> int:
        """Read how many units of a window are taken."""
        return (await self.rows("SELECT taken FROM booking_window WHERE id = :id", id=window_id))[0][0]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Name an instant of a Shanghai day."""
    return instant(day, time(hour, minute))

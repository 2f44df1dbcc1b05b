"""The flows that are drilled: what there is to book, who books it, and the taps that lead to the card."""

from collections.abc import Awaitable, Callable
from datetime import date, time, timedelta
from typing import Any, Final

import msgspec

from api.lifespan import House
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from tests.support.breakfast import Breakfast
from tests.support.care import CareTown
from tests.support.charging import Charging
from tests.support.clinic import TUESDAY, Clinic
from tests.support.clock import AdjustableClock
from tests.support.whole import resident_of

ENOUGH: Final = 10_000
DAYS: Final = 5
BORN: Final = date(1940, 5, 1)


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A flow with its room: `taps` are labels to the card (empty: the first), or places.

    `killed_at` is the tap that stands for an ordinary answer; `booked` how a booking begins.
    """

    flow: str
    furnish: Callable[[Database, AdjustableClock, House], Awaitable[Any]]
    elder: Callable[[Any], Awaitable[Resident]]
    taps: tuple[str | int, ...]
    killed_at: int
    booked: str


async def _shop(database: Database, clock: AdjustableClock, house: House) -> Breakfast:
    shop = Breakfast(database, clock, house.cipher)
    await shop.furnish(milk=ENOUGH, buns=ENOUGH, slot_orders=ENOUGH)
    return shop


async def _hungry(shop: Breakfast) -> Resident:
    return await shop.resident(BORN, name="陈秀英", lat=31.241, lng=121.401)


async def _clinic(database: Database, clock: AdjustableClock, house: House) -> Clinic:
    clinic = Clinic(database, clock, house.cipher)
    await clinic.furnish()
    days = [TUESDAY + timedelta(days=ahead) for ahead in range(DAYS)]
    morning = {"starts": time(8), "ends": time(11, 30)}
    await clinic.session_of(*(clinic.shift("李敏", day, **morning) for day in days))
    return clinic


async def _ill(clinic: Clinic) -> Resident:
    return await clinic.resident("陈秀英", BORN)


async def _town(database: Database, clock: AdjustableClock, house: House) -> CareTown:
    town = CareTown(database, clock, house.cipher)
    await town.furnish()
    await town.bath_time(capacity=ENOUGH)
    return town


async def _old(town: CareTown) -> Resident:
    return await town.person("陈秀英", BORN)


async def _station(database: Database, clock: AdjustableClock, _house: House) -> Charging:
    station = Charging(database, clock)
    await station.open_for_reservations()
    return station


async def _driver(station: Charging) -> Resident:
    return resident_of(await station.person("陈秀英", BORN))


SCENES: Final = {
    each.flow: each
    for each in (
        Scene(
            flow="breakfast", furnish=_shop, elder=_hungry, taps=("菜包", "就这些", ""), killed_at=1,
            booked="held",
        ),
        Scene(
            flow="clinic", furnish=_clinic, elder=_ill, taps=("全科", "", ""), killed_at=1,
            booked="confirmed",
        ),
        Scene(
            flow="eldercare", furnish=_town, elder=_old, taps=("bath", "", "没有"), killed_at=1,
            booked="held",
        ),
        Scene(
            flow="charging", furnish=_station, elder=_driver, taps=("", 1), killed_at=0,
            booked="confirmed",
        ),
    )
}  # fmt: skip

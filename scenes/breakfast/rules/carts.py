"""Carts: whether a reported position can be true, and where orders go when a cart breaks down.

An order moves whole: every item in stock elsewhere, at a point near by, at about its time. What is
nearest counts in minutes: minutes on foot there and minutes away from the time that was chosen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Final
from uuid import UUID

import msgspec

from scenes.breakfast.errors import PositionInvalid
from scenes.breakfast.rules.kitchen import Portions

EARTH_RADIUS_M: Final = 6_371_008.8
FARTHEST_FROM_HOME_M: Final = 20_000.0
"""Metres from its place within which a cart can be; farther is a wrong datum or a wrong device."""

FARTHEST_WALK_M: Final = 1_200.0
"""Metres in a straight line to another point: the fifteen-minute circle of an elder."""

ELDER_METRES_PER_MINUTE: Final = 50.0
MOST_MINUTES_OFF: Final = 60
"""Minutes by which the new pick-up time may differ from the one chosen."""

LEAST_LEFT: Final = timedelta(minutes=10)
"""What must be left of a slot to walk there."""

MOST_CHOICES: Final = 6


class Spot(msgspec.Struct, frozen=True):
    """Degrees of WGS-84."""

    lat: float
    lng: float


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """A pick-up slot of another point, that many metres away."""

    window_id: UUID
    place_id: UUID
    metres: float
    starts_at: datetime
    ends_at: datetime
    free: int


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """What another point has left of an item."""

    window_id: UUID
    place_id: UUID
    name: str
    left: int


class Stranded(msgspec.Struct, frozen=True, kw_only=True):
    """An order of a broken cart; `kept` are units of windows that go with it, such as a day's subsidy."""

    booking_id: UUID
    starts_at: datetime
    items: tuple[Portions, ...]
    kept: tuple[tuple[UUID, int], ...] = ()


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Somewhere an order could go: the point, the time, and the units it takes; the slot comes first."""

    place_id: UUID
    starts_at: datetime
    metres: float
    units: tuple[tuple[UUID, int], ...]


def metres_between(one: Spot, other: Spot) -> float:
    """Return the great-circle distance (haversine)."""
    lat, lng = radians(other.lat - one.lat), radians(other.lng - one.lng)
    chord = sin(lat / 2) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(lng / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def check_position(spot: Spot, home: Spot) -> None:
    """Refuse a position that the cart of this place cannot be at (PositionInvalid)."""
    if metres_between(spot, home) > FARTHEST_FROM_HOME_M:
        raise PositionInvalid


def choices(
    order: Stranded, slots: Iterable[Elsewhere], shelves: Iterable[Shelf], *, now: datetime
) -> list[Choice]:
    """List where an order could go, the least trouble first; empty when nowhere has it all."""
    at_points = _by_point(shelves)
    fitting = [slot for slot in slots if _fits(slot, order.starts_at, now)]
    found = [
        Choice(
            place_id=slot.place_id,
            starts_at=slot.starts_at,
            metres=slot.metres,
            units=((slot.window_id, 1), *units, *order.kept),
        )
        for slot in sorted(fitting, key=lambda slot: (_trouble(slot, order.starts_at), slot.window_id))
        if (units := _units(order.items, at_points.get(slot.place_id, {}))) is not None
    ]
    return found[:MOST_CHOICES]


def plan(
    orders: Sequence[Stranded], slots: Sequence[Elsewhere], shelves: Sequence[Shelf], *, now: datetime
) -> dict[UUID, Choice | None]:
    """Foretell where each order would go, taking what the ones before took; none is a refund."""
    slots_left = {slot.window_id: slot for slot in slots}
    shelves_left = {shelf.window_id: shelf for shelf in shelves}
    planned: dict[UUID, Choice | None] = {}
    for order in orders:
        found = choices(order, slots_left.values(), shelves_left.values(), now=now)
        planned[order.booking_id] = found[0] if found else None
        for window_id, units in found[0].units if found else ():
            _take(slots_left, shelves_left, window_id, units)
    return planned


def _take(slots: dict[UUID, Elsewhere], shelves: dict[UUID, Shelf], window_id: UUID, units: int) -> None:
    if slot := slots.get(window_id):
        slots[window_id] = msgspec.structs.replace(slot, free=slot.free - units)
    if shelf := shelves.get(window_id):
        shelves[window_id] = msgspec.structs.replace(shelf, left=shelf.left - units)


def _fits(slot: Elsewhere, wanted: datetime, now: datetime) -> bool:
    near = slot.metres <= FARTHEST_WALK_M
    in_time = slot.ends_at - now >= LEAST_LEFT
    return near and in_time and slot.free > 0 and _minutes_off(slot, wanted) <= MOST_MINUTES_OFF


def _minutes_off(slot: Elsewhere, wanted: datetime) -> float:
    return abs((slot.starts_at - wanted).total_seconds()) / 60


def _trouble(slot: Elsewhere, wanted: datetime) -> float:
    return slot.metres / ELDER_METRES_PER_MINUTE + _minutes_off(slot, wanted)


def _by_point(shelves: Iterable[Shelf]) -> dict[UUID, dict[str, Shelf]]:
    points: dict[UUID, dict[str, Shelf]] = {}
    for shelf in shelves:
        points.setdefault(shelf.place_id, {})[shelf.name] = shelf
    return points


def _units(items: Iterable[Portions], shelves: Mapping[str, Shelf]) -> tuple[tuple[UUID, int], ...] | None:
    """Name the portions to be taken of another point; none when something is not to be had there."""
    wanted = list(_wanted(items, shelves))
    return None if None in wanted else tuple(each for each in wanted if each is not None)


def _wanted(items: Iterable[Portions], shelves: Mapping[str, Shelf]) -> Iterator[tuple[UUID, int] | None]:
    for item in items:
        shelf = shelves.get(item.name)
        yield (shelf.window_id, item.units) if shelf is not None and shelf.left >= item.units else None

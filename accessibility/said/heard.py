"""What a sentence was understood to want, and the words of the rooms it may name."""

from datetime import date
from typing import Literal

import msgspec

Flow = Literal["clinic", "breakfast", "eldercare", "charging", "my-bookings"]
Action = Literal["book", "cancel", "show", "call_person", "emergency"]
Period = Literal["morning", "afternoon", "evening"]
Slot = Literal[
    "flow",
    "action",
    "question",
    "payment",
    "booking",
    "service",
    "department",
    "doctor",
    "place",
    "items",
    "destination",
    "for_whom",
    "day",
    "period",
    "time",
    "words",
]


class Item(msgspec.Struct, frozen=True):
    """A dish and how many; the name is the room's where it is clear, else the resident's own word."""

    name: str
    quantity: int


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The names in use in the rooms: what a sentence is matched against."""

    departments: tuple[str, ...] = ()
    doctors: tuple[str, ...] = ()
    dishes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What a sentence wants.

    `unclear` lists what has to be asked back, in the order to ask: what is missing ("day"), said in two
    ways, or not ours to guess ("payment", "question"). `certain` is true only if nothing is unclear: then
    one card may be shown to be confirmed with one tap. Cancelling and showing are of the flow
    "my-bookings"; their slots tell which booking. `day` is never before today. `hour` and `minute` are
    Shanghai's clock; `service` is the care service's name in the room. Where a name may mean several,
    `doctors` and `places` are these; `stranger` is a doctor as named whom no room has.
    """

    flow: Flow | None = None
    action: Action | None = None
    day: date | None = None
    period: Period | None = None
    hour: int | None = None
    minute: int | None = None
    department: str | None = None
    doctor: str | None = None
    doctors: tuple[str, ...] = ()
    stranger: str | None = None
    place: str | None = None
    places: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    service: str | None = None
    destination: str | None = None
    for_whom: str | None = None
    unclear: tuple[Slot, ...] = ()
    certain: bool = False

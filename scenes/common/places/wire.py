"""How places look on the wire; coordinates are in the datum that was asked for."""

from datetime import date, datetime

import msgspec

from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.wire import Wire
from scenes.common.places.availability import Availability
from scenes.common.places.datum import Datum
from scenes.common.places.nearness import Method
from scenes.common.places.rules import AvailabilityState
from scenes.common.places.snapshot import Nearby, Place
from scenes.common.places.walking import Pace
from scenes.common.places.wording import hours_lines, hours_note, spans_words


class Origin(Wire, frozen=True, kw_only=True):
    """From where the walk begins, as it was rounded (4 decimals, about 10 m)."""

    lat: float
    lng: float


class PlaceAvailability(Wire, frozen=True, kw_only=True):
    """How much is free, counted at `as_of`."""

    state: AvailabilityState
    free: int | None
    as_of: datetime | None


class PlaceItem(Wire, frozen=True, kw_only=True):
    """A place as a list shows it; `opens_at` while closed, `closes_at` while open, within 14 days.

    `distance_m` is metres walked; it, `walk_minutes` and `walk_method` (over the streets, or
    estimated from the straight line) are null where nobody said from where.
    """

    id: str
    scene: str
    kind: str
    name: str
    address: str
    phone: str | None
    lat: float
    lng: float
    walk_minutes: int | None
    walk_method: Method | None
    distance_m: int | None
    step_free: bool
    open_now: bool
    opens_at: datetime | None
    closes_at: datetime | None
    synthetic: bool
    availability: PlaceAvailability


class PlaceList(Wire, frozen=True, kw_only=True):
    """The places within a walk, nearest first; `method` says how walks are reckoned from there.

    Where it is `network`, single places may still be estimated: those beyond the stored quarter of an hour
    and those whose walks are not reckoned yet.
    """

    origin: Origin
    datum: Datum
    minutes: int
    pace: Pace
    method: Method
    items: list[PlaceItem]


class ExceptionDay(Wire, frozen=True, kw_only=True):
    """A day on which a place keeps other hours."""

    day: date
    closed: bool
    hours: str
    reason: str


class PlaceDetail(PlaceItem, frozen=True, kw_only=True):
    """A place as its own page shows it: the item, and its hours in words."""

    datum: Datum
    subdistrict: str
    hours: list[str]
    hours_note: str | None
    hours_source: str
    exceptions: list[ExceptionDay]


def place_item(near: Nearby, coordinates: tuple[float, float]) -> PlaceItem:
    """Show a place at coordinates (lat, lng) that are in the datum asked for."""
    place = near.place
    lat, lng = coordinates
    return PlaceItem(
        id=str(place.id),
        scene=place.scene,
        kind=place.kind,
        name=place.name,
        address=place.address,
        phone=place.phone,
        lat=lat,
        lng=lng,
        walk_minutes=near.walk_minutes,
        walk_method=near.method,
        distance_m=near.distance_m,
        step_free=place.step_free,
        open_now=near.openness.open_now,
        opens_at=near.openness.opens_at,
        closes_at=near.openness.closes_at,
        synthetic=place.synthetic,
        availability=_availability(near.availability),
    )


def place_detail(
    near: Nearby, coordinates: tuple[float, float], *, datum: Datum, at: datetime
) -> PlaceDetail:
    """Show a place with its hours in words and the exceptions from today on."""
    place = near.place
    return PlaceDetail(
        **msgspec.structs.asdict(place_item(near, coordinates)),
        datum=datum,
        subdistrict=place.subdistrict,
        hours=hours_lines(place.hours),
        hours_note=hours_note(at),
        hours_source=place.hours_source,
        exceptions=_exceptions(place, local_day(at)),
    )


def _availability(told: Availability) -> PlaceAvailability:
    as_of = shanghai(told.as_of) if told.as_of else None
    return PlaceAvailability(state=told.state, free=told.free, as_of=as_of)


def _exceptions(place: Place, today: date) -> list[ExceptionDay]:
    return [
        ExceptionDay(day=day, closed=not spans, hours=spans_words(spans), reason=place.reasons.get(day, ""))
        for day, spans in sorted(place.hours.exceptions.items())
        if day >= today
    ]

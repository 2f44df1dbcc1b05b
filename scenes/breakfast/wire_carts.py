"""Carts as the wire shows them."""

from datetime import datetime
from uuid import UUID

from scenes.breakfast.rules.timetable import CartState, Visit
from scenes.breakfast.service.whereabouts import Cart
from scenes.common.booking.wire import BookingPlace
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire
from scenes.common.places.datum import Datum, from_wgs84


class CartVisit(Wire, frozen=True, kw_only=True):
    """A stop by timetable."""

    name: str
    lat: float
    lng: float
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, visit: Visit, datum: Datum) -> "CartVisit":
        """Show a stop in Shanghai's time and the datum asked for."""
        lat, lng = from_wgs84(visit.lat, visit.lng, datum)
        return cls(
            name=visit.name, lat=lat, lng=lng, starts_at=shanghai(visit.starts_at),
            ends_at=shanghai(visit.ends_at),
        )  # fmt: skip


class BreakfastCart(Wire, frozen=True, kw_only=True):
    """A cart and where it last said it was, `age_seconds` ago; unknown is one that has gone silent.

    `here` and `next` are its stops by timetable, null where there is none.
    """

    place_id: UUID
    name: str
    state: CartState
    reason: str | None
    lat: float | None
    lng: float | None
    as_of: datetime | None
    age_seconds: int | None
    here: CartVisit | None
    next: CartVisit | None

    @classmethod
    def of(cls, cart: Cart, place: BookingPlace, *, datum: Datum, now: datetime) -> "BreakfastCart":
        """Show a cart."""
        heard = cart.heard
        lat, lng = from_wgs84(heard.lat, heard.lng, datum) if heard else (None, None)
        return cls(
            place_id=cart.place_id, name=place.name, state=cart.state, reason=cart.reason, lat=lat, lng=lng,
            as_of=shanghai(heard.at) if heard else None,
            age_seconds=max(0, int((now - heard.at).total_seconds())) if heard else None,
            here=CartVisit.of(cart.here, datum) if cart.here else None,
            next=CartVisit.of(cart.next, datum) if cart.next else None,
        )  # fmt: skip


class BreakfastCarts(Wire, frozen=True, kw_only=True):
    """Every cart, in the datum asked for; a district has few, so there is never a next page."""

    datum: Datum
    items: list[BreakfastCart]
    next_cursor: str | None = None

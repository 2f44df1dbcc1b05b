"""Reservations, sessions and bills as the wire shows them."""

from datetime import datetime
from uuid import UUID

from scenes.charging.service.reservations import Quote
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest


class ReservationRequest(WireRequest, frozen=True, kw_only=True):
    """A connector wanted: a named one, any of a kind (T/CEC 102 ConnectorType), or any."""

    station_id: UUID
    connector_id: UUID | None = None
    connector_type: int | None = None
    starts_at: datetime
    minutes: int


class ReservationTerms(Wire, frozen=True, kw_only=True):
    """What is promised before it is confirmed. `free` is how many connectors could take it now.

    The connector is kept until `held_until`. `locked` and `unlocked` count the bays with and without a ground
    lock: without one, a stranger may park there, and the reservation is then moved or ended with notice.
    """

    station_id: UUID
    starts_at: datetime
    ends_at: datetime
    free: int
    held_until: datetime
    grace_minutes: int
    cancel_until: datetime | None
    may_begin_from: datetime | None
    no_show_rule: str
    locked: int
    unlocked: int

    @classmethod
    def of(cls, quote: Quote) -> "ReservationTerms":
        """Show the terms of a wish."""
        wish, terms = quote.wish, quote.terms
        return cls(
            station_id=wish.station_id, starts_at=shanghai(wish.starts_at), ends_at=shanghai(quote.ends_at),
            free=quote.free, held_until=shanghai(quote.held_until), grace_minutes=terms.grace_minutes,
            cancel_until=shanghai(terms.cancel_until) if terms.cancel_until else None,
            may_begin_from=shanghai(terms.check_in_from) if terms.check_in_from else None,
            no_show_rule=terms.no_show_rule, locked=quote.locked, unlocked=quote.unlocked,
        )  # fmt: skip

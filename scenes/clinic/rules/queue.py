"""The order in which those who have taken a number are called."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec


class Ticket(msgspec.Struct, frozen=True):
    """A booking of a session as its queue sees it; `number` is none until it is taken."""

    booking_id: UUID
    person_id: UUID
    booked_by: UUID
    number: int | None
    starts_at: datetime
    state: str


def in_turn(tickets: Iterable[Ticket], serving: UUID | None) -> list[Ticket]:
    """Return who waits, in the order of calling: by the booked time, then by the number taken."""
    waiting = [
        ticket
        for ticket in tickets
        if ticket.state == "checked_in" and ticket.number is not None and ticket.booking_id != serving
    ]
    return sorted(waiting, key=lambda ticket: (ticket.starts_at, ticket.number or 0))


def ahead_of(waiting: Sequence[Ticket], booking_id: UUID) -> int | None:
    """Count those before a booking in the queue; none when it does not wait."""
    for place, ticket in enumerate(waiting):
        if ticket.booking_id == booking_id:
            return place
    return None

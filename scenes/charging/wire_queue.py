"""The queue of a full station as the wire shows it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from scenes.charging.service.queue import Place
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest

Kind = Annotated[int, msgspec.Meta(ge=1, le=6, description="T/CEC 102 ConnectorType")]


class ChargingQueueRequest(WireRequest, frozen=True, kw_only=True):
    """A wish to wait for a connector of a kind."""

    station_id: UUID
    connector_type: Kind


class SnoozeRequest(WireRequest, frozen=True, kw_only=True):
    """For how many minutes others go first."""

    minutes: Annotated[int, msgspec.Meta(ge=1, le=240)]


class ChargingQueueEntry(Wire, frozen=True, kw_only=True):
    """A place in a queue. While `offered`, confirm the booking before `offer_until` to take it."""

    id: UUID
    station_id: UUID
    connector_type: int
    person_id: UUID
    state: str
    ahead: int
    joined_at: datetime
    snoozed_until: datetime | None
    booking_id: UUID | None
    offer_until: datetime | None

    @classmethod
    def of(cls, place: Place) -> "ChargingQueueEntry":
        """Show a place in a queue to whom it belongs."""
        row = place.row
        return cls(
            id=row.id, station_id=row.station_id, connector_type=row.connector_kind, person_id=row.person_id,
            state=row.state, ahead=place.ahead, joined_at=shanghai(row.joined_at),
            snoozed_until=shanghai(row.snoozed_until) if row.snoozed_until else None,
            booking_id=row.booking_id, offer_until=shanghai(row.offer_until) if row.offer_until else None,
        )  # fmt: skip

"""A nursing home's residents and their video visits as they go over the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.wire import Wire, WireRequest
from scenes.eldercare.service.homes import Arrival, HomeResident
from scenes.eldercare.service.video import Joining, VideoVisit

Words = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]


class CareHomeResident(Wire, frozen=True, kw_only=True):
    """Somebody who lives in a home, the name masked; `until` is the day they leave."""

    id: UUID
    name: str
    room: str
    since: date
    until: date | None

    @classmethod
    def of(cls, found: HomeResident) -> "CareHomeResident":
        """Show a resident of a home."""
        return cls(
            id=found.stay_id, name=mask_name(found.name), room=found.room, since=found.since,
            until=found.until,
        )  # fmt: skip


class MoveInRequest(WireRequest, frozen=True, kw_only=True):
    """Who moves in, as on the identity card."""

    place_id: UUID
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    resident_id: Annotated[str, msgspec.Meta(min_length=15, max_length=18)]
    room: Annotated[str, msgspec.Meta(max_length=20)]
    since: date

    def __repr__(self) -> str:
        """Keep name and number out of logs."""
        return "MoveInRequest()"

    def arrival(self) -> Arrival:
        """Read it as an arrival."""
        return Arrival(name=self.name, resident_id=self.resident_id, room=self.room, since=self.since)


class MoveOutRequest(WireRequest, frozen=True, kw_only=True):
    """On which day somebody leaves; they do not live there any more on it."""

    until: date


class VideoSlot(Wire, frozen=True, kw_only=True):
    """A free time of the internet hospital's."""

    window_id: UUID
    hospital: str
    title: str
    doctor: str
    starts_at: datetime
    ends_at: datetime
    free: int

    @classmethod
    def of(cls, row: BookingWindowRow, hospital: str) -> "VideoSlot":
        """Show a time."""
        return cls(
            window_id=row.id, hospital=hospital, title=row.title, doctor=row.resource,
            starts_at=shanghai(row.starts_at), ends_at=shanghai(row.ends_at), free=row.capacity - row.taken,
        )  # fmt: skip


class VideoVisitRequest(WireRequest, frozen=True, kw_only=True):
    """A time for a resident of the home; `residentId` is their id on the home's list."""

    resident_id: UUID
    window_id: UUID
    note: Words = ""


class VideoVisitLine(Wire, frozen=True, kw_only=True):
    """A video visit on the home's board, the name masked."""

    booking_id: UUID
    person: str
    doctor: str
    title: str
    state: str
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, visit: VideoVisit) -> "VideoVisitLine":
        """Show a visit."""
        return cls(
            booking_id=visit.booking_id, person=mask_name(visit.person), doctor=visit.doctor,
            title=visit.title, state=visit.state, starts_at=shanghai(visit.starts_at),
            ends_at=shanghai(visit.ends_at),
        )  # fmt: skip


class JoinLink(Wire, frozen=True, kw_only=True):
    """The signed link into a room, and when it lets one in."""

    url: str
    opens_at: datetime
    shuts_at: datetime

    @classmethod
    def of(cls, joining: Joining) -> "JoinLink":
        """Show a link."""
        return cls(
            url=joining.url, opens_at=shanghai(joining.hours.opens), shuts_at=shanghai(joining.hours.shuts)
        )

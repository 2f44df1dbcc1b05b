"""Bookings for somebody at the desk or on the phone, as the wire shows them to staff."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.service_desk import DeskCall
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import shanghai
from scenes.common.kit.idempotency import checked_key
from scenes.common.kit.masking import mask_name
from scenes.common.kit.wire import Wire, WireRequest, fingerprint
from scenes.common.people.service import Newcomer

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
Phone = Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=r"^[^\x00]*$")]


class DeskCaller(WireRequest, frozen=True, kw_only=True):
    """Who stands at the desk or calls; `born` and `sex` only for somebody not known yet."""

    name: Name
    phone: Phone
    born: date | None = None
    sex: Literal["f", "m"] | None = None

    def call(self, staff: Staff, path: str, *, key: str | None) -> DeskCall:
        """Put the request into the desk's own words (IdempotencyKeyMissing)."""
        newcomer = Newcomer(name=self.name, phone=self.phone, born=self.born, sex=self.sex or "")
        return DeskCall(
            staff=staff, newcomer=newcomer, key=checked_key(key), fingerprint=fingerprint(path, self)
        )


class DeskBooking(Wire, frozen=True, kw_only=True):
    """What was booked, the name masked; `hold_expires_at` is until when it waits for its money.

    `code` is told to the person: it is what they say, or show, when they come.
    """

    id: UUID
    scene: str
    state: str
    place_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    code: str
    queue_no: int | None
    name: str
    amount_fen: int
    hold_expires_at: datetime | None

    @classmethod
    def of(cls, record: BookingRecord) -> "DeskBooking":
        """Show a booking to the desk that made it."""
        return cls(
            id=record.id, scene=record.scene, state=record.state, place_id=record.place_id,
            title=record.title, starts_at=shanghai(record.starts_at), ends_at=shanghai(record.ends_at),
            code=record.code, queue_no=record.queue_no, name=mask_name(record.person_name),
            amount_fen=record.amount_fen,
            hold_expires_at=shanghai(record.hold_expires_at) if record.hold_expires_at else None,
        )  # fmt: skip

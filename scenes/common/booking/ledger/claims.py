"""What goes into the ledger and what comes out."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from scenes.common.booking.rules import Terms
from scenes.common.kit.idempotency import Answer


class Want(msgspec.Struct, frozen=True):
    """Units wanted of one window."""

    window_id: UUID
    units: int = 1


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one or more windows, all or nothing, for one person.

    The first window names the booking. `exclusive` asks for "one active booking for this person and this
    group"; `key` and `fingerprint` are the idempotency key and the digest of what was asked.
    """

    scene: str
    booker_id: UUID
    subject_id: UUID
    wants: tuple[Want, ...]
    key: str
    fingerprint: bytes
    note: str | None = None
    exclusive: bool = True


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a booking's life: an event of states.py, by whom, and for staff at which venues."""

    booking_id: UUID
    event: str
    by: str
    actor_id: UUID | None = None
    place_ids: frozenset[UUID] | None = None
    key: str | None = None
    fingerprint: bytes = b""
    reason: str | None = None


class Line(msgspec.Struct, frozen=True):
    """Units of one window within a booking; `unit_fen` is the price of one unit."""

    window_id: UUID
    label: str
    units: int
    unit_fen: int


class BookingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as stored, with its lines and the names the answer shows."""

    id: UUID
    scene: str
    state: str
    place_id: UUID
    group_id: UUID
    title: str
    resource: str
    person_id: UUID
    booked_by: UUID
    starts_at: datetime
    ends_at: datetime
    hold_expires_at: datetime | None
    hold_seconds: int
    extensions: int
    offered: bool
    amount_fen: int
    payment_id: UUID | None
    payment_state: str | None
    code: str
    note: str | None
    terms: Terms
    exclusivity_key: str | None
    queue_no: int | None
    created_at: datetime
    updated_at: datetime
    version: int
    lines: tuple[Line, ...] = ()
    person_name: str = ""
    booked_by_name: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """A committed decision: the booking, and the answer kept under the caller's key.

    `booking` is None when the answer repeats an earlier one.
    """

    booking: BookingRecord | None
    answer: Answer


Render = Callable[[BookingRecord, datetime], bytes]
"""Encodes a booking as the wire shows it; given to the ledger so that answers are kept as sent."""

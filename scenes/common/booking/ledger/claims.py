"""What goes into the ledger and what comes out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from scenes.common.booking.rules import Terms
from scenes.common.kit.idempotency import Answer


class Want(msgspec.Struct, frozen=True):
    """Units wanted of one window."""

    window_id: UUID
    units: int = 1


class Adjustment(msgspec.Struct, frozen=True):
    """What a price rule takes off (negative fen) or adds to a booking, in the words the person sees."""

    label: str
    fen: int


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one or more windows, all or nothing, for one person.

    The first window names the booking, which lasts as long as its group's windows. `alternatives` are
    other sets of windows, tried in their order when the first set is not to be had; `wants` comes first.
    `exclusive` asks for "one active booking for this person and this group", or for `exclusivity` where a
    room names its own key. `key` and `fingerprint` are the idempotency key and the digest of what was asked.

    `adjustments` change the price; with `expected_fen` a price that differs from what the person saw is
    refused. `title` and `held_until` replace the window's own, and a hold until then needs a confirmation
    though it is free. `details` are the room's own facts, kept with the booking.
    """

    scene: str
    booker_id: UUID
    subject_id: UUID
    wants: tuple[Want, ...]
    key: str
    fingerprint: bytes
    note: str | None = None
    exclusive: bool = True
    exclusivity: str | None = None
    alternatives: tuple[tuple[Want, ...], ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    expected_fen: int | None = None
    title: str | None = None
    held_until: datetime | None = None
    details: dict[str, Any] = {}


class Relocation(msgspec.Struct, frozen=True, kw_only=True):
    """An active booking's units given back and others taken instead; it keeps its price and code.

    `alternatives` are sets of windows tried in their order. `by` is staff or system, `place_ids` what staff
    may touch; `why` is told to the person.
    """

    booking_id: UUID
    alternatives: tuple[tuple[Want, ...], ...]
    by: str
    actor_id: UUID | None = None
    place_ids: frozenset[UUID] | None = None
    why: str | None = None
    details: dict[str, Any] = {}


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


Command = Claim | Move | Relocation
"""What the ledger's queue takes."""


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
    no_show_at: datetime | None = None
    relocations: int = 0
    adjustments: tuple[Adjustment, ...] = ()
    details: dict[str, Any] = {}
    arrived_at: datetime | None = None
    called_at: datetime | None = None
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

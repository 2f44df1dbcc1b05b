"""What the booking desk keeps: windows, bookings, standings, waitlist, returns, closures, refusals."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row

LAPSED: Final = """(b.state = 'held' AND b.hold_expires_at <= {now} OR b.state = 'confirmed'
 AND b.no_show_at <= {now} AND COALESCE((b.terms->>'freesUnused')::boolean, false))"""
"""Whose units are free already, though the sweeper has not come by: the rule `lapse`, for alias b."""

TAKES: Final = """(b.state IN ('held', 'confirmed', 'checked_in') OR b.state IN ('fulfilled', 'no_show')
 AND (NOT COALESCE((b.terms->>'freesUnused')::boolean, false)
  OR b.state = 'fulfilled' AND w.starts_at < b.updated_at))"""
"""Whether the units of booking b's line on window w count as taken: what was used or is spoken for."""

_ACTIVE = "state IN ('held', 'confirmed', 'checked_in')"


class BookingWindowRow(Row, table=True):
    """Anything limited: capacity units, taken units, when it can be booked and by whom first."""

    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="taken_within_capacity"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_booking_window_place_start", "place_id", "starts_at"),
        {"postgresql_with": {"fillfactor": "60"}},
    )

    id: UUID = Field(primary_key=True)
    scene: str
    place_id: UUID
    group_id: UUID = Field(index=True)
    title: str
    resource: str
    starts_at: datetime = Field(sa_type=TIMESTAMPTZ)
    ends_at: datetime = Field(sa_type=TIMESTAMPTZ)
    capacity: int
    taken: int = 0
    opens_at: datetime = Field(sa_type=TIMESTAMPTZ)
    closes_at: datetime = Field(sa_type=TIMESTAMPTZ)
    audience: str = "public"
    falls_through_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    state: str = "open"
    price_fen: int = 0
    hold_seconds: int = 900
    terms: dict[str, Any] = Field(sa_type=JSONB)


class BookingRow(Row, table=True):
    """A granted claim: whom it is for, who made it, and where it stands.

    `arrived_at` is the check-in, `called_at` when a queue first called the person in, where there is one.
    """

    __table_args__ = (
        CheckConstraint("(state = 'held') = (hold_expires_at IS NOT NULL)", name="held_has_expiry"),
        Index(
            "uq_booking_exclusivity_active",
            "exclusivity_key",
            unique=True,
            postgresql_where=text(_ACTIVE),
        ),
        Index("uq_booking_code_active", "place_id", "code", unique=True, postgresql_where=text(_ACTIVE)),
        Index("ix_booking_hold", "hold_expires_at", postgresql_where=text("state = 'held'")),
        Index("ix_booking_person", "person_id", "starts_at"),
        Index(
            "ix_booking_booked_by",
            "booked_by",
            "starts_at",
            postgresql_where=text("booked_by <> person_id"),
        ),
        Index("ix_booking_missed", "no_show_at", postgresql_where=text("state = 'confirmed'")),
        Index("ix_booking_group", "group_id"),
        {"postgresql_with": {"fillfactor": "90"}},
    )

    id: UUID = Field(primary_key=True)
    scene: str
    state: str
    place_id: UUID
    group_id: UUID
    title: str
    resource: str
    person_id: UUID
    booked_by: UUID
    starts_at: datetime = Field(sa_type=TIMESTAMPTZ)
    ends_at: datetime = Field(sa_type=TIMESTAMPTZ)
    hold_expires_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    hold_seconds: int
    extensions: int = 0
    offered: bool = False
    amount_fen: int
    payment_id: UUID | None = None
    payment_state: str | None = None
    code: str
    note: str | None = None
    terms: dict[str, Any] = Field(sa_type=JSONB)
    exclusivity_key: str | None = None
    queue_no: int | None = None
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)
    updated_at: datetime = Field(sa_type=TIMESTAMPTZ)
    version: int = 1
    no_show_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    relocations: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    adjustments: list[dict[str, Any]] = Field(
        default=[], sa_type=JSONB, sa_column_kwargs={"server_default": "[]"}
    )
    details: dict[str, Any] = Field(default={}, sa_type=JSONB, sa_column_kwargs={"server_default": "{}"})
    arrived_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    called_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class BookingLineRow(Row, table=True):
    """Units of one window within a booking; written once, and replaced as a whole by a relocation."""

    __table_args__ = (
        CheckConstraint("units > 0", name="units_positive"),
        Index("ix_booking_line_window", "window_id"),
    )

    booking_id: UUID = Field(primary_key=True)
    window_id: UUID = Field(primary_key=True)
    label: str
    units: int
    unit_fen: int


class BookingStandingRow(Row, table=True):
    """What is true of a person for booking: `signed:{placeId}`, `suspended:{scene}`, for a time."""

    person_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True)
    valid_from: datetime = Field(sa_type=TIMESTAMPTZ)
    valid_until: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class BookingQueueRow(Row, table=True):
    """The last check-in number handed out in a group."""

    group_id: UUID = Field(primary_key=True)
    last_no: int


class WaitlistEntryRow(Row, table=True):
    """Someone waiting for a unit of a full group; an offer is a held booking, taken once."""

    __table_args__ = (
        Index(
            "uq_waitlist_entry_waiting",
            "group_id",
            "person_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'offered')"),
        ),
        Index(
            "ix_waitlist_entry_order",
            "group_id",
            "created_at",
            "id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_waitlist_entry_person", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    scene: str
    group_id: UUID
    person_id: UUID
    booked_by: UUID
    state: str
    booking_id: UUID | None = None
    clears_at: datetime = Field(sa_type=TIMESTAMPTZ)
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)
    updated_at: datetime = Field(sa_type=TIMESTAMPTZ)


class UnitReturnRow(Row, table=True):
    """Given-back units still counted as taken until due: first to the waitlist, then to everybody."""

    id: UUID = Field(primary_key=True)
    window_id: UUID = Field(index=True)
    group_id: UUID
    units: int
    due_at: datetime = Field(sa_type=TIMESTAMPTZ, index=True)


class ClosureRow(Row, table=True):
    """A previewed or carried-out closure of windows, with the digest of what the preview showed."""

    id: UUID = Field(primary_key=True)
    place_id: UUID
    scene: str
    window_ids: list[str] = Field(sa_type=JSONB)
    digest: str
    reason: str
    created_by: UUID
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)
    expires_at: datetime = Field(sa_type=TIMESTAMPTZ)
    started_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    done_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class BookingRefusalRow(Row, table=True):
    """How often claims for a day (Shanghai's, of the wanted window) were refused at a venue, by code.

    Answers are counted, not persons: who asks again is counted again.
    """

    day: date = Field(primary_key=True)
    place_id: UUID = Field(primary_key=True)
    scene: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    refused: int = Field(sa_type=BigInteger)

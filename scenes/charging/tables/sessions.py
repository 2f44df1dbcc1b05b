"""Charging sessions with the tariff they began under, their meter readings, and the daily reconciliation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class ChargingSessionRow(Row, table=True):
    """One charge, from the wish to the bill; energies in watt-hours, money in fen.

    `booking_id` is the prepaid booking whose payment is the authorisation; `reservation_id` the
    reservation it began from. `start_seq` is T/CEC 102's StartChargeSeq: 27 characters, made once, so a
    start that is asked again starts once. `tariff` is the snapshot it is billed by, `bill` the result.
    States: requested, charging, stopping, ended, failed.
    """

    __table_args__ = (
        CheckConstraint("state IN ('requested', 'charging', 'stopping', 'ended', 'failed')", name="state"),
        UniqueConstraint("start_seq", name="uq_charging_session_seq"),
        UniqueConstraint("booking_id", name="uq_charging_session_booking"),
        Index(
            "uq_charging_session_live",
            "connector_id",
            unique=True,
            postgresql_where=text("state IN ('requested', 'charging', 'stopping')"),
        ),
        Index("ix_charging_session_person", "person_id", "created_at"),
        Index("ix_charging_session_due", "next_try_at", postgresql_where=text("settled_at IS NULL")),
        Index("ix_charging_session_station", "station_id", "created_at"),
    )

    id: UUID = Field(primary_key=True)
    booking_id: UUID
    reservation_id: UUID | None = None
    connector_id: UUID = Field(foreign_key="charging_connector.id")
    station_id: UUID
    operator_id: UUID
    person_id: UUID
    started_by: UUID
    start_seq: str
    state: str
    authorised_fen: int
    paid_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    asked_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    accepted_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    started_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    stop_asked_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    stop_asked_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    unplugged_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    stop_reason: str | None = None
    failure: str | None = None
    energy_wh: int = 0
    soc_percent: int | None = None
    running_fen: int = 0
    tariff: dict[str, Any] = Field(sa_type=JSONB)
    bill: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    total_fen: int | None = None
    operator_total_fen: int | None = None
    heard_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    next_try_at: datetime = Field(sa_type=TIMESTAMPTZ)
    tries: int = 0
    settled_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)
    version: int = 1


class MeterReadingRow(Row, table=True):
    """A reading of a session's meter: watt-hours since its start, at the operator's own time."""

    session_id: UUID = Field(primary_key=True, foreign_key="charging_session.id")
    at: datetime = Field(primary_key=True, sa_type=TIMESTAMPTZ)
    energy_wh: int
    received_at: datetime = Field(sa_type=TIMESTAMPTZ)


class ReconciliationRow(Row, table=True):
    """One order of a day on which our books and the operator's differ, for staff to settle."""

    __table_args__ = (
        UniqueConstraint("operator_id", "day", "start_seq", name="uq_reconciliation_order"),
        CheckConstraint("state IN ('open', 'settled')", name="state"),
    )

    id: UUID = Field(primary_key=True)
    operator_id: UUID
    day: date
    start_seq: str
    session_id: UUID | None = None
    kind: str
    ours: dict[str, Any] = Field(sa_type=JSONB)
    theirs: dict[str, Any] = Field(sa_type=JSONB)
    difference_fen: int
    state: str
    found_at: datetime = Field(sa_type=TIMESTAMPTZ)
    settled_by: UUID | None = None
    settled_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class ReconciledDayRow(Row, table=True):
    """That a day of an operator was compared, and with what result."""

    operator_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    orders: int
    total_fen: int
    differences: int
    at: datetime = Field(sa_type=TIMESTAMPTZ)

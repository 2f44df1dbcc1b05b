"""Stations, connectors, how they stand, how they stood, and what a kilowatt-hour costs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class ChargingStationRow(Row, table=True):
    """A station of an operator; its id is its place's. `code` is the operator's StationID (≤ 20).

    `status` is T/CEC 102's StationStatus (50 normal). `idle_fee` holds freeMinutes, feeFenPerMinute,
    fullFeeFenPerMinute, maxFeeFen. `facts` keeps what else the operator told, for people to read.
    """

    __table_args__ = (UniqueConstraint("operator_id", "code", name="uq_charging_station_code"),)

    id: UUID = Field(primary_key=True)
    operator_id: UUID = Field(foreign_key="charging_operator.id")
    code: str
    status: int
    service_phone: str
    support_order: bool
    park_fee: str
    site_guide: str
    idle_fee: dict[str, Any] = Field(sa_type=JSONB)
    facts: dict[str, Any] = Field(sa_type=JSONB)
    updated_at: datetime = Field(sa_type=TIMESTAMPTZ)


class ChargingConnectorRow(Row, table=True):
    """One plug. `code` is the operator's ConnectorID (≤ 26), `kind` T/CEC 102's ConnectorType.

    `number` is what people call it within the station, `power_kw` its most. `out_of_service_at` is set
    by staff, whatever the operator says. `reservable` is off where the operator has no SupportOrder.
    """

    __table_args__ = (
        UniqueConstraint("station_id", "code", name="uq_charging_connector_code"),
        Index("ix_charging_connector_code", "code"),
    )

    id: UUID = Field(primary_key=True)
    station_id: UUID = Field(foreign_key="charging_station.id", index=True)
    code: str
    number: int
    name: str
    kind: int
    national_standard: int
    power_kw: float
    park_no: str
    has_lock: bool
    reservable: bool = True
    out_of_service_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    out_of_service_reason: str | None = None
    gone_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class ConnectorStatusRow(Row, table=True):
    """How a connector stands, stamped when it was received: T/CEC 102's notifications carry no time.

    `since` is when `status` became what it is.
    """

    __table_args__ = ({"postgresql_with": {"fillfactor": "70"}},)

    connector_id: UUID = Field(primary_key=True, foreign_key="charging_connector.id")
    status: int
    park_status: int
    lock_status: int
    source: str
    since: datetime = Field(sa_type=TIMESTAMPTZ)
    received_at: datetime = Field(sa_type=TIMESTAMPTZ)


class ConnectorChangeRow(Row, table=True):
    """A change of a connector's status: what the forecast learns from."""

    __table_args__ = (Index("ix_connector_change_station", "station_id", "at"),)

    id: UUID = Field(primary_key=True)
    connector_id: UUID
    station_id: UUID
    status: int
    at: datetime = Field(sa_type=TIMESTAMPTZ)


class StationProfileRow(Row, table=True):
    """How full a station is at each quarter of an hour of a kind of day, learnt from its changes.

    `busy` has 96 shares of connectors in use, `turnover` 96 chances that a connector in use is free a
    quarter-hour later, `weight` 96 counts of observed days; kind of day is workday or restday.
    """

    station_id: UUID = Field(primary_key=True)
    connector_kind: int = Field(primary_key=True)
    day_kind: str = Field(primary_key=True)
    busy: list[float] = Field(sa_type=JSONB)
    turnover: list[float] = Field(sa_type=JSONB)
    weight: list[float] = Field(sa_type=JSONB)
    learnt_until: datetime = Field(sa_type=TIMESTAMPTZ)


class ChargingTariffRow(Row, table=True):
    """What a station asks, from a day on: periods of the day with electricity and service price.

    `periods` is `[{"start": "00:00", "elecPrice": "0.3100", "servicePrice": "0.4500"}, …]`, yuan a
    kilowatt-hour with 4 decimals; a period runs to the next start, the last to midnight.
    """

    __table_args__ = (
        UniqueConstraint("station_id", "since", name="uq_charging_tariff_since"),
        CheckConstraint("source IN ('operator', 'staff', 'demo')", name="source"),
    )

    id: UUID = Field(primary_key=True)
    station_id: UUID = Field(foreign_key="charging_station.id")
    since: date
    periods: list[dict[str, str]] = Field(sa_type=JSONB)
    source: str
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)


class ChargingRuleRow(Row, table=True):
    """The district's charging rule, valid from day to day: holds, grace, limits, deposits."""

    __table_args__ = (UniqueConstraint("place_id", "since", name="uq_charging_rule_since"),)

    id: UUID = Field(primary_key=True)
    place_id: UUID | None = None
    since: date
    until: date | None = None
    values: dict[str, Any] = Field(sa_type=JSONB)


class ChargingWindowRow(Row, table=True):
    """Which connector and which quarter-hour a window of the ledger is."""

    __table_args__ = (UniqueConstraint("connector_id", "starts_at", name="uq_charging_window_quarter"),)

    window_id: UUID = Field(primary_key=True)
    connector_id: UUID = Field(foreign_key="charging_connector.id")
    starts_at: datetime = Field(sa_type=TIMESTAMPTZ, index=True)


class QueueEntryRow(Row, table=True):
    """Someone waiting for a connector of a kind at a full station; an offer is a held booking.

    States: waiting, offered, taken, left, lapsed. A snooze lets those behind go first until its end;
    `snoozes` counts them.
    """

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'offered', 'taken', 'left', 'lapsed')", name="state"),
        Index("ix_queue_entry_order", "station_id", "connector_kind", "joined_at"),
        Index("ix_queue_entry_person", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    station_id: UUID
    connector_kind: int
    person_id: UUID
    booked_by: UUID
    state: str
    joined_at: datetime = Field(sa_type=TIMESTAMPTZ)
    snoozed_until: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    booking_id: UUID | None = None
    offer_until: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    snoozes: int = 0
    updated_at: datetime = Field(sa_type=TIMESTAMPTZ)


class FaultReportRow(Row, table=True):
    """A resident's word that a connector is broken, with a photo if they took one."""

    __table_args__ = (
        CheckConstraint("state IN ('open', 'confirmed', 'dismissed', 'repaired')", name="state"),
        Index("ix_fault_report_station", "station_id", "at"),
    )

    id: UUID = Field(primary_key=True)
    connector_id: UUID
    station_id: UUID
    person_id: UUID
    kind: str
    note: str
    photo: bytes | None = None
    photo_type: str | None = None
    state: str
    at: datetime = Field(sa_type=TIMESTAMPTZ)
    handled_by: UUID | None = None
    handled_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)

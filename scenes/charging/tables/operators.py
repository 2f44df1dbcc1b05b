"""Operators that speak T/CEC 102, what went wrong with them, and which of their messages were seen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class ChargingOperatorRow(Row, table=True):
    """A partner: where it is, how it writes, and the keys both sides share (sealed).

    `operator_code` is the 9 characters of T/CEC 102. `dialect` holds what differs from the standard.
    `secrets_sealed` is JSON with their and our OperatorSecret, DataSecret, DataSecretIV and SigSecret.
    """

    __table_args__ = (UniqueConstraint("operator_code", name="uq_charging_operator_code"),)

    id: UUID = Field(primary_key=True)
    operator_code: str
    name: str
    phone: str
    base_url: str
    dialect: dict[str, Any] = Field(sa_type=JSONB)
    secrets_sealed: bytes
    enabled: bool = True
    synthetic: bool
    heard_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    polled_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    stations_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    failing_since: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class PartnerIncidentRow(Row, table=True):
    """Something a partner sent or answered that could not be taken; for staff to look at.

    `excerpt` never holds secrets or personal data; equal incidents of an hour are counted in one row.
    Without an `operator_id`, nobody knows who sent it.
    """

    __table_args__ = (
        UniqueConstraint(
            "operator_id",
            "call",
            "kind",
            "hour",
            name="uq_partner_incident_hour",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_partner_incident_at", "last_at"),
    )

    id: UUID = Field(primary_key=True)
    operator_id: UUID | None = None
    call: str
    kind: str
    detail: str
    excerpt: str
    hour: datetime = Field(sa_type=TIMESTAMPTZ)
    first_at: datetime = Field(sa_type=TIMESTAMPTZ)
    last_at: datetime = Field(sa_type=TIMESTAMPTZ)
    count: int = 1
    settled_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class PartnerMessageRow(Row, table=True):
    """A message that was taken: the replay guard, and the answer to repeat when it comes again."""

    operator_id: UUID = Field(primary_key=True)
    stamp: str = Field(primary_key=True)
    seq: str = Field(primary_key=True)
    call: str
    sig: str
    answer: bytes | None = None
    at: datetime = Field(sa_type=TIMESTAMPTZ, index=True)


class PartnerTokenRow(Row, table=True):
    """A bearer token we gave a partner; only its digest is kept."""

    digest: bytes = Field(primary_key=True)
    operator_id: UUID
    valid_until: datetime = Field(sa_type=TIMESTAMPTZ, index=True)

"""What readings keep: devices, readings (sealed), limits for a person, alerts, the district's limits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class ReadingRuleRow(Row, table=True):
    """The district's limits, on days from `since` until before `until`."""

    id: UUID = Field(primary_key=True)
    since: date
    until: date | None = None
    values: dict[str, Any] = Field(sa_type=JSONB)


class CareDeviceRow(Row, table=True):
    """A device of a person; of its secret only the digest is kept. `used_at` is when water last ran."""

    __table_args__ = (
        CheckConstraint("kind IN ('bp', 'glucose', 'heart', 'fall', 'water')", name="kind"),
        Index("ix_care_device_person", "person_id"),
        Index("ix_care_device_water", "used_at", postgresql_where=text("kind = 'water' AND gone_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    kind: str
    secret_hash: bytes
    registered_by: UUID
    registered_at: datetime = Field(sa_type=TIMESTAMPTZ)
    used_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    gone_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class CareReadingRow(Row, table=True):
    """One reading of a device at an instant; what was measured is sealed."""

    __table_args__ = (Index("ix_care_reading_person", "person_id", "kind", "at"),)

    device_id: UUID = Field(primary_key=True, foreign_key="care_device.id")
    at: datetime = Field(primary_key=True, sa_type=TIMESTAMPTZ)
    person_id: UUID
    kind: str
    values_sealed: bytes
    received_at: datetime = Field(sa_type=TIMESTAMPTZ)


class CareLimitRow(Row, table=True):
    """Limits that differ for a person, set by staff, from the day `since` until those of a later day."""

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    since: date = Field(primary_key=True)
    values: dict[str, Any] = Field(sa_type=JSONB)
    set_by: UUID
    set_at: datetime = Field(sa_type=TIMESTAMPTZ)


class CareAlertRow(Row, table=True):
    """That a person's readings are out of bounds, or no water ran; one open for a person and a kind."""

    __table_args__ = (
        CheckConstraint("side IN ('high', 'low', 'silent')", name="side"),
        CheckConstraint("(seen_by IS NULL) = (seen_at IS NULL)", name="seen"),
        Index(
            "uq_care_alert_open", "person_id", "kind", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    kind: str
    side: str
    began_at: datetime = Field(sa_type=TIMESTAMPTZ)
    seen_by: UUID | None = None
    seen_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    ended_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


def values_context(device_id: UUID, at: datetime) -> str:
    """Name what a sealed reading is bound to."""
    return f"care_reading:{device_id}:{int(at.timestamp() * 1000)}"

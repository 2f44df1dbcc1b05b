"""What an alarm keeps: how it stands, its log, whom each rung called, and who is on duty in the streets."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class SosRuleRow(Row, table=True):
    """The district's waits, on days from `since` until before `until`."""

    id: UUID = Field(primary_key=True)
    since: date
    until: date | None = None
    values: dict[str, Any] = Field(sa_type=JSONB)


class SosAlarmRow(Row, table=True):
    """An alarm as its log leaves it. Place and note are sealed; `waits` is the rule it was raised under.

    `called_at` is the last call for help, `due_at` when time alone moves it on. A person has one open
    alarm, and beside it one open drill.
    """

    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'calling', 'answered', 'attended', 'closed', 'cancelled')", name="state"
        ),
        CheckConstraint("source IN ('tap', 'fall')", name="source"),
        Index(
            "uq_sos_alarm_open",
            "person_id",
            "drill",
            unique=True,
            postgresql_where=text("state NOT IN ('closed', 'cancelled')"),
        ),
        Index("ix_sos_alarm_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_sos_alarm_raised_at", "raised_at"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID
    raised_by: UUID
    source: str
    drill: bool
    state: str
    round: int
    rung: int
    due_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    called_at: datetime = Field(sa_type=TIMESTAMPTZ)
    undo_until: datetime = Field(sa_type=TIMESTAMPTZ)
    waits: dict[str, Any] = Field(sa_type=JSONB)
    place_sealed: bytes | None = None
    place_source: str | None = None
    note_sealed: bytes | None = None
    raised_at: datetime = Field(sa_type=TIMESTAMPTZ)
    answered_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    answered_by: UUID | None = None
    answered_rung: int | None = None
    attended_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    attended_by: UUID | None = None
    closed_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    closed_by: UUID | None = None
    result: str | None = None
    result_note_sealed: bytes | None = None
    last_seq: int = 0
    last_at: datetime = Field(sa_type=TIMESTAMPTZ)


class SosStepRow(Row, table=True):
    """One line of an alarm's log: what happened, when, by whom; never changed, never deleted."""

    __table_args__ = (
        CheckConstraint("actor IN ('elder', 'kin', 'carer', 'duty', 'staff', 'time')", name="actor"),
        Index(
            "uq_sos_step_rung",
            "alarm_id",
            "round",
            "rung",
            unique=True,
            postgresql_where=text("kind = 'rung'"),
        ),
    )

    alarm_id: UUID = Field(primary_key=True, foreign_key="sos_alarm.id")
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    at: datetime = Field(sa_type=TIMESTAMPTZ)
    round: int
    rung: int
    actor: str
    actor_id: UUID | None = None


class SosCallRow(Row, table=True):
    """Whom a rung called, and whether that left: `told` (notices tell the rest), `nobody` or `failed`."""

    __table_args__ = (
        CheckConstraint("target IN ('desk', 'kin', 'carer', 'duty', 'elder')", name="target"),
        CheckConstraint("state IN ('told', 'nobody', 'failed')", name="state"),
        UniqueConstraint(
            "alarm_id", "round", "rung", "person_id", name="uq_sos_call", postgresql_nulls_not_distinct=True
        ),
        Index("ix_sos_call_person_id", "person_id", postgresql_where=text("person_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    alarm_id: UUID = Field(foreign_key="sos_alarm.id")
    round: int
    rung: int
    target: str
    person_id: UUID | None = None
    state: str
    at: datetime = Field(sa_type=TIMESTAMPTZ)


class SosDutyRow(Row, table=True):
    """Who is on duty in a subdistrict (the whole district where `area` is empty), from day to day."""

    __table_args__ = (Index("ix_sos_duty_area", "area", "since"),)

    id: UUID = Field(primary_key=True)
    area: str
    person_id: UUID
    since: date
    until: date | None = None


def place_context(alarm_id: UUID) -> str:
    """Name what a sealed place is bound to."""
    return f"sos.place:{alarm_id}"


def note_context(alarm_id: UUID) -> str:
    """Name what a sealed note is bound to."""
    return f"sos.note:{alarm_id}"


def result_context(alarm_id: UUID) -> str:
    """Name what a sealed note on the result is bound to."""
    return f"sos.result:{alarm_id}"

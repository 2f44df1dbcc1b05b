"""What the daily sign keeps: each person's plan, the signs, and the days that were missed."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class WellbeingRuleRow(Row, table=True):
    """The district's minutes, on days from `since` until before `until`."""

    id: UUID = Field(primary_key=True)
    since: date
    until: date | None = None
    values: dict[str, Any] = Field(sa_type=JSONB)


class WellbeingPlanRow(Row, table=True):
    """By which hour (Shanghai's clock) a person gives their sign, whom to tell, and a pause in days."""

    __table_args__ = (
        CheckConstraint("(paused_from IS NULL) = (paused_until IS NULL)", name="pause"),
        CheckConstraint("pause_reason IN ('away', 'hospital', 'other')", name="pause_reason"),
        Index("ix_wellbeing_plan_by_hour", "by_hour", postgresql_where=text("active")),
    )

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    by_hour: time
    since: date
    tell_kin: bool
    tell_community: bool
    by_device: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    active: bool
    paused_from: date | None = None
    paused_until: date | None = None
    pause_reason: str | None = None
    set_by: UUID
    updated_at: datetime = Field(sa_type=TIMESTAMPTZ)


class WellbeingSignRow(Row, table=True):
    """That a person was well on a day: the first sign counts."""

    __table_args__ = (CheckConstraint("how IN ('tap', 'open', 'device', 'staff')", name="how"),)

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    day: date = Field(primary_key=True)
    at: datetime = Field(sa_type=TIMESTAMPTZ)
    how: str


class WellbeingMissRow(Row, table=True):
    """A day without a sign by its hour: which step was taken last, and the visit it came to.

    `due_at` is when time alone takes the next step; none when it is over. `visit_due` is the visit's clock.
    """

    __table_args__ = (
        UniqueConstraint("person_id", "day", name="uq_wellbeing_miss_day"),
        CheckConstraint("step BETWEEN 1 AND 3", name="step"),
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken"),
        CheckConstraint("(result IS NULL) = (closed_at IS NULL)", name="closed"),
        CheckConstraint("result IN ('signed', 'fine', 'helped', 'hospital', 'away')", name="result"),
        Index(
            "ix_wellbeing_miss_open",
            "visit_due",
            postgresql_where=text("visit_due IS NOT NULL AND closed_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    day: date
    step: int
    due_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    reminded_at: datetime = Field(sa_type=TIMESTAMPTZ)
    kin_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    visit_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    visit_due: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    seen_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    taken_by: UUID | None = None
    taken_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    closed_by: UUID | None = None
    closed_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    result: str | None = None

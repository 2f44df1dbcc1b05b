"""Who may act for whom and what was done so, what a person consented to, and help at a counter."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class DelegationRow(Row, table=True):
    """One person lets another act for them, with scopes granted one by one, until an instant.

    It counts only while `state` is active and `until` is ahead: expiry needs no job. `approved_by_staff`
    names who of the staff saw the principal say yes at a counter.
    """

    __table_args__ = (
        CheckConstraint("principal_id <> delegate_id", name="not_oneself"),
        CheckConstraint("state IN ('requested', 'active', 'declined', 'revoked', 'expired')", name="state"),
        CheckConstraint("asked_by IN ('principal', 'delegate')", name="asked_by"),
        CheckConstraint(
            'jsonb_array_length(scopes) > 0 AND scopes <@ \'["book", "pay", "view"]\'::jsonb',
            name="scopes",
        ),
        CheckConstraint("state <> 'active' OR approved_at IS NOT NULL", name="approved"),
        Index(
            "uq_delegation_running",
            "delegate_id",
            "principal_id",
            unique=True,
            postgresql_where=text("state IN ('requested', 'active')"),
        ),
        Index("ix_delegation_principal_id", "principal_id", "delegate_id"),
    )

    id: UUID = Field(primary_key=True)
    principal_id: UUID = Field(foreign_key="person.id")
    delegate_id: UUID = Field(foreign_key="person.id")
    scopes: list[str] = Field(sa_type=JSONB)
    state: str
    asked_by: str
    asked_at: datetime = Field(sa_type=TIMESTAMPTZ)
    until: datetime = Field(sa_type=TIMESTAMPTZ)
    approved_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    approved_by_staff: UUID | None = Field(default=None, foreign_key="staff.id")
    cooling_until: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    ended_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    ended_by: UUID | None = None


class ConsentRow(Row, table=True):
    """A consent given for one subject (PIPL article 29); withdrawing it keeps the row as history."""

    __table_args__ = (
        CheckConstraint("subject IN ('health', 'location')", name="subject"),
        Index(
            "uq_consent_given",
            "person_id",
            "subject",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_consent_person_id", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    subject: str
    given_at: datetime = Field(sa_type=TIMESTAMPTZ)
    withdrawn_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class FamilyRuleRow(Row, table=True):
    """The district's values for delegation and assistance from a day on; the latest in force counts."""

    id: UUID = Field(primary_key=True)
    since: date
    until: date | None = None
    values: dict[str, Any] = Field(sa_type=JSONB)


class AssistCodeRow(Row, table=True):
    """The code a person reads out to the staff who help them; only its keyed digest is kept."""

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    digest: bytes
    made_at: datetime = Field(sa_type=TIMESTAMPTZ)
    expires_at: datetime = Field(sa_type=TIMESTAMPTZ)
    failures: int = 0
    used_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class AssistRow(Row, table=True):
    """A member of staff acts for a person who asked for it, for minutes; either side may end it."""

    __table_args__ = (
        CheckConstraint("ended_by IN ('staff', 'person')", name="ended_by"),
        Index("uq_assist_running", "staff_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_assist_person_id", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    staff_id: UUID = Field(foreign_key="staff.id")
    person_id: UUID = Field(foreign_key="person.id")
    started_at: datetime = Field(sa_type=TIMESTAMPTZ)
    expires_at: datetime = Field(sa_type=TIMESTAMPTZ)
    ended_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    ended_by: str | None = None


class ActInNameRow(Row, table=True):
    """One thing done in a person's name by somebody else, for that person to read."""

    __table_args__ = (
        CheckConstraint("actor IN ('delegate', 'staff')", name="actor"),
        Index("ix_act_in_name_principal_id", "principal_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    principal_id: UUID = Field(foreign_key="person.id")
    actor: str
    actor_id: UUID
    action: str
    status: int
    at: datetime = Field(sa_type=TIMESTAMPTZ)

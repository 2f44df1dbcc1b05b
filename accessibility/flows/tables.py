"""What the guided flows keep: runs, finished or not, and who wants to be called back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class ElderRunRow(Row, table=True):
    """One way through a flow; `draft` is rules.Draft, `acted_at` when the act was done.

    `person_id` is whom it is for, `acted_by` the resident who answers (staff who assist answer as the person
    and stand in `staff_id`).
    """

    __table_args__ = (
        Index("ix_elder_run_person_changed", "person_id", "changed_at"),
        Index("ix_elder_run_changed", "changed_at"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID
    acted_by: UUID
    staff_id: UUID | None = None
    flow: str
    state: str = "asking"
    draft: dict[str, Any] = Field(sa_type=JSONB)
    attempt: int = 1
    version: int = 1
    booking_id: UUID | None = None
    outcome: str = ""
    started_at: datetime = Field(sa_type=TIMESTAMPTZ)
    changed_at: datetime = Field(sa_type=TIMESTAMPTZ)
    acted_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class CallbackRequestRow(Row, table=True):
    """A person who wants to be called: from which run, and who of the staff has it in hand."""

    __table_args__ = (
        Index(
            "uq_callback_request_waiting",
            "person_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'taken')"),
        ),
        Index("ix_callback_request_state_asked", "state", "asked_at"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID
    requested_by: UUID
    run_id: UUID | None = None
    state: str = "waiting"
    taken_by: UUID | None = None
    asked_at: datetime = Field(sa_type=TIMESTAMPTZ)
    taken_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    done_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)

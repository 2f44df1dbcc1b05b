"""What the notices desk keeps: each person's inbox."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class InboxMessageRow(Row, table=True):
    """One thing a person was told; `dedupe` makes the same news reach the same person once.

    `text` is for the eye, `speak` the same for the ear.
    """

    __table_args__ = (
        UniqueConstraint("person_id", "dedupe", name="uq_inbox_message_dedupe"),
        Index("ix_inbox_message_person", "person_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID
    dedupe: str
    title: str
    text: str
    speak: str
    at: datetime = Field(sa_type=TIMESTAMPTZ)
    read_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)

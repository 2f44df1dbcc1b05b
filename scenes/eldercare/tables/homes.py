"""Who lives in a nursing home."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from scenes.common.kit.database import Row


class CareResidentRow(Row, table=True):
    """A person's stay in a nursing home, from `since` until before `until`; in one home at a time."""

    __table_args__ = (
        CheckConstraint("until IS NULL OR until > since", name="span"),
        Index("uq_care_resident_now", "person_id", unique=True, postgresql_where=text("until IS NULL")),
        Index("ix_care_resident_place", "place_id", "since"),
    )

    id: UUID = Field(primary_key=True)
    place_id: UUID = Field(foreign_key="place.id")
    person_id: UUID = Field(foreign_key="person.id")
    room: str
    since: date
    until: date | None = None

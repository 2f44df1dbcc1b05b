"""What the clinic room keeps: departments, doctors, sessions, rules, family-doctor contracts, strikes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class DepartmentRow(Row, table=True):
    """A department of a venue; equal `code`s name the same kind of department at different venues."""

    __table_args__ = (UniqueConstraint("place_id", "code", name="uq_department_place_id_code"),)

    id: UUID = Field(primary_key=True)
    place_id: UUID = Field(foreign_key="place.id")
    code: str
    name: str


class DoctorRow(Row, table=True):
    """A doctor of a department; `title` is the grade, such as 主任医师, 副主任医师, 主治医师.

    `family` doctors take family-doctor contracts.
    """

    __table_args__ = (Index("ix_doctor_place_id", "place_id"),)

    id: UUID = Field(primary_key=True)
    place_id: UUID = Field(foreign_key="place.id")
    department_id: UUID = Field(foreign_key="department.id", index=True)
    name: str
    title: str
    intro: str
    family: bool


class ClinicSessionRow(Row, table=True):
    """A doctor's half-day; its id is the group of its booking windows.

    `serving_booking_id` and `serving_no` tell who has been called in. `grade` is the doctor's title when
    the session was published.
    """

    __table_args__ = (
        UniqueConstraint("place_id", "doctor_id", "day", "period", name="uq_clinic_session_shift"),
        CheckConstraint("period IN ('am', 'pm')", name="period"),
        CheckConstraint("state IN ('open', 'stopped')", name="state"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("fee_fen >= 0", name="fee"),
        Index("ix_clinic_session_place_day", "place_id", "day"),
        Index("ix_clinic_session_grade_day", "grade", "day"),
    )

    id: UUID = Field(primary_key=True)
    place_id: UUID = Field(foreign_key="place.id")
    department_id: UUID = Field(foreign_key="department.id")
    doctor_id: UUID = Field(foreign_key="doctor.id")
    day: date
    period: str
    starts_at: datetime = Field(sa_type=TIMESTAMPTZ)
    ends_at: datetime = Field(sa_type=TIMESTAMPTZ)
    fee_fen: int
    grade: str
    release_at: datetime = Field(sa_type=TIMESTAMPTZ)
    waitlist_until: datetime = Field(sa_type=TIMESTAMPTZ)
    state: str
    serving_booking_id: UUID | None = None
    serving_no: int | None = None


class ClinicRuleRow(Row, table=True):
    """Values of the clinic rule from one day to before another, of the district or of one venue.

    The district's row (`place_id` none) has all values, a venue's only those in which it differs.
    """

    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="valid"),
        Index("ix_clinic_rule_place_id", "place_id", "valid_from"),
    )

    id: UUID = Field(primary_key=True)
    place_id: UUID | None = Field(default=None, foreign_key="place.id")
    valid_from: date
    valid_until: date | None = None
    rule: dict[str, Any] = Field(sa_type=JSONB)


class FamilyDoctorContractRow(Row, table=True):
    """A resident signed with a family doctor; one contract runs at a time, `ended_at` ends it early."""

    __table_args__ = (
        Index(
            "uq_family_doctor_contract_running",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    place_id: UUID = Field(foreign_key="place.id")
    doctor_id: UUID = Field(foreign_key="doctor.id", index=True)
    since: datetime = Field(sa_type=TIMESTAMPTZ)
    until: datetime = Field(sa_type=TIMESTAMPTZ)
    ended_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class ClinicStrikeRow(Row, table=True):
    """A missed or late-cancelled appointment of a person; one booking counts once."""

    __table_args__ = (
        CheckConstraint("kind IN ('no_show', 'late_cancel')", name="kind"),
        Index("ix_clinic_strike_person_id", "person_id", "kind", "at"),
    )

    booking_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    kind: str
    at: datetime = Field(sa_type=TIMESTAMPTZ)

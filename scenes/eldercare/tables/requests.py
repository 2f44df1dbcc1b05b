"""What requests for care keep: the catalogue with its dated terms, shifts, carers, requests and their log."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class CareServiceRow(Row, table=True):
    """A service of the catalogue; `by_window` is asked for with a time of a carers' shift.

    `skill` is what the carer needs, `prepare` what to have ready, `position` the order in the list;
    `accompanies` names the scene whose bookings a visit can go along to (the clinic's, for 助医).
    """

    id: UUID = Field(primary_key=True)
    code: str = Field(unique=True)
    name: str
    summary: str
    prepare: str
    skill: str
    by_window: bool
    position: int
    active: bool = True
    accompanies: str | None = None


class CareTermsRow(Row, table=True):
    """Values of a service's terms, on days from `since` until before `until`; of a venue where it differs."""

    __table_args__ = (CheckConstraint("until IS NULL OR until > since", name="span"),)

    id: UUID = Field(primary_key=True)
    service_id: UUID = Field(foreign_key="care_service.id", index=True)
    place_id: UUID | None = Field(default=None, foreign_key="place.id")
    since: date
    until: date | None = None
    values: dict[str, Any] = Field(sa_type=JSONB)


class CareShiftRow(Row, table=True):
    """A day of a venue's team for one service; its id is the group of its booking windows."""

    __table_args__ = (Index("uq_care_shift", "service_id", "place_id", "day", unique=True),)

    id: UUID = Field(primary_key=True)
    service_id: UUID = Field(foreign_key="care_service.id")
    place_id: UUID = Field(foreign_key="place.id")
    day: date


class CareCarerRow(Row, table=True):
    """A member of staff who visits people, from a venue, with these skills.

    An alarm calls them as `person_id`, from `on_from` until before `on_until` (Shanghai's clock, past
    midnight where it ends earlier than it begins, always where both are missing); without a person it cannot.
    """

    __table_args__ = (
        CheckConstraint("sex IN ('f', 'm')", name="sex"),
        CheckConstraint("(on_from IS NULL) = (on_until IS NULL)", name="hours"),
    )

    staff_id: UUID = Field(primary_key=True, foreign_key="staff.id")
    place_id: UUID = Field(foreign_key="place.id")
    sex: str
    skills: list[str] = Field(sa_type=JSONB)
    active: bool = True
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    on_from: time | None = None
    on_until: time | None = None


class CareRequestRow(Row, table=True):
    """A request as its log leaves it; one with a window has the id of its booking.

    `brief_sealed` holds the note and the place, `report_sealed` what the carer found. `since` is when the
    present state began, `settled` is false while the booking has yet to follow. `appointment_id` is the
    booking of the same person that the visit goes along to. `wished_at` is the later hour at which help
    without a bookable time is wanted, `agreed_at` when the desk settled the hour with the person.
    """

    __table_args__ = (
        CheckConstraint(
            "state IN ('unpaid', 'requested', 'assigned', 'accepted', 'arrived', 'done', 'rated',"
            " 'cancelled', 'declined')",
            name="state",
        ),
        CheckConstraint(
            "(carer_id IS NOT NULL) = (state IN ('assigned', 'accepted', 'arrived', 'done', 'rated'))",
            name="carer",
        ),
        CheckConstraint("stars IS NULL OR stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("sex_wish IN ('f', 'm')", name="sex_wish"),
        Index(
            "ix_care_request_open",
            "place_id",
            "since",
            postgresql_where=text("state IN ('requested', 'assigned', 'accepted', 'arrived')"),
        ),
        Index("ix_care_request_person", "person_id", "requested_at"),
        Index("ix_care_request_unsettled", "id", postgresql_where=text("NOT settled")),
    )

    id: UUID = Field(primary_key=True)
    service_id: UUID = Field(foreign_key="care_service.id")
    place_id: UUID = Field(foreign_key="place.id")
    person_id: UUID = Field(foreign_key="person.id")
    requested_by: UUID
    booked: bool
    state: str
    since: datetime = Field(sa_type=TIMESTAMPTZ)
    requested_at: datetime = Field(sa_type=TIMESTAMPTZ)
    promised_at: datetime = Field(sa_type=TIMESTAMPTZ)
    wished_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    agreed_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    due_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    terms: dict[str, Any] = Field(sa_type=JSONB)
    sex_wish: str | None = None
    brief_sealed: bytes
    code: str
    carer_id: UUID | None = None
    arrived_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    arrived_by: str | None = None
    done_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    report_sealed: bytes | None = None
    stars: int | None = None
    appointment_id: UUID | None = None
    settled: bool = True


class CareStepRow(Row, table=True):
    """One step of a request, written once: what, by whom, which carer, when."""

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="care_request.id", index=True)
    kind: str
    actor_id: UUID | None = None
    carer_id: UUID | None = None
    at: datetime = Field(sa_type=TIMESTAMPTZ)


class CareHandoverRow(Row, table=True):
    """What one shift of a venue's desk leaves to the next; the words are sealed, since they name people."""

    id: UUID = Field(primary_key=True)
    place_id: UUID = Field(foreign_key="place.id", index=True)
    note_sealed: bytes
    written_by: UUID
    at: datetime = Field(sa_type=TIMESTAMPTZ)

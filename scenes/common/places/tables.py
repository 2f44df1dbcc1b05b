"""What the places desk keeps: venues, the days on which they differ, and the counter of changes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class PlaceRow(Row, table=True):
    """A venue; `version` is the value of the change counter when it was last changed.

    `weekly_hours` is `{"mon": ["08:00-11:30", "13:00-16:30"], …}`; a place is never deleted, since
    bookings name it, but gets `closed_at`.
    """

    __table_args__ = (
        CheckConstraint("lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180", name="on_earth"),
        CheckConstraint("holiday_rule IN ('closed', 'usual', 'hours')", name="holiday_rule_known"),
    )

    id: UUID = Field(primary_key=True)
    scene: str
    kind: str
    name: str
    address: str
    phone: str | None = None
    lat: float
    lng: float
    subdistrict: str
    step_free: bool
    weekly_hours: dict[str, list[str]] = Field(sa_type=JSONB)
    holiday_rule: str
    holiday_hours: list[str] = Field(sa_type=JSONB)
    hours_source: str
    synthetic: bool
    closed_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    updated_at: datetime = Field(sa_type=TIMESTAMPTZ)
    version: int = Field(sa_type=BigInteger, index=True)


class PlaceExceptionRow(Row, table=True):
    """A day on which a venue keeps other hours; no spans means closed all day."""

    place_id: UUID = Field(primary_key=True, foreign_key="place.id")
    day: date = Field(primary_key=True)
    hours: list[str] = Field(sa_type=JSONB)
    reason: str


class PlaceChangeRow(Row, table=True):
    """One row that counts changes to places: reading it is how every process notices them.

    Writers lock it until they commit, so a reader who sees a number sees every change up to it.
    """

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: int = Field(primary_key=True)
    counter: int = Field(sa_type=BigInteger)


class WalkNetworkRow(Row, table=True):
    """The walking network in force, one row: packed columns of points and stretches, and the weights.

    `version` is the value of the change counter when it was loaded; `digest` tells whether a file brings
    anything new; `report` says what was left out of it.
    """

    version: int = Field(primary_key=True, sa_type=BigInteger)
    digest: str
    source: str
    synthetic: bool
    weights: dict[str, Any] = Field(sa_type=JSONB)
    points: bytes
    stretches: bytes
    traits: bytes
    report: dict[str, Any] = Field(sa_type=JSONB)
    loaded_at: datetime = Field(sa_type=TIMESTAMPTZ)


class WalkReachRow(Row, table=True):
    """The packed walks to a place at each pace, true for one network and the coordinates they began at.

    `version` is the value of the change counter when they were reckoned.
    """

    place_id: UUID = Field(primary_key=True, foreign_key="place.id")
    network: int = Field(sa_type=BigInteger)
    lat: float
    lng: float
    standard: bytes
    elder: bytes
    wheelchair: bytes
    version: int = Field(sa_type=BigInteger, index=True)

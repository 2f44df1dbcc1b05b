"""What is kept of imports: stable ids, each import and what it changed; and the subdistricts' outlines."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class PlaceKeyRow(Row, table=True):
    """The stable id by which the district's own files name a place of a scene."""

    scene: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    place_id: UUID = Field(foreign_key="place.id", unique=True)


class PlaceImportRow(Row, table=True):
    """A file that was shown (proposed), taken in (done), or taken back (undone).

    `content` is kept only while proposed; `version`, the counter of changes when it was done, tells which of
    two came later; `by` is the member of staff, none for the command line.
    """

    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'done', 'undone')", name="state"),
        CheckConstraint("(state = 'proposed') = (content IS NOT NULL)", name="content_while_proposed"),
        CheckConstraint("datum IN ('gcj02', 'wgs84')", name="datum"),
    )

    id: UUID = Field(primary_key=True)
    state: str
    file_name: str
    datum: str
    scene: str | None = None
    kind: str | None = None
    content: bytes | None = None
    report: dict[str, Any] = Field(sa_type=JSONB)
    by: UUID | None = None
    at: datetime = Field(sa_type=TIMESTAMPTZ)
    done_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ, index=True)
    version: int | None = Field(default=None, sa_type=BigInteger)
    undone_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    undone_by: UUID | None = None


class PlaceImportLineRow(Row, table=True):
    """A place that an import created or changed: all of it before (none: there was none) and after."""

    __table_args__ = (Index("ix_place_import_line_place_id", "place_id"),)

    import_id: UUID = Field(primary_key=True, foreign_key="place_import.id")
    place_id: UUID = Field(primary_key=True, foreign_key="place.id")
    line: int
    key: str
    key_is_new: bool
    before: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    after: dict[str, Any] = Field(sa_type=JSONB)


class SubdistrictOutlineRow(Row, table=True):
    """The outline of a subdistrict, or of several known together: rings of WGS-84 [lng, lat]."""

    name: str = Field(primary_key=True)
    names: list[str] = Field(sa_type=JSONB)
    rings: list[list[list[float]]] = Field(sa_type=JSONB)
    synthetic: bool

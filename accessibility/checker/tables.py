"""What the district keeps of its checks: the score of each one that was published."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class AccessibilityCheckRow(Row, table=True):
    """A published check: when the pages were looked at, and report.Score as it may be shown to anybody."""

    __table_args__ = (Index("ix_accessibility_check_checked_at", "checked_at"),)

    id: UUID = Field(primary_key=True)
    checked_at: datetime = Field(sa_type=TIMESTAMPTZ)
    score: dict[str, Any] = Field(sa_type=JSONB)

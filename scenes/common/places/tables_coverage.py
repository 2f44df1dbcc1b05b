"""What is kept of the coverage: the last reckoning, in counts too coarse to find anybody by."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class CoverageRow(Row, table=True):
    """The last reckoning; `counter` and `network` are the places and the streets it was made with."""

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: int = Field(primary_key=True)
    as_of: datetime = Field(sa_type=TIMESTAMPTZ)
    counter: int = Field(sa_type=BigInteger)
    network: int | None = Field(default=None, sa_type=BigInteger)
    report: dict[str, Any] = Field(sa_type=JSONB)

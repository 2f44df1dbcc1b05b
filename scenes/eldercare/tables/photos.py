"""What the eldercare room keeps of a visit in pictures."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class CarePhotoRow(Row, table=True):
    """A photo of a visit, sealed; gone on the day `keep_until`."""

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="care_request.id", index=True)
    staff_id: UUID
    at: datetime = Field(sa_type=TIMESTAMPTZ)
    keep_until: date = Field(index=True)
    photo_sealed: bytes

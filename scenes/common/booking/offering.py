"""What is put on offer, before it is a row."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class NewWindow(msgspec.Struct, frozen=True, kw_only=True):
    """A window to be published; the fields are those of `BookingWindowRow`.

    A day of a district's chargers is tens of thousands of them. A row of the table takes a quarter of a
    millisecond to make, in the worker that alarms wait for as well; this takes a hundredth of that.
    """

    id: UUID
    scene: str
    place_id: UUID
    group_id: UUID
    title: str
    resource: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int = 0
    opens_at: datetime
    closes_at: datetime
    audience: str = "public"
    falls_through_at: datetime | None = None
    state: str = "open"
    price_fen: int = 0
    hold_seconds: int = 900
    terms: dict[str, Any]

    def columns(self) -> dict[str, Any]:
        """Return what is to be stored, by column."""
        return msgspec.structs.asdict(self)

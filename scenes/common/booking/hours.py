"""The hours of a booking whose window is a whole day: its own beginning and end, as far as they are known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

OWN_TIMES: Final = "ownTimes"
"""The detail of a booking whose window says nothing of its hours: `startedAt` and `endedAt` do."""


class Hours(msgspec.Struct, frozen=True):
    """When something takes place; without an end it goes on, or it has not begun."""

    starts_at: datetime
    ends_at: datetime | None
    begun: bool = True


def hours_of(details: Mapping[str, Any], *, created_at: datetime) -> Hours | None:
    """Return a booking's own hours, before they begin when it was made; none where its window says them."""
    if not details.get(OWN_TIMES):
        return None
    if (started := details.get("startedAt")) is None:
        return Hours(created_at, None, begun=False)
    ended = details.get("endedAt")
    return Hours(datetime.fromisoformat(started), datetime.fromisoformat(ended) if ended else None)

"""What a link from elsewhere brings into the clinic's pages: for whom, which day, and where to go on to."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request

from scenes.common.kit.pages import own_path


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody came; it goes along from page to page until a number is booked.

    `patient` is the id of whom to book for, empty for oneself; `next` a path of this site, or empty.
    """

    patient: str = ""
    day: date | None = None
    next: str = ""

    def along(self, href: str) -> str:
        """Return a path of ours with the errand in its query; a day that the path names stays."""
        pairs = {"patient": self.patient, "date": str(self.day or ""), "next": self.next}
        if "date=" in href:
            del pairs["date"]
        return _joined(href, {name: value for name, value in pairs.items() if value})

    def onward(self, booking_id: UUID) -> str:
        """Return where to go once a number is booked: back to where they came from, or to the booking."""
        return _joined(self.next, {"booking": str(booking_id)}) if self.next else f"/bookings/{booking_id}"


def errand_of(request: Request[Any, Any, Any]) -> Errand:
    """Read an errand from a page's query; what cannot be read is left out."""
    query = request.query_params
    patient, day = query.get("patient", ""), None
    with suppress(ValueError):
        day = date.fromisoformat(query.get("date", ""))
    with suppress(ValueError):
        return Errand(patient=str(UUID(patient)), day=day, next=own_path(query.get("next"), ""))
    return Errand(day=day, next=own_path(query.get("next"), ""))


def _joined(href: str, pairs: Mapping[str, str]) -> str:
    if not pairs:
        return href
    return f"{href}{'&' if '?' in href else '?'}{urlencode(pairs)}"

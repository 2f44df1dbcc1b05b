"""A preview of whom an act of staff touches, and the check that it still touches exactly those."""

import hashlib
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from scenes.common.booking.errors import PreviewStale

TOKEN_LENGTH: Final = 32


def preview_token(act: str, booking_ids: Iterable[UUID]) -> str:
    """Name what a preview showed: the act, and the bookings it touches in whatever order."""
    facts = [act, *sorted(str(booking_id) for booking_id in booking_ids)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:TOKEN_LENGTH]


def check_preview(token: str, act: str, booking_ids: Iterable[UUID]) -> None:
    """Refuse when others would be touched now than those that were shown (PreviewStale)."""
    if token != preview_token(act, booking_ids):
        raise PreviewStale

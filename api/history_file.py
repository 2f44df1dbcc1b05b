"""What a history file holds: JSON lines, one per client call, and last what the database held."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec


class Call(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One call of one client: `unknown` when no answer, or only a 503, ever came."""

    client: int
    op: Literal["book", "cancel"]
    key: str
    window_id: UUID
    person_id: UUID
    invoked_at: datetime
    returned_at: datetime | None
    outcome: Literal["ok", "refused", "unknown"]
    status: int | None = None
    code: str | None = None
    booking_id: UUID | None = None
    replayed: bool = False


class TrueWindow(msgspec.Struct, frozen=True, rename="camel"):
    """A window as the database holds it; `returning` units are given back and not free yet."""

    id: UUID
    group_id: UUID
    capacity: int
    taken: int
    returning: int = 0


class TrueLine(msgspec.Struct, frozen=True, rename="camel"):
    """Units of a window within a booking."""

    window_id: UUID
    units: int


class TrueBooking(msgspec.Struct, frozen=True, rename="camel"):
    """A booking as the database holds it; `exclusive` means one active per person and group."""

    id: UUID
    person_id: UUID
    group_id: UUID
    state: str
    exclusive: bool
    lines: tuple[TrueLine, ...]


class Truth(msgspec.Struct, frozen=True, rename="camel"):
    """What the database held in the end."""

    windows: tuple[TrueWindow, ...]
    bookings: tuple[TrueBooking, ...]


class Closing(msgspec.Struct, frozen=True):
    """The last line of a history."""

    truth: Truth


class History(msgspec.Struct, frozen=True):
    """All that was recorded."""

    calls: tuple[Call, ...]
    truth: Truth


class HistoryUnreadableError(Exception):
    """The file is not a complete history."""


def read(lines: Iterable[bytes]) -> History:
    """Decode the lines of a history; the truth comes last."""
    rows = [line for line in lines if line.strip()]
    if not rows:
        raise HistoryUnreadableError("the history is empty")
    try:
        closing = msgspec.json.decode(rows[-1], type=Closing)
        calls = tuple(msgspec.json.decode(row, type=Call) for row in rows[:-1])
    except msgspec.DecodeError as wrong:
        raise HistoryUnreadableError(f"not a complete history: {wrong}") from wrong
    return History(calls, closing.truth)


def written(history: History) -> bytes:
    """Encode a history as the lines of its file."""
    lines = [*map(msgspec.json.encode, history.calls), msgspec.json.encode(Closing(history.truth))]
    return b"\n".join(lines) + b"\n"

"""The ledger: one writer a process gathers claims and moves, decides, writes, commits, then answers."""

from scenes.common.booking.ledger.claims import (
    BookingRecord,
    Claim,
    Line,
    Move,
    Outcome,
    Render,
    Want,
)
from scenes.common.booking.ledger.writer import Ledger

__all__ = ["BookingRecord", "Claim", "Ledger", "Line", "Move", "Outcome", "Render", "Want"]

"""The ledger: one writer a process gathers claims and moves, decides, writes, commits, then answers."""

from scenes.common.booking.ledger.claims import (
    Adjustment,
    BookingRecord,
    Claim,
    Line,
    Move,
    Outcome,
    Relocation,
    Render,
    Want,
)
from scenes.common.booking.ledger.writer import Ledger

__all__ = [
    "Adjustment",
    "BookingRecord",
    "Claim",
    "Ledger",
    "Line",
    "Move",
    "Outcome",
    "Relocation",
    "Render",
    "Want",
]

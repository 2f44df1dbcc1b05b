"""Repeatable chance: the same seed and names give the same draws, and the same identifiers."""

import random
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

SEED: Final = 310107
"""The demo's own seed, Putuo's area code; another seed makes another district."""

FIRST_MOMENT: Final = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""Milliseconds that the drawn identifiers count from."""

_VERSION_7: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62
_TAIL_BITS: Final = 62
_MIDDLE_BITS: Final = 12


def stream(seed: int, *names: object) -> random.Random:
    """Start a stream of draws that depends on the seed and its names and on nothing else."""
    return random.Random(":".join(map(str, (seed, *names))))  # noqa: S311 - made to be repeated, not secret


def drawn_id(chance: random.Random, moment: int) -> UUID:
    """Draw an identifier in the shape of UUIDv7 (RFC 9562), `moment` milliseconds after the first."""
    head = (FIRST_MOMENT + moment) << 80
    middle = chance.getrandbits(_MIDDLE_BITS) << 64
    return UUID(int=head | _VERSION_7 | middle | _VARIANT | chance.getrandbits(_TAIL_BITS))


def moment_of(at: datetime) -> int:
    """Return an instant as milliseconds after the first moment, for an identifier drawn for it."""
    return int(at.timestamp() * 1000) - FIRST_MOMENT

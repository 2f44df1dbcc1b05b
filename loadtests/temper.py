"""What all visitors have in common, whatever they come for: patience, and a network that may break.

The shares are assumptions about people, named so that a district can put its own counts there.
"""

import random
from typing import Any, Final

import msgspec

PATIENCE_MEDIAN: Final = 15.0
"""Seconds of waiting for answers, in all, after which half of the visitors would have left."""

PATIENCE_SIGMA: Final = 0.6
"""Spread of the log-normal patience: one in six leaves after 8 s, one in six stays for 27 s."""

LOSING_NETWORK: Final = 0.05
"""Share whose connection breaks within LOST_WITHIN seconds of the first claim; half of them try again."""

LOST_WITHIN: Final = 0.15
THINKING: Final = (1.0, 5.0)
"""Seconds between two things a visitor does on the page."""


class Temper(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor: when they arrive, in seconds of the run, and how they bear it; seconds throughout."""

    arrives: float
    patience: float
    network_lost_after: float | None
    comes_back: bool
    thinks: float


def drawn_temper(chance: random.Random) -> dict[str, Any]:
    """Draw all of a temper but when it arrives."""
    loses = chance.random() < LOSING_NETWORK
    return {
        "patience": chance.lognormvariate(0.0, PATIENCE_SIGMA) * PATIENCE_MEDIAN,
        "network_lost_after": chance.uniform(0.0, LOST_WITHIN) if loses else None,
        "comes_back": chance.random() < 0.5,  # noqa: PLR2004 - half, as LOSING_NETWORK says
        "thinks": chance.uniform(*THINKING),
    }

"""What each visitor will do, drawn before the run: when they come, how patient they are, what they want.

The shares below are assumptions about people, named so that a district can put its own counts there.
"""

import random
from typing import Final

from loadtests.curves import ReleaseMinute, Waiting, evenly
from loadtests.temper import Temper, drawn_temper

BROWSING: Final = (1.0, 4.0)
"""Seconds a latecomer looks around between arriving and claiming."""

REFRESHING: Final = (1.5, 4.0)
"""Seconds between two looks at the session list while waiting for the release."""

LOOKING_AROUND: Final = 0.5
"""Share who open the list of places near them first; the others come by a bookmark."""

JOINING_WAITLIST: Final = 0.3
CANCELLING: Final = 0.2
PAYING: Final = 0.8


class Visit(Temper, frozen=True, kw_only=True):
    """One visitor's plan; seconds relative to the release.

    `session` is the doctor they came for. `windows` is how many times they choose before they give in.
    """

    claims: float
    session: int
    refreshes_every: float
    looks_around: bool
    windows: int
    joins_waitlist: bool
    cancels: bool
    pays: bool


def draw(minute: ReleaseMinute, waiting: Waiting, *, sessions: int, seed: int) -> list[Visit]:
    """Draw a crowd with exactly the minute's shape, in the order in which it arrives; equal seeds agree."""
    chance = random.Random(seed)  # noqa: S311 - a crowd to repeat, not a secret
    claims = [minute.second_of(share) for share in evenly(minute.visits)]
    eager = sum(second < waiting.eager_seconds for second in claims)
    gathering = [waiting.second_of(share) for share in evenly(eager)]
    chance.shuffle(gathering)
    arrivals = gathering + [second - chance.uniform(*BROWSING) for second in claims[eager:]]
    crowd = [
        _visit(chance, arrives=arrives, claims=second, sessions=sessions)
        for arrives, second in zip(arrivals, claims, strict=True)
    ]
    return sorted(crowd, key=lambda visit: visit.arrives)


def _visit(chance: random.Random, *, arrives: float, claims: float, sessions: int) -> Visit:
    return Visit(
        **drawn_temper(chance),
        arrives=arrives,
        claims=claims,
        session=chance.randrange(sessions),
        refreshes_every=chance.uniform(*REFRESHING),
        looks_around=chance.random() < LOOKING_AROUND,
        windows=chance.randint(1, 4),
        joins_waitlist=chance.random() < JOINING_WAITLIST,
        cancels=chance.random() < CANCELLING,
        pays=chance.random() < PAYING,
    )

"""What each resident of a breakfast morning will do, drawn before the run on the metro's morning curve.

The shares below are assumptions about people, named so that a district can put its own counts there.
"""

import random
from typing import Final

from loadtests.curves import Course, evenly
from loadtests.temper import Temper, drawn_temper

LOOKING_AROUND: Final = 0.3
"""Share who open the list of places near them first; the others come by a bookmark."""

ORDERING: Final = 0.8
"""Share who order; the others only look at the menu."""

QUOTING: Final = 0.7
"""Share of those who look at the price with its rules before they order."""

PAYING: Final = 0.95
CANCELLING: Final = 0.04
COLLECTING: Final = 0.7
"""Share of the paid orders that are collected within the run."""

KINDS: Final = ((1, 25), (2, 40), (3, 25), (4, 10))
"""Different things in one order, with their weights."""

SECOND_OF_A_KIND: Final = 0.25
TRIES: Final = 3
"""Orders a visitor tries, for another slot or with other things, before they give in."""


class Morning(Temper, frozen=True, kw_only=True):
    """One resident's morning; `minute` is that of the real morning, from its beginning.

    `place` is where among the points, 0 to 1. `kinds` are quantities of different things.
    """

    minute: float
    place: float
    looks_around: bool
    orders: bool
    quotes: bool
    kinds: tuple[int, ...]
    tries: int
    pays: bool
    cancels: bool
    collects: bool


def draw(course: Course, *, visitors: int, seconds: float, seed: int) -> list[Morning]:
    """Draw a crowd with exactly the course's shape, the whole of it within so many seconds."""
    chance = random.Random(seed)  # noqa: S311 - a crowd to repeat, not a secret
    minutes = [course.minute_of(share) for share in evenly(visitors)]
    return [_morning(chance, minute, seconds * minute / course.minutes) for minute in minutes]


def _morning(chance: random.Random, minute: float, arrives: float) -> Morning:
    counts, weights = zip(*KINDS, strict=True)
    kinds = chance.choices(counts, weights=weights)[0]
    return Morning(
        **drawn_temper(chance),
        arrives=arrives,
        minute=minute,
        place=chance.random(),
        looks_around=chance.random() < LOOKING_AROUND,
        orders=chance.random() < ORDERING,
        quotes=chance.random() < QUOTING,
        kinds=tuple(1 + (chance.random() < SECOND_OF_A_KIND) for _ in range(kinds)),
        tries=TRIES,
        pays=chance.random() < PAYING,
        cancels=chance.random() < CANCELLING,
        collects=chance.random() < COLLECTING,
    )

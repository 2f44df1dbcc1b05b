"""What each resident of a charging evening will do: many look where to charge, some reserve and charge.

Who looks comes home by the metro's evening curve, who charges by the plug-ins of real sessions. The shares
below are assumptions about people, named so that a district can put its own counts there.
"""

import random
from typing import Final

from loadtests.curves import Course, evenly
from loadtests.temper import Temper, drawn_temper

DRIVERS: Final = 0.4
"""Share who want to charge this evening; the others only look."""

LOOKS: Final = (1, 3)
"""Guidance look-ups of one visit."""

ARRIVING_IN: Final = (0, 10, 20, 30)
"""Minutes until they would be there."""

RESERVING: Final = 0.6
"""Share of the drivers who reserve; the others plug in where something is free."""

CANCELLING: Final = 0.15
QUARTERS: Final = (2, 4)
"""Quarter-hours of a reservation."""

CHARGING: Final = (8.0, 20.0)
"""Seconds after which a driver of the run stops: the run is short, a real charge is not."""

WATCHING: Final = (2.0, 4.0)
"""Seconds between two looks at a running session."""


class Evening(Temper, frozen=True, kw_only=True):
    """One resident's evening; `near` chooses among the best of what guidance shows, 0 to 1."""

    drives: bool
    looks: tuple[int, ...]
    reserves: bool
    cancels: bool
    quarters: int
    near: float
    charges_for: float
    watches_every: float


def draw(lookers: Course, drivers: Course, *, visitors: int, seconds: float, seed: int) -> list[Evening]:
    """Draw a crowd with exactly the courses' shapes, the whole of it within so many seconds."""
    chance = random.Random(seed)  # noqa: S311 - a crowd to repeat, not a secret
    driving = round(visitors * DRIVERS)
    arrivals = [
        (seconds * course.minute_of(share) / course.minutes, drives)
        for course, number, drives in ((lookers, visitors - driving, False), (drivers, driving, True))
        for share in evenly(number)
    ]
    return [_evening(chance, arrives, drives=drives) for arrives, drives in sorted(arrivals)]


def _evening(chance: random.Random, arrives: float, *, drives: bool) -> Evening:
    return Evening(
        **drawn_temper(chance),
        arrives=arrives,
        drives=drives,
        looks=tuple(chance.choice(ARRIVING_IN) for _ in range(chance.randint(*LOOKS))),
        reserves=chance.random() < RESERVING,
        cancels=chance.random() < CANCELLING,
        quarters=chance.randint(*QUARTERS),
        near=chance.random(),
        charges_for=chance.uniform(*CHARGING),
        watches_every=chance.uniform(*WATCHING),
    )

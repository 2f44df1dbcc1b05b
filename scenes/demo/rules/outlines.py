"""Where the demo's people live: discs that lie wholly inside each subdistrict's real outline.

Made by hand against OpenStreetMap's outlines, with some 30 m to spare; the outlines themselves are data
of a district and not kept here. Of 甘泉路 and 宜川路 only the common outline is known, so the line between
their discs is a guess.
"""

import math
import random
from itertools import accumulate
from typing import Final, NamedTuple

METRES_PER_DEGREE: Final = 110_870.0
"""Of latitude, at 31.25° north."""

METRES_PER_DEGREE_EAST: Final = 111_320.0 * math.cos(math.radians(31.25))


class Disc(NamedTuple):
    """A circle on the ground: WGS-84 centre, radius in metres."""

    lat: float
    lng: float
    radius: int


class Subdistrict(NamedTuple):
    """A subdistrict: its name, about how many thousands live there, and discs inside it."""

    name: str
    thousands: int
    discs: tuple[Disc, ...]


SUBDISTRICTS: Final = (
    Subdistrict("曹杨新村街道", 92, (Disc(31.2412, 121.4030, 610), Disc(31.2437, 121.4109, 190))),
    Subdistrict(
        "长风新村街道",
        146,
        (
            Disc(31.2271, 121.3901, 680),
            Disc(31.2265, 121.3778, 490),
            Disc(31.2287, 121.4023, 490),
            Disc(31.2345, 121.4120, 420),
        ),
    ),
    Subdistrict(
        "长寿路街道",
        120,
        (
            Disc(31.2432, 121.4281, 660),
            Disc(31.2472, 121.4387, 430),
            Disc(31.2364, 121.4209, 350),
            Disc(31.2417, 121.4180, 300),
        ),
    ),
    Subdistrict(
        "甘泉路街道",
        95,
        (Disc(31.2687, 121.4240, 480), Disc(31.2642, 121.4310, 330), Disc(31.2632, 121.4205, 210)),
    ),
    Subdistrict(
        "石泉路街道",
        105,
        (Disc(31.2536, 121.4157, 840), Disc(31.2607, 121.4081, 230)),
    ),
    Subdistrict(
        "宜川路街道",
        97,
        (
            Disc(31.2595, 121.4375, 310),
            Disc(31.2548, 121.4413, 290),
            Disc(31.2533, 121.4316, 220),
            Disc(31.2589, 121.4432, 190),
        ),
    ),
    Subdistrict(
        "万里街道",
        95,
        (Disc(31.2704, 121.3980, 520), Disc(31.2673, 121.4068, 380), Disc(31.2764, 121.3933, 280)),
    ),
    Subdistrict(
        "真如镇街道",
        150,
        (Disc(31.2565, 121.3923, 1020), Disc(31.2646, 121.3815, 340), Disc(31.2538, 121.3783, 340)),
    ),
    Subdistrict(
        "长征镇",
        180,
        (Disc(31.2352, 121.3655, 860), Disc(31.2413, 121.3817, 810), Disc(31.2377, 121.3540, 270)),
    ),
    Subdistrict(
        "桃浦镇",
        160,
        (
            Disc(31.2864, 121.3452, 1290),
            Disc(31.2805, 121.3709, 1230),
            Disc(31.2855, 121.3888, 560),
            Disc(31.2647, 121.3660, 530),
        ),
    ),
)

_HOMES: Final = tuple((area.name, disc) for area in SUBDISTRICTS for disc in area.discs)


def _weights() -> list[float]:
    """Share each subdistrict's people among its discs by their size."""
    weights: list[float] = []
    for area in SUBDISTRICTS:
        whole = sum(disc.radius**2 for disc in area.discs)
        weights += [area.thousands * disc.radius**2 / whole for disc in area.discs]
    return list(accumulate(weights))


_HOMES_UP_TO: Final = _weights()


class Spot(NamedTuple):
    """A point with the subdistrict it is in; WGS-84."""

    area: str
    lat: float
    lng: float


def draw_home(chance: random.Random) -> Spot:
    """Draw a home somewhere in the district, more often where more people live."""
    area, disc = chance.choices(_HOMES, cum_weights=_HOMES_UP_TO)[0]
    return _spot(chance, area, disc)


def draw_spot(chance: random.Random, area: Subdistrict) -> Spot:
    """Draw a point within one subdistrict."""
    disc = chance.choices(area.discs, weights=[disc.radius**2 for disc in area.discs])[0]
    return _spot(chance, area.name, disc)


def metres_between(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """Measure a distance within the district, where the earth is flat enough."""
    north = (lat - other_lat) * METRES_PER_DEGREE
    east = (lng - other_lng) * METRES_PER_DEGREE_EAST
    return math.hypot(north, east)


def _spot(chance: random.Random, area: str, disc: Disc) -> Spot:
    far = disc.radius * math.sqrt(chance.random())
    angle = chance.random() * math.tau
    lat = disc.lat + far * math.sin(angle) / METRES_PER_DEGREE
    lng = disc.lng + far * math.cos(angle) / METRES_PER_DEGREE_EAST
    return Spot(area, round(lat, 6), round(lng, 6))

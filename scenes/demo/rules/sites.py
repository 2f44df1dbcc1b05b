"""Where the demo's chargers and breakfast points stand, and what they are called: inside the real outlines.

Shares of a count are given to the subdistricts by their people, with more for 曹杨, where the tour begins.
"""

from collections.abc import Iterator, Sequence
from itertools import count, product
from random import Random
from typing import Final, NamedTuple

from scenes.demo.rules.centres import ROADS
from scenes.demo.rules.chance import stream
from scenes.demo.rules.outlines import SUBDISTRICTS, Spot, Subdistrict, draw_spot, metres_between

FAVOURED: Final = "曹杨新村街道"
FAVOUR: Final = 0.22
"""Share of everything that stands in the favoured subdistrict."""

APART: Final = 60.0
"""Metres that two things of one kind keep from each other, as far as there is room."""

TRIES: Final = 20
_DIGITS: Final = "〇一二三四五六七八九"


def shared_out(number: int) -> dict[str, int]:
    """Share a number out over the subdistricts, the favoured one first and everybody at least one."""
    favoured = max(1, round(number * FAVOUR))
    others = [area for area in SUBDISTRICTS if area.name != FAVOURED]
    whole, left = sum(area.thousands for area in others), number - favoured
    shares = {FAVOURED: favoured} | {
        area.name: max(1, left * area.thousands // whole) for area in others if left > 0
    }
    largest = sorted(others, key=lambda area: -area.thousands)
    for turn in count():
        missing = number - sum(shares.values())
        if missing <= 0:
            return _cut(shares, -missing)
        shares[largest[turn % len(largest)].name] += 1
    raise AssertionError


def _cut(shares: dict[str, int], too_many: int) -> dict[str, int]:
    """Take back from the last ones what a small number cannot give everybody."""
    for name in reversed(list(shares)):
        back = min(too_many, shares[name])
        shares[name], too_many = shares[name] - back, too_many - back
    return shares


def spots_apart(chance: Random, area: Subdistrict, number: int) -> list[Spot]:
    """Draw so many spots in a subdistrict, apart from each other where there is room."""
    found: list[Spot] = []
    for _ in range(number):
        spot = draw_spot(chance, area)
        for _ in range(TRIES):
            if all(metres_between(spot.lat, spot.lng, each.lat, each.lng) >= APART for each in found):
                break
            spot = draw_spot(chance, area)
        found.append(spot)
    return found


def names_of(seed: int, area: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name one thing after another by road and a word, each once; tell its road too."""
    pairs = list(product(ROADS[area], words))
    stream(seed, "names", area, *words).shuffle(pairs)
    for round_no in count(1):
        ordinal = "" if round_no == 1 else f"{numeral(round_no)}号"
        for road, word in pairs:
            yield f"{short_name(area)}{road.removeprefix(short_name(area))}{word}{ordinal}", road


def short_name(area: str) -> str:
    """Shorten a subdistrict's name as people do: 「曹杨」."""
    return area.removesuffix("街道").removesuffix("新村").removesuffix("路")


def numeral(number: int) -> str:
    """Write a small number in Chinese digits: 2 is 「二」, 12 is 「一二」."""
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def street_address(chance: Random, road: str) -> str:
    """Make an address up on a road."""
    return f"普陀区{road}{chance.randrange(20, 900)}号"


class Ground(NamedTuple):
    """A spot for something: `number` counts within its subdistrict, which is the `area_no`th."""

    area_no: int
    number: int
    spot: Spot


def grounds(seed: int, what: str, number: int) -> Iterator[Ground]:
    """Draw so many spots over the subdistricts; with a larger number each begins with the same ones."""
    shares = shared_out(number)
    for area_no, area in enumerate(SUBDISTRICTS):
        spots = spots_apart(stream(seed, what, area.name), area, shares.get(area.name, 0))
        for count_in_area, spot in enumerate(spots):
            yield Ground(area_no, count_in_area, spot)

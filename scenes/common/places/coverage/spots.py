"""Choosing where one more place helps most: each next spot is the one that reaches most people anew; pure.

Greedy choosing reaches at least 1 - 1/e of what the best possible choice of as many spots would (Nemhauser,
Wolsey and Fisher 1978). A spot's gain never grows while others are chosen, so an old gain is a bound, and
only the spots at the top need to be looked at again (lazy evaluation, Minoux 1978).
"""

from collections.abc import Callable, Collection, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple


class Pick(NamedTuple):
    """A spot chosen, by its number, and how many people it reaches anew."""

    spot: int
    gain: int


def best_spots(
    bounds: Sequence[int],
    reach: Callable[[int], Collection[int]],
    people: Sequence[int],
    *,
    covered: Collection[int],
    most: int,
) -> list[Pick]:
    """Choose at most `most` spots, best first, the lower number of equals; those that gain nothing never.

    `bounds` are at least what each spot gains at first; `reach` tells which cells a spot reaches; `people`
    how many live in each cell; `covered` which cells have what they need already.
    """
    done, picks = set(covered), list[Pick]()
    waiting = [(-bound, spot, -1) for spot, bound in enumerate(bounds) if bound > 0]
    heapify(waiting)
    while waiting and len(picks) < most:
        bound, spot, seen = heappop(waiting)
        if seen == len(picks):
            picks.append(Pick(spot, -bound))
            done.update(reach(spot))
            continue
        gain = sum(people[cell] for cell in set(reach(spot)) - done)
        if gain > 0:
            heappush(waiting, (-gain, spot, len(picks)))
    return picks

"""The whole reckoning: shares of every subdistrict, and the best spots of every scene."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from scenes.common.places.coverage.reaching import Reaching, Spot
from scenes.common.places.coverage.spots import best_spots
from scenes.common.places.coverage.tally import THRESHOLD, Cell, Share, Within, rounded, shares
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.nearness import Method
from scenes.common.places.reach import SCENES, minutes_from
from scenes.common.places.reckoning import REACH_MINUTES
from scenes.common.places.walking import Pace

SPOTS: Final = 10
SPOTS_PER_DEGREE: Final = 600
"""Spots to choose from are some 185 by 160 m apart, wherever anybody lives around."""

LANDMARK_MINUTES: Final = 30


class BestSpot(msgspec.Struct, frozen=True, kw_only=True):
    """Where one more place of a scene would help: people reached anew (rounded), and what is nearby."""

    scene: str
    rank: int
    lat: float
    lng: float
    area: str
    near: str
    near_m: int | None
    residents: int
    elders: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything at one moment; `streets_percent` of the residents live where walks go over streets."""

    method: Method
    streets_percent: int
    minutes: int
    shares: list[Share]
    spots: list[BestSpot]


def reckon(directory: PlaceDirectory, cells: Sequence[Cell], *, at: datetime) -> Coverage:
    """Reckon who is within the circle, and where one more place would help; takes seconds, in a thread."""
    usual, slow = (_within(directory, cells, pace, at=at) for pace in ("standard", "elder"))
    within = {scene: Within(usual[scene], slow[scene]) for scene in SCENES}
    walkers = Reaching(directory, cells, "standard"), Reaching(directory, cells, "elder")
    spots, areas = _candidates(cells)
    picks = [
        each
        for scene in SCENES
        for each in _best(cells, spots, within[scene], walkers, made=_maker(directory, scene, areas, at=at))
    ]
    people = sum(cell.residents for cell in cells)
    streets = sum(c.residents for number, c in enumerate(cells) if number not in walkers[0].far)
    percent = round(100 * streets / people) if people else 0
    return Coverage(
        method="network" if 2 * streets > people else "estimate",
        streets_percent=percent,
        minutes=REACH_MINUTES,
        shares=shares(cells, within),
        spots=picks,
    )


def _within(
    directory: PlaceDirectory, cells: Sequence[Cell], pace: Pace, *, at: datetime
) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = {scene: [] for scene in SCENES}
    for minutes in minutes_from(directory, ((cell.lat, cell.lng) for cell in cells), pace, at=at):
        for scene, several in found.items():
            several.append(minutes[scene] is not None)
    return found


def _candidates(cells: Sequence[Cell]) -> tuple[list[Spot], dict[Spot, str]]:
    """Return the spots to choose from, and in which subdistrict most of their people live."""
    living: dict[Spot, dict[str, int]] = {}
    for cell in cells:
        spot = _middle(cell.lat), _middle(cell.lng)
        areas = living.setdefault(spot, {})
        areas[cell.area] = areas.get(cell.area, 0) + cell.residents
    return sorted(living), {spot: max(sorted(areas), key=areas.__getitem__) for spot, areas in living.items()}


def _middle(degrees: float) -> float:
    return (int(degrees * SPOTS_PER_DEGREE) + 0.5) / SPOTS_PER_DEGREE


Maker = Callable[[int, Spot, int, int], BestSpot]


def _best(
    cells: Sequence[Cell],
    spots: Sequence[Spot],
    within: Within,
    walkers: tuple[Reaching, Reaching],
    *,
    made: Maker,
) -> list[BestSpot]:
    """Choose a scene's spots by residents reached anew; those that reach too few to be told are left out."""
    usual, slow = walkers
    covered = {number for number, near in enumerate(within.residents) if near}
    elders_covered = {number for number, near in enumerate(within.elders) if near}
    missing = [0 if number in covered else cell.residents for number, cell in enumerate(cells)]
    picks = best_spots(
        [usual.bound(spot, missing) for spot in spots],
        lambda number: usual.cells(spots[number]),
        [cell.residents for cell in cells],
        covered=covered,
        most=SPOTS,
    )
    found: list[BestSpot] = []
    for rank, (number, gain) in enumerate(picks, start=1):
        anew = slow.cells(spots[number]) - elders_covered
        elders_covered |= anew
        elders = sum(cells[each].elders for each in anew)
        if gain >= THRESHOLD:
            found.append(made(rank, spots[number], rounded(gain), rounded(elders)))
    return found


def _maker(directory: PlaceDirectory, scene: str, areas: dict[Spot, str], *, at: datetime) -> Maker:
    def made(rank: int, spot: Spot, residents: int, elders: int) -> BestSpot:
        near = directory.near(*spot, minutes=LANDMARK_MINUTES, limit=1, at=at)
        return BestSpot(
            scene=scene,
            rank=rank,
            lat=round(spot[0], 6),
            lng=round(spot[1], 6),
            area=areas[spot],
            near=near[0].place.name if near else "",
            near_m=near[0].distance_m if near else None,
            residents=residents,
            elders=elders,
        )

    return made

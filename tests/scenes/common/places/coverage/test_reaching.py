"""Spots reach the homes that, by the desk's own answer, would have them near."""

import random
from datetime import datetime
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.common.kit.database import Database
from scenes.common.places.coverage.reaching import Reaching
from scenes.common.places.coverage.tally import Cell
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.walking import Pace, Walking, great_circle_m
from tests.scenes.common.places.test_reach import filled
from tests.support.clock import AdjustableClock
from tests.support.streets import at

NEAR = st.tuples(st.floats(31.23, 31.26), st.floats(121.39, 121.42))
HOMES = st.lists(NEAR, max_size=12)


class Streetless:
    """A directory without streets."""

    walkable = None
    walking = Walking()


@given(NEAR, HOMES, st.sampled_from(["standard", "elder"]))
@settings(max_examples=50)
def test_without_streets_it_is_the_estimate(
    spot: tuple[float, float], homes: list[tuple[float, float]], pace: Pace
) -> None:
    cells = [Cell("甲", lat, lng, 1, 0) for lat, lng in homes]
    reaching = Reaching(cast("PlaceDirectory", Streetless()), cells, pace)
    near = {
        number
        for number, (lat, lng) in enumerate(homes)
        if Walking().minutes(great_circle_m(*spot, to_lat=lat, to_lng=lng), pace) <= 15
    }
    assert reaching.cells(spot) == near
    assert reaching.bound(spot, [1] * len(cells)) >= len(near)
    assert reaching.far == set(range(len(cells)))


@pytest.mark.parametrize("network", [False, True])
async def test_spots_reach_the_homes_that_are_told_of_them(
    database: Database, clock: AdjustableClock, *, network: bool
) -> None:
    dice = random.Random(7)  # noqa: S311 - a test's own dice
    directory = await filled(database, clock, network=network)
    homes = [at(dice.uniform(-600, 1500), dice.uniform(-100, 1200)) for _ in range(60)]
    cells = [Cell("甲", *home, 1, 0) for home in homes]
    paces: tuple[Pace, ...] = ("standard", "elder")
    told: dict[tuple[Pace, int], set[UUID]] = {
        (pace, number): _told(directory, home, pace, clock())
        for pace in paces
        for number, home in enumerate(homes)
    }
    for pace in paces:
        reaching = Reaching(directory, cells, pace)
        for place in directory.all():
            spot = place.lat, place.lng
            found = reaching.cells(spot)
            assert found == {number for number in range(60) if place.id in told[pace, number]}
            assert reaching.bound(spot, [1] * 60) >= len(found)
        assert (len(reaching.far) < 60) == network


def _told(directory: PlaceDirectory, home: tuple[float, float], pace: Pace, now: datetime) -> set[UUID]:
    return {near.place.id for near in directory.near(*home, minutes=15, pace=pace, limit=100, at=now)}

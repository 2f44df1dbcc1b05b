import random

import pytest

from scenes.common.kit.database import Database
from scenes.common.places.coverage.circle import reckon
from scenes.common.places.coverage.tally import Cell, Share
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.service import upsert_places
from tests.scenes.common.places.test_reach import filled
from tests.support.clock import AdjustableClock
from tests.support.places import a_place
from tests.support.streets import at


@pytest.mark.parametrize(("network", "method"), [(False, "estimate"), (True, "network")])
async def test_shares_and_spots_of_a_small_district(
    database: Database, clock: AdjustableClock, *, network: bool, method: str
) -> None:
    directory = await filled(database, clock, network=network)
    cells = [Cell("近", *at(450, 450), 50, 20), Cell("远", *at(60_000, 450), 40, 10)]
    found = reckon(directory, cells, at=clock())
    clinics = [share for share in found.shares if share.scene == "clinic"]
    assert (found.method, found.minutes, found.streets_percent) == (method, 15, 56 if network else 0)
    assert clinics == [
        Share(area="近", scene="clinic", residents=50, within=50, elders=20, elders_within=20),
        Share(area="远", scene="clinic", residents=40, within=0, elders=10, elders_within=0),
        Share(area="", scene="clinic", residents=90, within=50, elders=30, elders_within=20),
    ]
    [far] = [spot for spot in found.spots if spot.scene == "clinic"]
    assert (far.rank, far.area, far.near, far.residents, far.elders) == (1, "远", "", 40, 10)
    care = [(spot.area, spot.residents) for spot in found.spots if spot.scene == "eldercare"]
    assert care == [("近", 50), ("远", 40)]


async def test_the_place_that_is_proposed_brings_what_was_promised(
    database: Database, clock: AdjustableClock
) -> None:
    """Only residents count in the promise, whose homes are spread wide; nothing else is near."""
    dice = random.Random(3)  # noqa: S311 - a test's own dice
    cells = [Cell("甲", *at(dice.uniform(0, 4000), dice.uniform(0, 4000)), 20, 10) for _ in range(80)]
    directory = PlaceDirectory(database, clock=clock)
    await directory.refresh()
    before = reckon(directory, cells, at=clock())
    best = [spot for spot in before.spots if spot.scene == "breakfast"]
    assert [spot.residents for spot in best] == sorted((spot.residents for spot in best), reverse=True)
    carts = [a_place(scene="breakfast", lat=spot.lat, lng=spot.lng) for spot in best[:3]]
    async with database.transaction() as session:
        await upsert_places(session, carts, now=clock())
    await directory.refresh()
    after = reckon(directory, cells, at=clock()).shares
    [whole] = [each for each in after if not each.area and each.scene == "breakfast"]
    assert whole.within == sum(spot.residents for spot in best[:3])
    assert whole.elders_within == sum(spot.elders for spot in best[:3])


async def test_a_district_without_people(database: Database, clock: AdjustableClock) -> None:
    directory = await filled(database, clock, network=False)
    found = reckon(directory, [], at=clock())
    assert (found.spots, {share.residents for share in found.shares}) == ([], {None})

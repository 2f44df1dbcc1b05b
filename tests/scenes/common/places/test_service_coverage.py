from datetime import timedelta

import pytest

from scenes.common.kit.database import Database
from scenes.common.places import service_coverage as service
from scenes.common.places.coverage.tally import Cell
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.errors import CoverageNotReady
from scenes.common.places.service import upsert_places
from tests.scenes.common.places.test_reach import filled
from tests.support.clock import AdjustableClock
from tests.support.places import CAOYANG, a_place

CELLS = [Cell("曹杨新村街道", *CAOYANG, 100, 40)]


async def due(database: Database, directory: PlaceDirectory, clock: AdjustableClock) -> bool:
    async with database.read() as session:
        return await service.is_due(session, directory, now=clock())


async def test_nothing_is_known_before_the_places_are(database: Database, clock: AdjustableClock) -> None:
    assert not await due(database, PlaceDirectory(database, clock=clock), clock)
    with pytest.raises(CoverageNotReady):
        async with database.read() as session:
            await service.known(session)


async def test_it_is_reckoned_once_and_again_when_something_changed(
    database: Database, clock: AdjustableClock
) -> None:
    directory = await filled(database, clock, network=False)
    assert await due(database, directory, clock)
    coverage = await service.renew(database, directory, CELLS, now=clock())
    async with database.read() as session:
        assert await service.known(session) == service.Known(coverage, clock())
    async with database.transaction() as session:
        await upsert_places(session, [a_place()], now=clock())
    await directory.refresh()
    seen = [await due(database, directory, clock)]
    clock.advance(service.REST)
    seen.append(await due(database, directory, clock))
    await service.renew(database, directory, CELLS, now=clock())
    clock.advance(service.FRESH_FOR - timedelta(seconds=1))
    seen.append(await due(database, directory, clock))
    clock.advance(timedelta(seconds=1))
    seen.append(await due(database, directory, clock))
    assert seen == [False, True, False, True]


async def test_new_streets_count_at_once(database: Database, clock: AdjustableClock) -> None:
    await service.renew(database, PlaceDirectory(database, clock=clock), CELLS, now=clock())
    assert await due(database, await filled(database, clock, network=True), clock)

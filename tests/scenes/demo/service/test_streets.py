from datetime import timedelta

from sqlalchemy import text

from scenes.common.kit.database import Database
from scenes.common.places import mapping
from scenes.common.places.directory import PlaceDirectory
from scenes.demo.service.progress import Report
from tests.scenes.demo.conftest import NOW, Made, make
from tests.support.clock import AdjustableClock
from tests.support.streets import a_map

_WALKED = "SELECT (SELECT count(*) FROM place), (SELECT count(*) FROM walk_reach)"
_NETWORKS = "SELECT source, synthetic FROM walk_network"


async def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in (await session.execute(text(statement))).all()]


async def test_the_demo_walks_over_its_own_streets_to_every_place(made: Made, clock: AdjustableClock) -> None:
    database = await made(residents=10, days=1)
    [(places, walked)] = await rows(database, _WALKED)
    directory = PlaceDirectory(database, clock=clock)
    await directory.refresh()
    near = directory.near(31.2412, 121.4030, at=NOW)
    assert (await rows(database, _NETWORKS), places > 100, walked) == ([("demo", True)], True, places)
    assert {each.method for each in near} == {"network"}
    assert directory.walkable is not None
    assert not any(pending.entries for pending in directory.walkable.pending.values())


async def test_a_map_that_a_district_loaded_is_left_alone(made: Made, report: Report) -> None:
    database = await made(residents=10, days=1)
    async with database.transaction() as session:
        await mapping.load(session, a_map(synthetic=False), [], now=NOW)
    await make(database, report, residents=12, days=1, if_empty=False, now=NOW + timedelta(days=1))
    assert await rows(database, _NETWORKS) == [("grid", False)]


async def test_a_district_from_before_the_streets_gets_them(made: Made, report: Report) -> None:
    database = await made(residents=10, days=1)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM walk_network"))
    assert await make(database, report, residents=10, days=1, if_empty=True, now=NOW)
    assert await rows(database, _NETWORKS) == [("demo", True)]

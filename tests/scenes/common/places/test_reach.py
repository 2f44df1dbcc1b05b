import random

from scenes.common.kit.database import Database
from scenes.common.places import mapping
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.reach import SCENES, minutes_from
from scenes.common.places.service import upsert_places
from tests.support.clock import AdjustableClock
from tests.support.places import a_place
from tests.support.streets import a_map, at

PACES = ("standard", "elder", "wheelchair")


async def filled(database: Database, clock: AdjustableClock, *, network: bool) -> PlaceDirectory:
    dice = random.Random(5)  # noqa: S311 - a test's own dice
    places = []
    for number in range(30):
        lat, lng = at(dice.uniform(0, 900), dice.uniform(0, 900))
        step_free = dice.random() < 0.5
        places.append(a_place(lat=lat, lng=lng, scene=SCENES[number % 3], step_free=step_free))
    async with database.transaction() as session:
        await upsert_places(session, places, now=clock())
    if network:
        new = a_map(10)
        async with database.transaction() as session:
            spots = await mapping.every_place(session)
            reaches = mapping.reckon_all(mapping.graphs_of(new.lines, new.weights), spots)
            await mapping.load(session, new, reaches, now=clock())
    directory = PlaceDirectory(database, clock=clock)
    await directory.refresh()
    return directory


def nearest(directory: PlaceDirectory, home: tuple[float, float], pace: str) -> dict[str, int | None]:
    """Ask as a resident does."""
    at_ = directory.clock()
    found = {scene: directory.near(*home, pace=pace, scene=scene, limit=1, at=at_) for scene in SCENES}  # type: ignore[arg-type]
    return {scene: near[0].walk_minutes if near else None for scene, near in found.items()}


async def test_minutes_are_those_a_resident_is_told(database: Database, clock: AdjustableClock) -> None:
    dice = random.Random(6)  # noqa: S311 - a test's own dice
    homes = [at(dice.uniform(-400, 900), dice.uniform(0, 900)) for _ in range(40)]
    for network in (False, True):
        directory = await filled(database, clock, network=network)
        for pace in PACES:
            found = list(minutes_from(directory, homes, pace, at=clock()))  # type: ignore[arg-type]
            assert found == [nearest(directory, home, pace) for home in homes]
            assert {each["eldercare"] for each in found} == {None}
            assert any(each["clinic"] is not None for each in found)

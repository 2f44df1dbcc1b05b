"""The network in the database: loaded, replaced while serving, and walks kept in step with the places."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Busy
from scenes.common.places import jobs, mapping
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.errors import MapInvalid
from scenes.common.places.service import PlaceFacts, close_place, upsert_places
from scenes.common.places.survey import survey
from tests.support.clock import AdjustableClock
from tests.support.places import a_place
from tests.support.streets import a_map, at, grid_spots

Told = dict[Any, tuple[int | None, str | None]]


class Works:
    """What the job uses of a process."""

    def __init__(self, database: Database, directory: PlaceDirectory) -> None:
        self.database = database
        self.directory = directory


@pytest.fixture
async def directory(database: Database, clock: AdjustableClock) -> PlaceDirectory:
    directory = PlaceDirectory(database, clock=clock, refresh_seconds=0.01)
    await directory.refresh()
    return directory


def place_at(east: float, north: float, **differently: Any) -> PlaceFacts:
    lat, lng = at(east, north)
    return a_place(lat=lat, lng=lng, **differently)


async def put(database: Database, clock: AdjustableClock, *places: PlaceFacts) -> None:
    async with database.transaction() as session:
        await upsert_places(session, places, now=clock())


async def load(database: Database, clock: AdjustableClock, new: mapping.Map) -> int:
    async with database.transaction() as session:
        spots = await mapping.every_place(session)
        reaches = mapping.reckon_all(mapping.graphs_of(new.lines, new.weights), spots)
        return await mapping.load(session, new, reaches, now=clock())


async def reckon(database: Database, directory: PlaceDirectory) -> None:
    await jobs.reckon_walks(Works(database, directory))  # type: ignore[arg-type] - it uses no more of it
    await directory.refresh()


def told(directory: PlaceDirectory, east: float = 0, north: float = 0, **asked: Any) -> Told:
    near = directory.near(*at(east, north), at=directory.clock(), **asked)
    return {each.place.id: (each.walk_minutes, each.method) for each in near}


async def test_walks_go_over_streets_once_a_network_is_loaded(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    place = place_at(300, 300)
    await put(database, clock, place)
    await directory.refresh()
    before = told(directory)
    await load(database, clock, a_map())
    await directory.refresh()
    assert (before, told(directory)) == ({place.id: (8, "estimate")}, {place.id: (9, "network")})
    assert told(directory, pace="elder") == {place.id: (13, "network")}


async def test_a_new_a_moved_and_a_closed_place_are_followed(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    moves, closes = place_at(100, 0), place_at(200, 0)
    await put(database, clock, moves, closes)
    await load(database, clock, a_map())
    new = place_at(0, 100)
    await put(database, clock, new, place_at(400, 0, id=moves.id))
    async with database.transaction() as session:
        await close_place(session, closes.id, now=clock())
    await directory.refresh()
    meanwhile = told(directory)
    await reckon(database, directory)
    assert meanwhile == {new.id: (2, "estimate"), moves.id: (8, "estimate")}
    assert told(directory) == {new.id: (2, "network"), moves.id: (6, "network")}
    async with database.read() as session:
        assert await mapping.stale(session, 2, 10) == []
        rows = await session.execute(text("SELECT count(*) FROM walk_reach"))
        assert rows.scalar_one() == 2


async def test_a_replaced_network_serves_from_the_next_look_on(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    place = place_at(300, 300)
    await put(database, clock, place)
    first = await load(database, clock, a_map())
    await directory.refresh()
    faster = mapping.Weights(standard=mapping.Weights().standard.__class__(speed=2.4, steps_speed=1))
    second = await load(database, clock, a_map(weights=faster))
    during = told(directory)
    await directory.refresh()
    assert second > first
    assert (during, told(directory)) == ({place.id: (9, "network")}, {place.id: (5, "network")})


async def test_walks_reckoned_over_a_network_of_before_are_not_kept(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    await load(database, clock, a_map())
    await directory.refresh()
    place = place_at(100, 0)
    await put(database, clock, place)
    await load(database, clock, a_map(6))
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM walk_reach"))
    await jobs.reckon_walks(Works(database, directory))  # type: ignore[arg-type] - it uses no more of it
    async with database.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM walk_reach"))).scalar_one() == 0
    await directory.refresh()
    assert told(directory) == {place.id: (2, "estimate")}
    await reckon(database, directory)
    assert told(directory) == {place.id: (2, "network")}


async def test_a_place_far_from_streets_and_an_origin_far_from_them_are_estimated(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    near, far = place_at(0, 0), place_at(-300, 0)
    await put(database, clock, near, far)
    await load(database, clock, a_map())
    await directory.refresh()
    assert told(directory) == {near.id: (0, "network"), far.id: (6, "estimate")}
    assert told(directory, -500) == {far.id: (4, "estimate"), near.id: (10, "estimate")}
    assert await asyncio.to_thread(lambda: told(directory, -160)) == {
        far.id: (3, "estimate"), near.id: (3, "estimate")
    }  # fmt: skip


async def test_beyond_a_quarter_of_an_hour_walks_are_estimated_and_never_below_it(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    corner, middle = place_at(600, 600), place_at(400, 400)
    await put(database, clock, corner, middle)
    await load(database, clock, a_map(7))
    await directory.refresh()
    assert told(directory) == {middle.id: (12, "network")}
    assert told(directory, minutes=30) == {middle.id: (12, "network"), corner.id: (16, "estimate")}
    assert told(directory, minutes=30, limit=1) == {middle.id: (12, "network")}


async def test_scene_opening_and_steps_count_as_before(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    stairs = place_at(100, 0, step_free=False, scene="breakfast")
    shut = place_at(200, 0, weekly_hours={}, scene="breakfast")
    clinic = place_at(300, 0)
    await put(database, clock, stairs, shut, clinic)
    await load(database, clock, a_map())
    await directory.refresh()
    assert list(told(directory)) == [stairs.id, shut.id, clinic.id]
    assert list(told(directory, pace="wheelchair")) == [shut.id, clinic.id]
    assert list(told(directory, scene="breakfast", open_now=True)) == [stairs.id]
    assert list(told(directory, open_now=True)) == [stairs.id, clinic.id]


async def test_a_map_without_streets_is_refused_and_changes_nothing(
    database: Database, clock: AdjustableClock
) -> None:
    version = await load(database, clock, a_map())
    lines, report = survey(grid_spots(3), [])
    nothing = mapping.Map(lines, report, "none", synthetic=True, weights=mapping.Weights())
    with pytest.raises(MapInvalid):
        await load(database, clock, nothing)
    async with database.read() as session:
        stored = await mapping.stored_network(session)
    assert stored is not None
    assert (stored.version, stored.source) == (version, "grid")


async def test_a_network_nobody_can_read_leaves_the_estimate(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    place = place_at(300, 0)
    await put(database, clock, place)
    await load(database, clock, a_map())
    async with database.transaction() as session:
        await session.execute(text("UPDATE walk_network SET stretches = 'broken'"))
    await directory.refresh()
    assert told(directory) == {place.id: (6, "estimate")}


async def test_an_outage_leaves_the_walks_that_are_known(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = place_at(300, 300)
    await put(database, clock, place)
    await load(database, clock, a_map())
    await directory.refresh()

    def gone() -> None:
        raise Busy

    monkeypatch.setattr(database, "read", gone)
    with pytest.raises(Busy):
        await directory.refresh()
    clock.advance(timedelta(minutes=1))
    assert told(directory) == {place.id: (9, "network")}

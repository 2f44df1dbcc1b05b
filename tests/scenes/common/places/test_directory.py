import asyncio
import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from scenes.common.kit.clock import SHANGHAI
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Busy
from scenes.common.places.availability import Availability
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.rules import is_open
from scenes.common.places.service import PlaceFacts, add_exception, close_place, upsert_places
from scenes.common.places.snapshot import Place
from scenes.common.places.walking import great_circle_m
from tests.support.clock import AdjustableClock
from tests.support.places import CAOYANG, OFFICE_HOURS, a_place

SCENES = ("clinic", "eldercare", "charging", "breakfast")
WEEKS = ({}, OFFICE_HOURS, {key: ["06:00-09:30", "22:00-02:00"] for key in ("mon", "tue", "sun")})


@pytest.fixture
def directory(database: Database, clock: AdjustableClock) -> PlaceDirectory:
    return PlaceDirectory(database, clock=clock, refresh_seconds=0.01)


async def store_places(database: Database, clock: AdjustableClock, *places: PlaceFacts) -> None:
    async with database.transaction() as session:
        await upsert_places(session, places, now=clock())


def scattered(count: int) -> list[PlaceFacts]:
    dice = random.Random(7)  # noqa: S311 - a test's own dice
    return [
        a_place(
            lat=31.24 + dice.uniform(-0.03, 0.03),
            lng=121.40 + dice.uniform(-0.03, 0.03),
            scene=dice.choice(SCENES),
            step_free=dice.random() < 0.5,
            weekly_hours=dice.choice(WEEKS),
        )
        for _ in range(count)
    ]


def brute(directory: PlaceDirectory, at: datetime, **asked: Any) -> list[tuple[Any, int, int]]:
    """What `near` means, by looking at every place."""

    def straight(place: Place) -> float:
        return great_circle_m(*CAOYANG, to_lat=place.lat, to_lng=place.lng)

    walking, pace = directory.walking, asked["pace"]
    fitting = [
        place
        for place in directory.all(asked["scene"])
        if walking.minutes(straight(place), pace) <= asked["minutes"]
        and (place.step_free or pace != "wheelchair")
        and (is_open(place.hours, at) or not asked["open_now"])
    ]
    return [
        (place.id, round(walking.walked(straight(place))), walking.minutes(straight(place), pace))
        for place in sorted(fitting, key=straight)[: asked["limit"]]
    ]


async def test_near_finds_what_looking_at_every_place_finds(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    await store_places(database, clock, *scattered(600))
    await directory.refresh()
    questions = [
        {"minutes": minutes, "pace": pace, "scene": scene, "open_now": open_now, "limit": limit}
        for minutes in (1, 15, 40)
        for pace in ("standard", "elder", "wheelchair")
        for scene in (None, *SCENES)
        for open_now in (False, True)
        for limit in (1, 20, 100)
    ]
    for hour in (0, 7, 9, 12, 23):
        at = datetime(2026, 11, 23, hour, 30, tzinfo=SHANGHAI)
        for asked in questions:
            found = directory.near(*CAOYANG, at=at, **asked)
            assert [(near.place.id, near.distance_m, near.walk_minutes) for near in found] == brute(
                directory, at, **asked
            )
            assert [near.openness.open_now for near in found] == [is_open(n.place.hours, at) for n in found]


async def test_a_scene_without_places_has_nothing_near(
    directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    await directory.refresh()
    assert directory.near(*CAOYANG, scene="charging", at=clock()) == []
    assert directory.counter == 0


async def test_changes_are_taken_over_and_nothing_else_is_read(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    stays, moves, goes = a_place(), a_place(), a_place()
    await store_places(database, clock, stays, moves, goes)
    assert await directory.refresh()
    assert not await directory.refresh()
    kept = directory.get(stays.id)
    await store_places(database, clock, a_place(id=moves.id, name="新址"))
    async with database.transaction() as session:
        await close_place(session, goes.id, now=clock())
    assert await directory.refresh()
    assert directory.get(stays.id) is kept
    assert [place.name for place in directory.all()] == [stays.name, "新址"]
    assert directory.get(goes.id) is None


async def test_a_place_stored_again_after_closing_is_back(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    place = a_place()
    await store_places(database, clock, place)
    async with database.transaction() as session:
        await close_place(session, place.id, now=clock())
    await directory.refresh()
    assert directory.all() == ()
    await store_places(database, clock, place)
    await directory.refresh()
    assert [kept.id for kept in directory.all("clinic")] == [place.id]


async def test_an_exception_closes_the_place_in_every_process(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    place = a_place()
    await store_places(database, clock, place)
    await directory.refresh()
    before = directory.at(place.id, clock())
    async with database.transaction() as session:
        await add_exception(session, place.id, day=date(2026, 11, 23), hours=[], reason="停电", now=clock())
    await directory.refresh()
    after = directory.at(place.id, clock())
    assert before is not None
    assert after is not None
    assert (before.openness.open_now, after.openness.open_now) == (True, False)
    assert after.openness.opens_at == datetime(2026, 11, 24, 8, tzinfo=SHANGHAI)
    assert after.place.reasons == {date(2026, 11, 23): "停电"}
    assert after.availability == Availability("closed")


async def test_openness_is_remembered_only_until_it_changes(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    place = a_place()
    await store_places(database, clock, place)
    await directory.refresh()
    states = []
    for hour, minute in ((9, 0), (11, 29), (11, 30), (12, 59), (13, 0), (17, 0), (9, 0), (7, 59), (8, 0)):
        clock.set(datetime(2026, 11, 23, hour, minute, tzinfo=SHANGHAI))
        near = directory.at(place.id, clock())
        states.append(near.openness.open_now if near else None)
    assert states == [True, True, False, False, True, False, True, False, True]


async def test_what_rooms_push_is_shown_until_the_place_is_done_for_today(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    place = a_place()
    await store_places(database, clock, place)
    await directory.refresh()
    states = []
    for hour in (7, 9, 12, 17):
        clock.set(datetime(2026, 11, 23, hour, tzinfo=SHANGHAI))
        directory.board.push("clinic", {place.id: (1, 10, clock())})
        near = directory.at(place.id, clock())
        states.append(near.availability.state if near else None)
    assert states == ["few", "few", "few", "closed"]


async def test_hours_nobody_can_read_close_that_place_only(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    broken, sound = a_place(), a_place()
    await store_places(database, clock, broken, sound)
    async with database.transaction() as session:
        wrong = text('UPDATE place SET weekly_hours = \'{"mon": ["whenever"]}\' WHERE id = :id')
        await session.execute(wrong, {"id": broken.id})
    await directory.refresh()
    found = directory.near(*CAOYANG, at=clock(), open_now=True)
    assert [near.place.id for near in found] == [sound.id]
    assert directory.get(broken.id) is not None


async def test_following_notices_changes_by_itself(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    await directory.start()
    try:
        await store_places(database, clock, a_place())
        async with asyncio.timeout(10):
            while not directory.all():  # noqa: ASYNC110 - watches the follower from outside
                await asyncio.sleep(0.01)
    finally:
        await directory.stop()


async def test_an_outage_leaves_what_is_known(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store_places(database, clock, a_place())
    await directory.start()
    tried = asyncio.Event()

    def gone() -> None:
        tried.set()
        raise Busy

    monkeypatch.setattr(database, "read", gone)
    async with asyncio.timeout(10):
        await tried.wait()
    assert len(directory.near(*CAOYANG, at=clock())) == 1
    tried.clear()
    async with asyncio.timeout(10):
        await tried.wait()
    await directory.stop()
    assert len(directory.all()) == 1


async def test_a_restored_older_database_is_read_anew(
    database: Database, directory: PlaceDirectory, clock: AdjustableClock
) -> None:
    early, late = a_place(), a_place()
    await store_places(database, clock, early)
    await store_places(database, clock, late)
    await directory.refresh()
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM place WHERE version = 2"))
        await session.execute(text("UPDATE place_change SET counter = 1"))
    clock.advance(timedelta(minutes=1))
    await directory.refresh()
    assert [place.id for place in directory.all()] == [early.id]

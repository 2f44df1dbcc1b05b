"""Lists as bytes are those of the wire structs, whatever opens, closes or is told meanwhile."""

import random
from datetime import datetime, timedelta

from scenes.common.kit.clock import SHANGHAI
from scenes.common.kit.database import Database
from scenes.common.kit.wire import encode
from scenes.common.places.datum import Datum
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.listing import listing
from scenes.common.places.nearness import Wanted
from scenes.common.places.service import upsert_places
from scenes.common.places.wire import Origin, PlaceList, place_item
from tests.support.clock import AdjustableClock
from tests.support.places import CAOYANG, OFFICE_HOURS, a_place

DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02")


def structs(directory: PlaceDirectory, wanted: Wanted, datum: Datum) -> PlaceList:
    method, found = directory.walked(wanted)
    return PlaceList(
        origin=Origin(lat=wanted.lat, lng=wanted.lng),
        datum=datum,
        minutes=wanted.minutes,
        pace=wanted.pace,
        method=method,
        items=[place_item(near, directory.coordinates(near.place, datum)) for near in found],
    )


async def test_the_bytes_are_those_of_the_structs(database: Database, clock: AdjustableClock) -> None:
    dice = random.Random(8)  # noqa: S311 - a test's own dice
    names = ("早餐点", 'a "quoted" name', '"walkMinutes":null,"walkMethod":null,"distanceM":null')
    places = [
        a_place(
            lat=CAOYANG[0] + dice.uniform(-0.004, 0.004),
            name=names[number % 3],
            weekly_hours=(OFFICE_HOURS, {}, {"mon": ["22:00-02:00"]})[number % 3],
        )
        for number in range(12)
    ]
    async with database.transaction() as session:
        await upsert_places(session, places, now=clock())
    directory = PlaceDirectory(database, clock=clock)
    await directory.refresh()
    at = datetime(2026, 11, 23, 7, 0, tzinfo=SHANGHAI)
    for step in range(300):
        at += timedelta(minutes=dice.choice((0, 1, 7)), microseconds=dice.choice((0, 1)))
        if step % 5 == 0:
            told = dice.sample(places, 6)
            directory.board.push("clinic", {place.id: (dice.randrange(9), 10, at) for place in told})
        lat = CAOYANG[0] + dice.uniform(-0.002, 0.002)
        wanted = Wanted(lat, CAOYANG[1], 15, "standard", None, open_now=False, limit=10, at=at)
        datum = dice.choice(DATUMS)
        expected = structs(directory, wanted, datum)
        empty = PlaceList(
            origin=expected.origin, datum=datum, minutes=15, pace="standard", method=expected.method, items=[]
        )
        assert listing(directory, empty, directory.found(wanted), at=at) == encode(expected)

"""Loading a map by the command: what it tells, that it can be repeated, and what it says of broken files."""

import asyncio
from pathlib import Path

import osmium
import pytest
from sqlalchemy import text

from api.importing_map import import_osm
from api.settings import Settings
from scenes.common.kit.database import Database
from scenes.common.places.errors import MapInvalid
from scenes.common.places.service import upsert_places
from tests.support.clock import AdjustableClock
from tests.support.places import a_place
from tests.support.streets import HUANGPU, with_huangpu

SMALL = """<osm version="0.6">
<node id="1" lat="31.24" lon="121.40"/><node id="2" lat="31.241" lon="121.40"/>
<node id="3" lat="31.242" lon="121.40"><tag k="barrier" v="gate"/></node>
<node id="4" lat="31.25" lon="121.41"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="99"/><tag k="highway" v="footway"/></way>
<way id="2"><nd ref="1"/><nd ref="4"/><tag k="highway" v="motorway"/></way>
<way id="3"><nd ref="1"/><nd ref="4"/><tag k="building" v="yes"/></way>
</osm>"""

TOLD = [
    "kept 3 points, 2 stretches, 0.2 km",
    "  of it 0.00 km steps, 0.2 km fit for wheelchairs",
    "  0 points closed to everybody (walls, locked or private gates)",
    "left out 1 ways with points that are not in the file (the rest of them is kept): 0.0 km",
    "left out 1 ways that are not walked (motorways, ways closed to people on foot): 1.5 km",
]


async def run(settings: Settings, path: Path, weights: Path | None = None) -> list[str]:
    return await asyncio.to_thread(import_osm, settings, path, weights)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.osm"
    path.write_text(SMALL)
    return path


async def test_a_map_is_loaded_and_loading_it_again_changes_nothing(settings: Settings, small: Path) -> None:
    first, again = await run(settings, small), await run(settings, small)
    assert first == [
        *TOLD,
        "walks reckoned to 0 places; 0 are not near a street and stay estimated",
        "network version 1 is in force",
    ]
    assert again == [*TOLD, "the same network is loaded already; nothing was changed"]


async def test_other_weights_make_another_version(settings: Settings, small: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights.json"
    weights.write_text('{"standard": {"speed": 1.0, "steps_speed": 0.4}}')
    await run(settings, small)
    assert (await run(settings, small, weights))[-1] == "network version 2 is in force"


async def test_the_binary_form_says_the_same(settings: Settings, small: Path, tmp_path: Path) -> None:
    binary = tmp_path / "small.osm.pbf"
    with osmium.SimpleWriter(str(binary)) as writer:
        for thing in osmium.FileProcessor(str(small)):
            writer.add(thing)
    assert (await run(settings, binary))[: len(TOLD)] == TOLD


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "map.osm: the file is empty"),
        (b"hello", "map.osm: not a readable OpenStreetMap file (PBF error: "),
        (
            b"<osm version='0.6'><node id='1'",
            "map.osm: not a readable OpenStreetMap file (XML parsing error at",
        ),
        (b"<html></html>", "map.osm: not a readable OpenStreetMap file (Unknown top-level element: html)"),
        (SMALL[:-60].encode(), "map.osm: not a readable OpenStreetMap file (XML parsing error at"),
        (b"<osm version='0.6'></osm>", "map.osm: nothing in it can be walked (0 ways with a highway tag)"),
    ],
)
async def test_a_broken_file_is_one_line_and_the_network_stays(
    settings: Settings, database: Database, small: Path, *, content: bytes, line: str
) -> None:
    await run(settings, small)
    broken = small.with_name("map.osm")
    broken.write_bytes(content)
    with pytest.raises(MapInvalid) as refused:
        await run(settings, broken)
    assert str(refused.value).startswith(line)
    async with database.read() as session:
        kept = await session.execute(text("SELECT version, source FROM walk_network"))
        assert [tuple(row) for row in kept] == [(1, "small.osm")]


async def test_weights_that_cannot_be_are_one_line(settings: Settings, small: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights.json"
    weights.write_text('{"elder": {"speed": 9, "steps_speed": 0.4}}')
    with pytest.raises(MapInvalid, match=r"weights\.json: Expected `float` <= 3"):
        await run(settings, small, weights)


@with_huangpu
async def test_the_real_map_is_loaded(settings: Settings, database: Database, clock: AdjustableClock) -> None:
    places = [a_place(lat=31.2205 + n % 10 * 0.002, lng=121.463 + n // 10 * 0.002) for n in range(100)]
    async with database.transaction() as session:
        await upsert_places(session, places, now=clock())
    told = await run(settings, HUANGPU)
    assert told[0] == "kept 1,631 points, 1,811 stretches, 64.6 km"
    assert told[3:] == [
        "left out 74 parts that no street connects with the rest: 6.4 km",
        "left out 100 ways that are not walked (motorways, ways closed to people on foot): 19.6 km",
        "left out 3 ways that are private: 0.5 km",
        "walks reckoned to 91 places; 9 are not near a street and stay estimated",
        "network version 2 is in force",
    ]

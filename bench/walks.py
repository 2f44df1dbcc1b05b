"""Walks over the streets at the size their bar is set for: 10,000 places, in a database of their own.

Origins vary so much that no answer is asked for twice within the life of a kept one: what is measured is the
look-up, not the keeping.
"""

import asyncio
from datetime import UTC, datetime
from random import Random
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from api.migrate import upgrade
from scenes.common.kit.database import Database
from scenes.common.places import mapping
from scenes.common.places.profiles import Weights
from scenes.common.places.service import PlaceFacts, upsert_places
from scenes.common.places.survey import survey
from scenes.demo.rules.chance import SEED, drawn_id, stream
from scenes.demo.rules.outlines import draw_home
from scenes.demo.rules.streets import draw_streets

ROWS = (
    "places over the streets, 10,000 places, 40,000 origins ÷ no-op handler, same bytes",
    "isochrone of 15 minutes, 40,000 origins, one after the other: p95 in ms (at most)",
)
PLACES = 10_000
ORIGINS = 40_000
NAME = "bench_walks"
SCENES = ("clinic", "eldercare", "charging", "breakfast")
HOURS = {day: ["06:00-22:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def furnish_walks(url: str) -> str:
    """Make the database with its places, streets and walks; return its URL."""
    own = urlunsplit(urlsplit(url)._replace(path=f"/{NAME}"))
    asyncio.run(_create(url))
    upgrade(own)
    asyncio.run(_fill(own))
    return own


def near_paths() -> list[str]:
    """Return questions for what is near, from as many homes."""
    return [f"/api/v1/places?lat={lat:.4f}&lng={lng:.4f}" for lat, lng in _origins()]


def outline_paths() -> list[str]:
    """Return questions for the ground within a quarter of an hour, from as many homes."""
    return [f"/api/v1/circle/isochrone?lat={lat:.4f}&lng={lng:.4f}&minutes=15" for lat, lng in _origins()]


def _origins() -> list[tuple[float, float]]:
    """Draw homes that are all different when rounded as the API rounds them."""
    chance, found = stream(SEED, "walks"), dict[tuple[float, float], None]()
    while len(found) < ORIGINS:
        home = draw_home(chance)
        found[round(home.lat, 4), round(home.lng, 4)] = None
    return list(found)


async def _create(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"CREATE DATABASE {NAME}")
    finally:
        await connection.close()


async def _fill(url: str) -> None:
    now, chance = datetime.now(UTC), stream(SEED, "bench places")
    pattern = draw_streets(SEED)
    lines, report = survey(pattern.spots, pattern.ways)
    new = mapping.Map(lines, report, source="bench", synthetic=True, weights=Weights())
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            await upsert_places(session, [_place(chance, number) for number in range(PLACES)], now=now)
            reaches = mapping.reckon_all(
                mapping.graphs_of(lines, new.weights), await mapping.every_place(session)
            )
            await mapping.load(session, new, reaches, now=now)
    finally:
        await database.close()


def _place(chance: Random, number: int) -> PlaceFacts:
    home = draw_home(chance)
    return PlaceFacts(
        id=drawn_id(chance, number),
        scene=SCENES[number % len(SCENES)],
        kind="bench",
        name=f"地点{number}",
        address="普陀区枫桥路2号",
        phone="021-62549000",
        lat=home.lat,
        lng=home.lng,
        subdistrict=home.area,
        step_free=number % 2 == 0,
        weekly_hours=HOURS,
        hours_source="bench",
        synthetic=True,
    )

"""The charging and breakfast rooms at the size the bars are set for, and what residents read of them."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import NamedTuple

import asyncpg
from msgspec.structs import replace
from rich.console import Console

import api.tables  # noqa: F401 - the foreign keys of the rooms' tables lead to other desks
from scenes.breakfast.service.days import set_rule
from scenes.common.kit.clock import local_day
from scenes.common.kit.database import Database
from scenes.common.places import mapping
from scenes.demo.rules.breakfasts import draw_points
from scenes.demo.rules.chance import SEED
from scenes.demo.rules.stations import draw_stations
from scenes.demo.service.breakfast import RULE, RULE_SINCE, open_breakfast
from scenes.demo.service.charging import open_charging
from scenes.demo.service.progress import Report

STATIONS = 200
POINTS = 500
DAYS_AHEAD = 1
"""Days of breakfast on offer: a menu is of one day, and more days would only be loading."""

ORIGINS = 200


class RoomReads(NamedTuple):
    """Menus of every point, and guidance from many homes."""

    menus: list[str]
    guidance: list[str]


async def furnish(url: str) -> None:
    """Open so many stations and points in the seeded district.

    No operator runs, so the statuses are dated ahead: they stay live however long the benchmark takes.
    """
    now = datetime.now(UTC)
    database = Database(url, pool_size=2)
    try:
        async with database.transaction() as session:
            await set_rule(session, replace(RULE, days_ahead=DAYS_AHEAD), since=RULE_SINCE)
            report = Report(Console(file=StringIO()))
            await open_charging(session, draw_stations(SEED, STATIONS), seed=SEED, now=now, report=report)
            await open_breakfast(session, draw_points(SEED, POINTS), seed=SEED, now=now)
        await walk_to_all(database)
    finally:
        await database.close()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("UPDATE connector_status SET received_at = now() + interval '3 hours'")
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def walk_to_all(database: Database) -> None:
    """Reckon the walks to the new places, as the worker would: none runs here."""
    async with database.read() as session:
        network = await mapping.stored_network(session)
        if network is None:
            return
        spots = await mapping.stale(session, network.version, mapping.ALL)
    reaches = mapping.reckon_all(mapping.graphs_of(network.lines, network.weights), spots)
    await mapping.keep(database, network.version, reaches)


async def room_reads(url: str) -> RoomReads:
    """Return the menus of tomorrow and the guidance, as residents ask for them."""
    connection = await asyncpg.connect(url)
    try:
        points = await connection.fetch("SELECT place_id FROM breakfast_point ORDER BY place_id")
    finally:
        await connection.close()
    tomorrow = local_day(datetime.now(UTC)) + timedelta(days=1)
    menus = [f"/api/v1/breakfast/points/{row['place_id']}/menu?date={tomorrow}" for row in points]
    return RoomReads(menus, [_guidance_from(number) for number in range(ORIGINS)])


def _guidance_from(number: int) -> str:
    lat, lng = 31.2300 + 0.0007 * (number % 20), 121.3900 + 0.0009 * (number // 20)
    return f"/api/v1/charging/stations?lat={lat:.4f}&lng={lng:.4f}&arriveInMinutes={10 * (number % 3)}"

"""Loading the walking network: the whole file is read and every walk reckoned before anything is changed."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from api.settings import Settings
from scenes.common.kit.clock import Clock, system_clock
from scenes.common.kit.database import Database
from scenes.common.places import mapping
from scenes.common.places.errors import MapInvalid
from scenes.common.places.osm import read_spots, read_ways
from scenes.common.places.profiles import Weights
from scenes.common.places.streets import Dropped
from scenes.common.places.survey import Report, survey

WHY: Final[dict[Dropped, str]] = {
    "not_walkable": "ways that are not walked (motorways, ways closed to people on foot)",
    "private": "ways that are private",
    "missing_nodes": "ways with points that are not in the file (the rest of them is kept)",
    "one_node": "ways of less than two points",
    "islands": "parts that no street connects with the rest",
}


def import_osm(
    settings: Settings, path: Path, weights: Path | None, *, clock: Clock = system_clock
) -> list[str]:
    """Load a map file; return what to tell. Refuses with MapInvalid and then changes nothing."""
    with Progress(
        TextColumn("· {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as bars:  # fmt: skip
        new = read_map(path, _weights(weights), bars)
        return asyncio.run(_stored(settings, new, bars, clock=clock))


def read_map(path: Path, weights: Weights, bars: Progress) -> mapping.Map:
    """Read a map and survey it; raises MapInvalid for a broken file and where nothing can be walked."""
    reading = bars.add_task("reading ways", total=None)
    ways = read_ways(path, lambda count: bars.advance(reading, count))
    _finish(bars, reading)
    reading = bars.add_task("reading points", total=len({node for way in ways for node in way.nodes}))
    spots = read_spots(path, ways, lambda count: bars.advance(reading, count))
    surveying = bars.add_task("surveying ways", total=len(ways))
    lines, report = survey(spots, ways)
    bars.advance(surveying, len(ways))
    if not report.edges:
        raise MapInvalid(f"{path.name}: nothing in it can be walked ({len(ways)} ways with a highway tag)")
    return mapping.Map(lines, report, source=path.name, synthetic=False, weights=weights)


async def _stored(settings: Settings, new: mapping.Map, bars: Progress, *, clock: Clock) -> list[str]:
    database = Database(settings.database_url or "", pool_size=1)
    try:
        async with database.read() as session:
            if await mapping.is_in_force(session, new):
                return [*said(new.report), "the same network is loaded already; nothing was changed"]
            spots = await mapping.every_place(session)
        walking = bars.add_task("reckoning walks to places", total=len(spots))
        graphs = mapping.graphs_of(new.lines, new.weights)
        reaches = mapping.reckon_all(graphs, spots, lambda count: bars.advance(walking, count))
        async with database.transaction() as session:
            version = await mapping.load(session, new, reaches, now=clock())
        away = sum(graphs["standard"].anchor(spot.lat, spot.lng) is None for spot in spots)
        return [
            *said(new.report),
            f"walks reckoned to {len(spots) - away} places; {away} are not near a street and stay estimated",
            f"network version {version} is in force",
        ]
    finally:
        await database.close()


def said(report: Report) -> Iterator[str]:
    """Say what was kept, and what was left out and why."""
    yield f"kept {report.nodes:,} points, {report.edges:,} stretches, {report.km:,.1f} km"
    yield f"  of it {report.steps_km:,.2f} km steps, {report.wheelchair_km:,.1f} km fit for wheelchairs"
    yield f"  {report.closed_gates} points closed to everybody (walls, locked or private gates)"
    for why, left in report.dropped.items():
        yield f"left out {left.count:,} {WHY[why]}: {left.metres / 1000:,.1f} km"


def _weights(path: Path | None) -> Weights:
    if path is None:
        return Weights()
    try:
        return msgspec.json.decode(path.read_bytes(), type=Weights)
    except msgspec.MsgspecError as fault:
        raise MapInvalid(f"{path.name}: {fault}") from fault


def _finish(bars: Progress, task: TaskID) -> None:
    """Show a step of unknown size as done."""
    done = bars.tasks[bars.task_ids.index(task)].completed
    bars.update(task, total=done, completed=done)

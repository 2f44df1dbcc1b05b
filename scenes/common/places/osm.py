"""Reading streets from OpenStreetMap files, XML or PBF (also packed as .gz or .bz2).

Reads the file twice, ways first and then only the points they use, so that a city's file fits in memory.
Only the importer loads this: the library that reads the files is not needed to serve.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import osmium.filter
import osmium.io
import osmium.osm

from scenes.common.places.errors import MapInvalid
from scenes.common.places.survey import Spot, Way

KINDS: Final = {b"<": "osm", b"\x1f\x8b": "osm.gz", b"BZh": "osm.bz2"}
"""How files begin; all others are tried as PBF."""

TOLD_EVERY: Final = 5000
Done = Callable[[int], None]


class Streets(NamedTuple):
    """The ways of a file with a `highway` tag, and the points they lead through, by OpenStreetMap's ids."""

    spots: dict[int, Spot]
    ways: list[Way]


def read_ways(path: Path, done: Done = lambda _: None) -> list[Way]:
    """Read every way that has a `highway` tag; raises MapInvalid with one line for a file that is broken."""
    ways: list[Way] = []

    def take(way: Any) -> None:
        ways.append(Way([node.ref for node in way.nodes], dict(way.tags)))

    _each(path, osmium.osm.WAY, osmium.filter.KeyFilter("highway"), take=take, done=done)
    return ways


def read_spots(path: Path, ways: list[Way], done: Done = lambda _: None) -> dict[int, Spot]:
    """Read the points that ways lead through; those that are not in the file or have no place are missing."""
    wanted = {node for way in ways for node in way.nodes}
    spots: dict[int, Spot] = {}

    def take(node: Any) -> None:
        if node.location.valid():
            spots[node.id] = Spot(node.location.y, node.location.x, dict(node.tags))

    if wanted:
        _each(path, osmium.osm.NODE, osmium.filter.IdFilter(wanted), take=take, done=done)
    return spots


def _each(path: Path, kind: Any, chosen: Any, *, take: Callable[[Any], None], done: Done) -> None:
    """Hand over the chosen things of a kind, telling now and then how many there were."""
    taken = 0
    try:
        file = osmium.io.File(str(path), _format(path))
        for thing in cast("Any", osmium.FileProcessor(file, kind)).with_filter(chosen):
            take(thing)
            taken += 1
            if taken % TOLD_EVERY == 0:
                done(TOLD_EVERY)
    except (RuntimeError, ValueError, OSError) as fault:
        raise MapInvalid(f"{path.name}: not a readable OpenStreetMap file ({fault})") from fault
    done(taken % TOLD_EVERY)


def _format(path: Path) -> str:
    """Tell a file's format by how it begins, whatever it is called."""
    with path.open("rb") as file:
        head = file.read(3)
    if not head:
        raise MapInvalid(f"{path.name}: the file is empty")
    return next((kind for start, kind in KINDS.items() if head.startswith(start)), "pbf")

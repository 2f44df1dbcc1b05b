"""What pictures are made of: drawn beside the loop, and kept while the streets stay the same."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import msgspec

from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.isochrone import Outline, outline
from scenes.common.places.streets_drawn import Line, lines_around
from scenes.common.places.walking import Pace

Drawn = TypeVar("Drawn")

DECIMALS = 4
"""Of the origin's degrees, about 10 m: neighbours share an outline."""


async def outline_from(
    directory: PlaceDirectory, lat: float, lng: float, *, minutes: int, pace: Pace
) -> Outline:
    """Return what is reached from a WGS-84 point."""
    walkable = directory.walkable
    lat, lng = round(lat, DECIMALS), round(lng, DECIMALS)

    def draw() -> Outline:
        return outline(walkable, directory.walking, lat, lng, minutes=minutes, pace=pace)

    return await _kept(directory, (lat, lng, minutes, pace), draw, Outline)


async def streets_from(directory: PlaceDirectory, lat: float, lng: float, *, metres: float) -> list[Line]:
    """Return the streets within a square of twice `metres` around a WGS-84 point; none without a network."""
    walkable = directory.walkable
    if walkable is None:
        return []
    lines = walkable.walks.network.lines
    lat, lng, metres = round(lat, DECIMALS), round(lng, DECIMALS), round(metres)

    def draw() -> list[Line]:
        return lines_around(lines, lat, lng, metres=metres)

    return await _kept(directory, (lat, lng, metres, "streets"), draw, list[Line])


async def _kept(
    directory: PlaceDirectory, key: tuple[object, ...], draw: Callable[[], Drawn], kind: type[Drawn]
) -> Drawn:
    """Return a drawing of the network as it is now, drawing it where it is not kept."""
    walkable = directory.walkable
    version = walkable.walks.network.version if walkable is not None else None

    async def make() -> bytes:
        return await asyncio.to_thread(lambda: msgspec.msgpack.encode(draw()))

    packed = await directory.outlines.get((version, *key), directory.clock().timestamp(), make)
    return msgspec.msgpack.decode(packed, type=kind)

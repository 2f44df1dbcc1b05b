"""Outlines drawn once and kept while the streets stay the same: one takes some hundredths of a second."""

import asyncio

import msgspec

from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.isochrone import Outline, outline
from scenes.common.places.walking import Pace

DECIMALS = 4
"""Of the origin's degrees, about 10 m: neighbours share an outline."""


async def outline_from(
    directory: PlaceDirectory, lat: float, lng: float, *, minutes: int, pace: Pace
) -> Outline:
    """Return what is reached from a WGS-84 point, drawn beside the loop."""
    walkable = directory.walkable
    version = walkable.walks.network.version if walkable is not None else None
    lat, lng = round(lat, DECIMALS), round(lng, DECIMALS)

    def draw() -> bytes:
        drawn = outline(walkable, directory.walking, lat, lng, minutes=minutes, pace=pace)
        return msgspec.msgpack.encode(drawn)

    async def make() -> bytes:
        return await asyncio.to_thread(draw)

    key = (version, lat, lng, minutes, pace)
    packed = await directory.outlines.get(key, directory.clock().timestamp(), make)
    return msgspec.msgpack.decode(packed, type=Outline)

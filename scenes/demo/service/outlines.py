"""The subdistricts' outlines as far as the demo knows them: the discs in which its people live, joined."""

import math
from typing import Final

from shapely import MultiPolygon, Polygon, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.places.outlines import Outline
from scenes.common.places.service_imports import district_of, set_outlines
from scenes.demo.rules.outlines import (
    METRES_PER_DEGREE,
    METRES_PER_DEGREE_EAST,
    SUBDISTRICTS,
    Disc,
    Subdistrict,
)

CORNERS: Final = 36
ROOM: Final = 60
"""Metres around the discs: places may stand a little outside."""


async def draw_outlines(session: AsyncSession) -> None:
    """Store the demo's outlines, unless the district has given any."""
    if not (await district_of(session)).outlines:
        await set_outlines(session, [_outline(area) for area in SUBDISTRICTS])


def _outline(area: Subdistrict) -> Outline:
    joined = union_all([_circle(disc) for disc in area.discs])
    parts = joined.geoms if isinstance(joined, MultiPolygon) else [joined]
    polygons = [part for part in parts if isinstance(part, Polygon)]
    rings = [ring for each in polygons for ring in (each.exterior, *each.interiors)]
    drawn = [[(round(x, 6), round(y, 6)) for x, y in ring.coords] for ring in rings]
    return Outline((area.name,), drawn, synthetic=True)


def _circle(disc: Disc) -> Polygon:
    far = disc.radius + ROOM
    north, east = far / METRES_PER_DEGREE, far / METRES_PER_DEGREE_EAST
    angles = [math.tau * corner / CORNERS for corner in range(CORNERS)]
    return Polygon([(disc.lng + east * math.cos(a), disc.lat + north * math.sin(a)) for a in angles])

"""Giving the demo district its streets, and the walks over them to every place; a real map stays."""

import asyncio
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.places import mapping
from scenes.common.places.profiles import Weights
from scenes.common.places.survey import survey
from scenes.demo.rules.streets import draw_streets
from scenes.demo.service.progress import Report

SOURCE: Final = "demo"


async def open_streets(session: AsyncSession, seed: int, *, now: datetime, report: Report) -> None:
    """Load the made-up network where none is loaded, with the walks to the places that are there."""
    if await mapping.has_network(session):
        return
    pattern = draw_streets(seed)
    lines, found = survey(pattern.spots, pattern.ways)
    new = mapping.Map(lines, found, source=SOURCE, synthetic=True, weights=Weights())
    spots = await mapping.every_place(session)
    report.begin("reckoning walks over the streets", len(spots))
    graphs = mapping.graphs_of(lines, new.weights)
    reaches = await asyncio.to_thread(mapping.reckon_all, graphs, spots, report.advance)
    await mapping.load(session, new, reaches, now=now)
